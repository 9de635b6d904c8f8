package portvakt.protocol.list;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import portvakt.protocol.Vectors;
import portvakt.protocol.sign.KeyId;

/** A delta is these bytes and no others: what is cut, longer, unsorted, doubled or leads nowhere is refused with its cause. */
class ListDeltaTest {

    private static final int FROM = ListHead.SIZE_BYTES;
    private static final int ADDITIONS = FROM + Long.BYTES;
    private static final int REMOVALS = ADDITIONS + Integer.BYTES;
    private static final int KEYS = REMOVALS + Integer.BYTES;

    /** What the vectors call a cause, and what its message says. */
    private static final Map<String, String> CAUSES = Map.of(
            "LENGTH", "a delta has 184 to 65536 bytes",
            "COUNTS", "keys cannot have",
            "HEAD", "no head of a known format",
            "FROM", "no delta leads from",
            "ORDER", "not sorted, or one stands twice",
            "BOTH", "comes and goes in the same delta");

    @Test
    void thePinnedVectors() throws MalformedListException {
        int good = 0;
        for (String[] vector : Vectors.of("list-delta.txt")) {
            byte[] bytes = Vectors.hex(vector[vector.length - 1]);
            if (!vector[0].equals("ok")) {
                assertThatThrownBy(() -> ListDelta.parse(bytes))
                        .as(vector[0])
                        .isInstanceOf(MalformedListException.class)
                        .hasMessageContaining(CAUSES.get(vector[0]));
                continue;
            }
            ListDelta delta = ListDelta.parse(bytes);
            assertThat(delta.from()).isEqualTo(Long.parseLong(vector[1]));
            assertThat(delta.head().version()).isEqualTo(Long.parseLong(vector[2]));
            assertThat(hex(delta.added())).isEqualTo(vector[3]);
            assertThat(hex(delta.removed())).isEqualTo(vector[4]);
            assertThat(delta.bytes()).isEqualTo(bytes);
            assertThat(ListHead.isSignedBy(Vectors.publicKey(), delta.headBytes()))
                    .isTrue();
            assertThat(ListDelta.of(delta.headBytes(), delta.from(), delta.added(), delta.removed())
                            .bytes())
                    .isEqualTo(bytes);
            good++;
        }
        assertThat(good).isGreaterThanOrEqualTo(4);
    }

    private static String hex(long[] keys) {
        StringBuilder text = new StringBuilder();
        for (long key : keys) {
            text.append(text.isEmpty() ? "" : ",").append(HexFormat.of().toHexDigits(key));
        }
        return text.isEmpty() ? "-" : text.toString();
    }

    /** Whatever of the first keys is added and removed: the delta between two sets comes out as it went in. */
    @Test
    void whatWentInComesOut() throws MalformedListException {
        for (long seed = 1; seed <= 200; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            long[] all = sorted(random.longs(random.nextInt(200)).distinct());
            boolean[] comes = new boolean[all.length];
            for (int at = 0; at < all.length; at++) {
                comes[at] = random.nextBoolean();
            }
            long[] added = LongStream.range(0, all.length)
                    .filter(at -> comes[(int) at])
                    .map(at -> all[(int) at])
                    .toArray();
            long[] removed = LongStream.range(0, all.length)
                    .filter(at -> !comes[(int) at])
                    .map(at -> all[(int) at])
                    .toArray();
            ListDelta delta = ListDelta.parse(
                    ListDelta.of(head(9), random.nextLong(9), added, removed).bytes());
            assertThat(delta.added()).as("seed %d", seed).isEqualTo(added);
            assertThat(delta.removed()).as("seed %d", seed).isEqualTo(removed);
            assertThat(delta.head().version()).as("seed %d", seed).isEqualTo(9);
        }
    }

    @Test
    void everyOtherLengthIsRefused() {
        byte[] good = delta(5, new long[] {1, 2, -1}, new long[] {3, -9}).bytes();
        for (int length = 0; length <= good.length + 64; length++) {
            byte[] cut = Arrays.copyOf(good, length);
            if (length != good.length) {
                assertThatThrownBy(() -> ListDelta.parse(cut))
                        .as("length %d", length)
                        .isInstanceOf(MalformedListException.class)
                        .hasMessageMatching(
                                length < KEYS
                                        ? "a delta has 184 to 65536 bytes, got " + length
                                        : "a delta of 3 and 2 keys cannot have " + length + " bytes");
            }
        }
    }

