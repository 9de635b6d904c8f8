package portvakt.protocol.list;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;
import portvakt.protocol.Vectors;

/** A card's key in a list never changes, and no two cards, statuses or spellings ever share one. */
class CardKeysTest {

    private static final byte[] SECRET = Vectors.hex("000102030405060708090a0b0c0d0e0f");

    @Test
    void thePinnedVectors() {
        CardKeys keys = new CardKeys(SECRET);
        assertThat(Vectors.of("card-keys.txt"))
                .hasSizeGreaterThanOrEqualTo(14)
                .allSatisfy(vector -> assertThat(HexFormat.of()
                                .toHexDigits(keys.key(new CardNumber(vector[0]), CardStatus.valueOf(vector[1]))))
                        .isEqualTo(vector[2]));
    }

    @Test
    void bothKeysOfACardAreTheSameAsEachAlone() {
        CardKeys keys = new CardKeys(SECRET);
        long[] both = new long[2];
        for (String digits : new String[] {"0", "1", "4388261", "0004388261", "9999999999999999"}) {
            CardNumber card = new CardNumber(digits);
            keys.keys(card, both);
            assertThat(both).containsExactly(keys.key(card, CardStatus.REVOKED), keys.key(card, CardStatus.SUSPENDED));
        }
    }

    @Test
    void noTwoOfManyCardsShareAKey() {
        CardKeys keys = new CardKeys(SECRET);
        int cards = 300_000;
        long[] all = new long[3 * cards];
        for (int card = 0; card < cards; card++) {
            all[3 * card] = keys.key(new CardNumber("" + card), CardStatus.REVOKED);
            all[3 * card + 1] = keys.key(new CardNumber("" + card), CardStatus.SUSPENDED);
            all[3 * card + 2] = keys.key(new CardNumber("0" + card), CardStatus.REVOKED);
        }
        Arrays.sort(all);
        for (int at = 1; at < all.length; at++) {
            assertThat(all[at]).isNotEqualTo(all[at - 1]);
        }
    }

    @Test
    void anotherSecretGivesOtherKeys() {
        byte[] other = SECRET.clone();
        other[15] ^= 1;
        CardNumber card = new CardNumber("4388261");
        assertThat(new CardKeys(other).key(card, CardStatus.REVOKED))
                .isNotEqualTo(new CardKeys(SECRET).key(card, CardStatus.REVOKED));
    }

    @Test
    void aValidCardHasNoKeyAndASecretItsLength() {
        assertThatThrownBy(() -> new CardKeys(SECRET).key(new CardNumber("1"), CardStatus.VALID))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new CardKeys(new byte[15]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("16 bytes, got 15");
    }
}
