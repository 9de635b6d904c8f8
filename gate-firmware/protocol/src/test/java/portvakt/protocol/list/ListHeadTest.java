package portvakt.protocol.list;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
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

    /** The least of every number, the shortest and the longest name, the most buckets. */
    @Test
    void whatIsAtALimitIsRead() throws MalformedListException {
        ListHead shortest = new ListHead(
                "a",
                HEAD.epoch(),
                HEAD.version(),
                HEAD.bits(),
                HEAD.count(),
                HEAD.issuedAt(),
                HEAD.expiresAt(),
                HEAD.rootHex(),
                HEAD.keyId());
        assertThat(ListHead.parse(shortest.sign(Vectors.privateKey()))).isEqualTo(shortest);
        ListHead least = new ListHead(
                "a-name-of-thirty-characters-99",
                0,
                0,
                BucketTable.BITS_MAX,
                0,
                Instant.EPOCH,
                Instant.EPOCH,
                HEAD.rootHex(),
                HEAD.keyId());
        assertThat(ListHead.parse(least.sign(Vectors.privateKey()))).isEqualTo(least);
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

    /** One byte is changed each time, and all others are those of a good head. */
    @Test
    void eachFieldOutOfItsRangeIsRefused() {
        for (int at = 0; at < 4; at++) {
            assertRefused("no head of a known format", at, (byte) 0);
        }
        assertRefused("no head of a known format", 4, (byte) (BucketTable.BITS_MAX + 1));
        assertRefused("no head of a known format", 4, (byte) -1);
        assertRefused("1 to 30 characters", 5, (byte) 0);
        assertRefused("1 to 30 characters", 5, (byte) 31);
        assertRefused("1 to 30 characters", 5, (byte) -1);
        assertRefused("not padded with zeros", 6 + "hms-kort".length(), (byte) 'x');
        assertRefused("not padded with zeros", 35, (byte) 1);
        assertRefused("out of its range", 6, (byte) '#');
        assertRefused("out of its range", 36, (byte) 0x80);
        assertRefused("out of its range", 40, (byte) 0x80);
        assertRefused("out of its range", 48, (byte) 0x80);
        assertRefused("out of its range", 52, (byte) 0x80);
        assertRefused("out of its range", 60, (byte) 0x80);
    }

    @Test
    void aHeadThatExpiresBeforeItIsIssuedIsRefused() throws MalformedListException {
        byte[] bytes = GOOD.clone();
        ByteBuffer.wrap(bytes).putLong(60, HEAD.issuedAt().toEpochMilli());
        assertThat(ListHead.parse(bytes).expiresAt()).isEqualTo(HEAD.issuedAt());
        ByteBuffer.wrap(bytes).putLong(60, HEAD.issuedAt().toEpochMilli() - 1);
        assertThatThrownBy(() -> ListHead.parse(bytes)).hasMessageContaining("out of its range");
    }

    private static void assertRefused(String cause, int at, byte value) {
        byte[] bytes = GOOD.clone();
        bytes[at] = value;
        assertThatThrownBy(() -> ListHead.parse(bytes))
                .as("byte %d", at)
                .isInstanceOf(MalformedListException.class)
                .hasMessageContaining(cause);
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