    @Test
    void theLargestDeltaIsTakenAndOneKeyMoreIsNot() throws MalformedListException {
        long[] most = LongStream.range(0, ListDelta.KEYS_MAX).toArray();
        byte[] bytes = delta(0, most, new long[0]).bytes();
        assertThat(bytes.length).isBetween(ListDelta.BYTES_MAX - Long.BYTES + 1, ListDelta.BYTES_MAX);
        assertThat(ListDelta.parse(bytes).added()).isEqualTo(most);
        assertThat(ListDelta.KEYS_MAX).isEqualTo(8_169);

        long[] more = LongStream.range(0, ListDelta.KEYS_MAX + 1).toArray();
        assertThatThrownBy(() -> delta(0, more, new long[0]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a delta has 184 to 65536 bytes, got 65544");
    }

    /** Counts whose sum or size is beyond an int are seen before memory is taken for them. */
    @Test
    void countsThatOverflowAreRefused() {
        byte[] good = delta(5, new long[] {1}, new long[] {2}).bytes();
        int[][] counts = {
            {-1, 3},
            {3, -1},
            {Integer.MIN_VALUE, Integer.MIN_VALUE},
            {Integer.MAX_VALUE, 3},
            {Integer.MAX_VALUE, Integer.MAX_VALUE},
            {1 << 29, (1 << 29) + 2}, // times 8 is 16 more than 2^33, and 16 bytes are there
            {1 << 29, 2},
            {2, 1},
            {0, 1}
        };
        for (int[] count : counts) {
            byte[] bytes = good.clone();
            ByteBuffer.wrap(bytes).putInt(ADDITIONS, count[0]).putInt(REMOVALS, count[1]);
            assertThatThrownBy(() -> ListDelta.parse(bytes))
                    .isInstanceOf(MalformedListException.class)
                    .hasMessage("a delta of " + count[0] + " and " + count[1] + " keys cannot have 200 bytes");
        }
    }

    @Test
    void unsortedAndDoubledKeysAreRefusedInEitherHalf() {
        for (long[] bad : new long[][] {{2, 1}, {1, 1}, {-1, 1}, {1, 5, 4}}) {
            long[] none = {};
            assertThatThrownBy(() -> delta(5, bad, none)).hasMessageContaining("not sorted, or one stands twice");
            assertThatThrownBy(() -> delta(5, none, bad)).hasMessageContaining("not sorted, or one stands twice");
        }
        // The halves are sorted each for itself: what goes may be smaller than what comes.
        assertThat(delta(5, new long[] {7}, new long[] {3}).removed()).containsExactly(3);
    }

    @Test
    void aKeyThatComesAndGoesIsRefused() {
        assertThatThrownBy(() -> delta(5, new long[] {1, 7, -1}, new long[] {-1}))
                .hasMessageContaining("comes and goes in the same delta");
    }

    @Test
    void aDeltaLeadsForwardOnly() {
        for (long from : new long[] {77, 78, -1, Long.MIN_VALUE, Long.MAX_VALUE}) {
            assertThatThrownBy(() -> ListDelta.of(head(77), from, new long[0], new long[0]))
                    .hasMessage("no delta leads from version " + from + " to 77");
        }
        assertThat(delta(76, new long[0], new long[0]).from()).isEqualTo(76);
        assertThat(delta(0, new long[0], new long[0]).from()).isZero();
    }

    @Test
    void theCallersArraysAreItsOwn() {
        long[] added = {1, 2};
        ListDelta delta = delta(5, added, new long[] {3});
        added[0] = 9;
        delta.added()[0] = 9;
        delta.removed()[0] = 9;
        delta.headBytes()[0] = 9;
        delta.bytes()[0] = 9;
        assertThat(delta.added()).containsExactly(1, 2);
        assertThat(delta.removed()).containsExactly(3);
        assertThat(delta.bytes()[0]).isEqualTo((byte) 'P');
    }

    /** A changed byte gives another delta or a refusal that says why, and never another exception. */
    @Test
    void garbageIsRefusedAndNeverAnythingElse() throws MalformedListException {
        byte[] good = delta(5, new long[] {1, 7, -1}, new long[] {3, 9}).bytes();
        for (int bit = 0; bit < good.length * 8; bit++) {
            byte[] flipped = good.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            accepts(flipped, "bit " + bit);
        }
        for (long seed = 1; seed <= 20_000; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            byte[] garbage = Arrays.copyOf(good, random.nextInt(KEYS - 8, good.length + 9));
            for (int change = random.nextInt(1, 6); change > 0; change--) {
                garbage[random.nextInt(garbage.length)] = (byte) random.nextInt();
            }
            accepts(garbage, "seed " + seed);
        }
    }

    private static void accepts(byte[] bytes, String what) throws MalformedListException {
        MalformedListException refused =
                catchThrowableOfType(MalformedListException.class, () -> ListDelta.parse(bytes));
        if (refused != null) {
            assertThat(refused.getMessage()).as(what).isNotBlank();
            return;
        }
        ListDelta delta = ListDelta.parse(bytes);
        assertThat(delta.bytes()).as(what).isEqualTo(bytes);
        assertThat(delta.from()).as(what).isBetween(0L, delta.head().version() - 1);
    }

    private static ListDelta delta(long from, long[] added, long[] removed) {
        return ListDelta.of(head(77), from, added, removed);
    }

    private static byte[] head(long version) {
        return new ListHead(
                        "hms-kort",
                        3,
                        version,
                        0,
                        3,
                        Instant.parse("2026-06-01T12:00:00Z"),
                        Instant.parse("2026-06-02T12:00:00Z"),
                        HexFormat.of()
                                .formatHex(BucketTable.of(new long[] {1, 2, -1}).root()),
                        KeyId.of(Vectors.publicKey()))
                .sign(Vectors.privateKey());
    }

    private static long[] sorted(LongStream keys) {
        return keys.boxed()
                .sorted(Long::compareUnsigned)
                .mapToLong(Long::longValue)
                .toArray();
    }
}
