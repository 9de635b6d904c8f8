package portvakt.protocol.list;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import portvakt.protocol.Vectors;
import portvakt.protocol.sign.KeyId;

/** A head is these 168 bytes and no others, and one changed bit is one bit too many. */
class ListHeadTest {

    private static final byte[] GOOD = Vectors.hex(Vectors.of("list-head.txt").getFirst()[0]);

    private static final ListHead HEAD = new ListHead(
            "hms-kort",
            3,
            77,
            1,
            385,
            Instant.parse("2026-06-01T12:00:00Z"),
            Instant.parse("2026-07-01T12:00:00Z"),
            HexFormat.of().formatHex(BucketTable.of(Vectors.keys(385)).root()),
            new KeyId("21fe31df"));

    @Test
    void thePinnedVector() throws MalformedListException {
        assertThat(HEAD.sign(Vectors.privateKey())).isEqualTo(GOOD);
        assertThat(ListHead.parse(GOOD)).isEqualTo(HEAD);
        assertThat(ListHead.isSignedBy(Vectors.publicKey(), GOOD)).isTrue();
    }

    @Test
    void everyFlippedBitIsRefused() {
        for (int bit = 0; bit < GOOD.length * 8; bit++) {
            byte[] flipped = GOOD.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(ListHead.isSignedBy(Vectors.publicKey(), flipped)).isFalse();
        }
    }

    @Test
    void everyOtherLengthIsRefused() {
        for (int length = 0; length < 2 * GOOD.length; length++) {
            byte[] cut = Arrays.copyOf(GOOD, length);
            if (length != GOOD.length) {
                assertThatThrownBy(() -> ListHead.parse(cut))
                        .isInstanceOf(MalformedListException.class)
                        .hasMessageContaining("168 bytes, got " + length);
                assertThat(ListHead.isSignedBy(Vectors.publicKey(), cut)).isFalse();
            }
        }
    }

    @Test
    void garbageIsRefusedAndNeverAnythingElse() {
        SplittableRandom random = new SplittableRandom(5);
        for (int round = 0; round < 50_000; round++) {
            byte[] garbage = GOOD.clone();
            for (int change = random.nextInt(1, 6); change > 0; change--) {
                garbage[random.nextInt(104)] = (byte) random.nextInt();
            }
            try {
                ListHead head = ListHead.parse(garbage);
                assertThat(head.count()).isNotNegative();
                assertThat(head.version()).isNotNegative();
                assertThat(head.epoch()).isNotNegative();
                assertThat(head.bits()).isBetween(0, BucketTable.BITS_MAX);
                assertThat(head.list()).matches("[a-z0-9][a-z0-9-]{0,29}");
            } catch (MalformedListException e) {
                assertThat(e.getMessage()).isNotBlank();
            }
        }
    }
}
