package portvakt.server.list;

import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;
import portvakt.protocol.CardStatus;
import portvakt.protocol.list.BucketTable;
import portvakt.protocol.list.CardKeys;
import portvakt.server.port.CardStatuses.Listed;

/**
 * What a list holds, in its canonical form: the same cards give the same bytes, in whatever order they come.
 *
 * @param keys sorted unsigned, no key twice; not to be changed
 */
public record ListContent(long[] keys, BucketTable table, int revokedCount, int suspendedCount) {

    /** @param cards each card once */
    public static ListContent of(Collection<Listed> cards, CardKeys cardKeys) {
        long[] keys = new long[cards.size()];
        int at = 0;
        int revoked = 0;
        for (Listed card : cards) {
            // With the top bit turned, signed order is unsigned order.
            keys[at++] = cardKeys.key(card.card(), card.status()) ^ Long.MIN_VALUE;
            revoked += card.status() == CardStatus.REVOKED ? 1 : 0;
        }
        Arrays.sort(keys);
        for (int i = 0; i < keys.length; i++) {
            keys[i] ^= Long.MIN_VALUE;
        }
        return new ListContent(keys, BucketTable.of(keys), revoked, cards.size() - revoked);
    }

    /** What the head signs, hexadecimal. */
    public String rootHex() {
        return HexFormat.of().formatHex(table.root());
    }
}
