package portvakt.server.list;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;
import portvakt.protocol.list.BucketTable;
import portvakt.protocol.list.CardKeys;
import portvakt.server.port.CardStatuses.Changed;
import portvakt.server.port.CardStatuses.Listed;

/** The same cards give the same bytes, whatever way they came to be listed. */
class ListContentTest {

    private static final byte[] SECRET = new byte[CardKeys.SECRET_BYTES];

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14})
    void theContentIsCanonical(long seed) {
        System.out.println("seed " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        Map<CardNumber, CardStatus> statuses = new TreeMap<>();
        for (int change = 0; change < 3000; change++) {
            CardNumber card = new CardNumber(String.format("%07d", random.nextInt(2000)));
            CardStatus status = CardStatus.values()[random.nextInt(3)];
            if (status == CardStatus.VALID) {
                statuses.remove(card);
            } else {
                statuses.put(card, status);
            }
        }
        List<Listed> cards = new ArrayList<>();
        statuses.forEach((card, status) -> cards.add(new Listed(card, status)));
        ListContent content = ListContent.of(cards, new CardKeys(SECRET));
        Collections.shuffle(cards, new Random(seed));
        ListContent again = ListContent.of(cards, new CardKeys(SECRET));

        assertThat(again.keys()).isEqualTo(content.keys());
        assertThat(again.table().bytes()).isEqualTo(content.table().bytes());
        assertThat(content.revokedCount() + content.suspendedCount()).isEqualTo(statuses.size());

        CardKeys keys = new CardKeys(SECRET);
        long[] expected = statuses.entrySet().stream()
                .mapToLong(entry -> keys.key(entry.getKey(), entry.getValue()))
                .boxed()
                .sorted(Long::compareUnsigned)
                .mapToLong(Long::longValue)
                .toArray();
        assertThat(content.keys()).isEqualTo(expected);
        assertThat(content.table().root()).isEqualTo(BucketTable.of(expected).root());
    }

    @ParameterizedTest
    @ValueSource(longs = {15, 16, 17})
    void aContentThatGrewByChangesIsTheSameAsOneMadeAtOnce(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        CardKeys keys = new CardKeys(SECRET);
        Map<CardNumber, CardStatus> statuses = new TreeMap<>();
        ListContent content = ListContent.of(List.of(), keys);
        for (int step = 0; step < 60; step++) {
            // It grows over several doublings, then shrinks again.
            int valid = step < 35 ? 1 : 8;
            Map<CardNumber, CardStatus> changes = new TreeMap<>();
            for (int change = random.nextInt(400); change >= 0; change--) {
                int kind = random.nextInt(2 + valid);
                changes.put(
                        new CardNumber(String.format("%07d", random.nextInt(6000))),
                        CardStatus.values()[kind < 2 ? kind + 1 : 0]);
            }
            List<Changed> changed = new ArrayList<>();
            changes.forEach((card, status) -> changed.add(new Changed(card, status, changed.size() + 1)));
            for (VersionCut cut : VersionCut.cut(content, 0, changed, keys, 150)) {
                assertThat(cut.changes().size()).isBetween(1, 150);
                content = content.with(cut.changes(), cut.revoked());
            }
            statuses.putAll(changes);
            List<Listed> all = new ArrayList<>();
            statuses.forEach((card, status) -> {
                if (status != CardStatus.VALID) {
                    all.add(new Listed(card, status));
                }
            });
            ListContent atOnce = ListContent.of(all, keys);
            assertThat(content.table().bytes())
                    .as("seed %d step %d", seed, step)
                    .isEqualTo(atOnce.table().bytes());
            assertThat(content.keys()).as("seed %d step %d", seed, step).isEqualTo(atOnce.keys());
            assertThat(content.rootHex()).isEqualTo(atOnce.rootHex());
            assertThat(content.revokedCount()).isEqualTo(atOnce.revokedCount());
            assertThat(content.suspendedCount()).isEqualTo(atOnce.suspendedCount());
        }
    }

    @Test
    void anEmptyListIsAListToo() {
        ListContent content = ListContent.of(List.of(), new CardKeys(SECRET));
        assertThat(content.keys()).isEmpty();
        assertThat(content.rootHex()).hasSize(64);
    }

    /** As they are cut into the chunks of a snapshot. */
    @Test
    void theKeysOfRangesOfBucketsAreTheKeysOfTheList() {
        List<Listed> cards = new ArrayList<>();
        for (int card = 0; card < 3000; card++) {
            cards.add(new Listed(new CardNumber(String.format("%07d", card)), CardStatus.REVOKED));
        }
        ListContent content = ListContent.of(cards, new CardKeys(SECRET));
        int buckets = content.table().buckets();
        assertThat(buckets).isGreaterThan(3);
        for (int at = 0; at <= buckets; at++) {
            long[] before = content.keys(0, at);
            long[] after = content.keys(at, buckets);
            assertThat(before.length + after.length).as("cut at %d", at).isEqualTo(3000);
            assertThat(LongStream.concat(LongStream.of(before), LongStream.of(after))
                            .toArray())
                    .as("cut at %d", at)
                    .isEqualTo(content.keys());
        }
    }
}
