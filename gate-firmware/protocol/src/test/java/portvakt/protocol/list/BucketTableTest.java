package portvakt.protocol.list;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import portvakt.protocol.Vectors;

/** Issuer and gate arrive at the same table, root and cuts for the same keys, for ever, and a wrong table is seen. */
class BucketTableTest {

    @Test
    void thePinnedVectors() {
        for (String[] vector : Vectors.of("tables.txt")) {
            BucketTable table = BucketTable.of(Vectors.keys(Integer.parseInt(vector[0])));
            assertThat(table.bits()).isEqualTo(Integer.parseInt(vector[1]));
            assertThat(HexFormat.of().formatHex(table.root())).isEqualTo(vector[2]);
            assertThat(SnapshotChunks.keyChunks(table).stream()
                            .map(chunk -> chunk.fromBucket() + "-" + chunk.untilBucket())
                            .collect(Collectors.joining(" ")))
                    .isEqualTo(String.join(" ", Arrays.copyOfRange(vector, 3, vector.length)));
        }
    }

    @Test
    void bucketsStaySmall() {
        assertThat(List.of(0, 384, 385, 768, 769, 50_000, Integer.MAX_VALUE))
                .extracting(BucketTable::bitsFor)
                .containsExactly(0, 0, 1, 1, 2, 8, 23);
        assertThat(BucketTable.bucketOf(-1L, 8)).isEqualTo(255);
        assertThat(BucketTable.bucketOf(-1L, 0)).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 385, 20_000, 300_000})
    void whatIsCutComesTogetherAgain(int count) throws MalformedListException {
        long[] keys = Vectors.keys(count);
        BucketTable table = BucketTable.of(keys);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int part = 0; part < SnapshotChunks.tableChunks(table.bits()); part++) {
            byte[] chunk = SnapshotChunks.tableChunk(table, part);
            assertThat(chunk.length).isBetween(1, SnapshotChunks.CHUNK_BYTES);
            bytes.writeBytes(chunk);
        }
        BucketTable parsed = BucketTable.parse(table.bits(), count, bytes.toByteArray());
        assertThat(parsed.root()).isEqualTo(table.root());
        int next = 0;
        for (SnapshotChunks.KeyChunk chunk : SnapshotChunks.keyChunks(parsed)) {
            assertThat(parsed.start(chunk.fromBucket())).isEqualTo(next);
            next = parsed.start(chunk.untilBucket());
            assertThat((next - parsed.start(chunk.fromBucket())) * Long.BYTES).isBetween(1, SnapshotChunks.CHUNK_BYTES);
        }
        assertThat(next).isEqualTo(count);
        for (int bucket = 0; bucket < parsed.buckets(); bucket++) {
            long[] own = Arrays.copyOfRange(keys, parsed.start(bucket), parsed.start(bucket + 1));
            assertThat(parsed.proves(bucket, own)).isTrue();
            if (own.length > 0) {
                assertThat(parsed.proves(bucket, Arrays.copyOf(own, own.length - 1)))
                        .isFalse();
                own[own.length / 2]++;
                assertThat(parsed.proves(bucket, own)).isFalse();
            }
        }
    }

    @Test
    void everyFlippedBitChangesTheRootOrIsNoTable() {
        BucketTable table = BucketTable.of(Vectors.keys(1_000));
        byte[] bytes = table.bytes();
        for (int bit = 0; bit < bytes.length * 8; bit++) {
            byte[] flipped = bytes.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            try {
                assertThat(BucketTable.parse(table.bits(), 1_000, flipped).root())
                        .isNotEqualTo(table.root());
            } catch (MalformedListException e) {
                assertThat(e).hasMessageMatching("bucket \\d+ starts at key .*|the table covers .*");
            }
        }
    }

    @Test
    void everyOtherLengthIsRefused() {
        byte[] bytes = BucketTable.of(Vectors.keys(1_000)).bytes();
        for (int length = 0; length < bytes.length + 50; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            if (length != bytes.length) {
                assertThatThrownBy(() -> BucketTable.parse(2, 1_000, cut)).isInstanceOf(MalformedListException.class);
            }
        }
        assertThatThrownBy(() -> BucketTable.parse(2, 999, bytes)).hasMessageContaining("after");
        assertThatThrownBy(() -> BucketTable.parse(-1, 1_000, bytes)).isInstanceOf(MalformedListException.class);
        assertThatThrownBy(() -> BucketTable.parse(25, 1_000, bytes)).isInstanceOf(MalformedListException.class);
    }

    @Test
    void startsRiseFromZeroToTheCount() {
        BucketTable table = BucketTable.of(Vectors.keys(1_000));
        assertStarts(table, 1_000, 0, 1);
        assertStarts(table, 1_000, 0, -1);
        assertStarts(table, 1_000, 2, table.start(1) - 1);
        assertStarts(table, 1_000, 3, 1_001);
        assertStarts(table, 1_000, 4, 999);
        assertThatThrownBy(() -> BucketTable.parse(2, 1_001, table.bytes())).isInstanceOf(MalformedListException.class);
    }

    private static void assertStarts(BucketTable table, int count, int bucket, int start) {
        byte[] bytes = table.bytes();
        ByteBuffer.wrap(bytes).putInt(bucket * Integer.BYTES, start);
        assertThatThrownBy(() -> BucketTable.parse(table.bits(), count, bytes))
                .as("start of bucket %d", bucket)
                .isInstanceOf(MalformedListException.class);
    }

    /** Shifts go by the low five bits: these would be the sizes of tables that are none. */
    @Test
    void bitsOutOfTheirRangeAreRefusedWhateverTheLength() {
        assertThatThrownBy(() -> BucketTable.parse(-1, 0, new byte[4])).isInstanceOf(MalformedListException.class);
        byte[] one = BucketTable.of(Vectors.keys(3)).bytes();
        assertThatThrownBy(() -> BucketTable.parse(32, 3, one)).isInstanceOf(MalformedListException.class);
    }

    /** As only somebody with the issuer's key can have made it. */
    @Test
    void aLeafOfMoreOrFewerKeysThanTheTableSaysProvesNothing() {
        long[] keys = {1, 2, 3};
        for (int size : new int[] {2, 4}) {
            BucketTable.Edit edit = BucketTable.empty(0);
            edit.put(0, size, BucketTable.leafOf(keys));
            assertThat(edit.table().proves(0, keys)).isFalse();
        }
    }

    @Test
    void unsortedOrRepeatedKeysAreTheIssuersMistake() {
        for (long[] keys : List.of(new long[] {2, 1}, new long[] {1, 1}, new long[] {-1, 1})) {
            assertThatThrownBy(() -> BucketTable.of(keys)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(BucketTable.of(new long[] {1, -1}).start(1)).isEqualTo(2);
    }

    @Test
    void aBucketMayBecomeEmpty() {
        BucketTable.Edit edit = BucketTable.of(Vectors.keys(385)).edit();
        edit.put(1, 0, BucketTable.leafOf(new long[0]));
        BucketTable table = edit.table();
        assertThat(table.start(2)).isEqualTo(table.start(1));
        assertThat(table.proves(1, new long[0])).isTrue();
    }

    @Test
    void anEditedTableIsTheOneOfTheNewSet() {
        long[] keys = Vectors.keys(2_000);
        BucketTable before = BucketTable.of(Arrays.copyOf(keys, 1_990));
        BucketTable after = BucketTable.of(keys);
        BucketTable.Edit edit = before.edit();
        BucketTable.Edit empty = BucketTable.empty(after.bits());
        for (int bucket = 0; bucket < after.buckets(); bucket++) {
            long[] own = Arrays.copyOfRange(keys, after.start(bucket), after.start(bucket + 1));
            empty.put(bucket, own.length, BucketTable.leafOf(own));
            if (!before.proves(bucket, own)) {
                edit.put(bucket, own.length, BucketTable.leafOf(own));
                assertThat(edit.size(bucket)).isEqualTo(own.length);
            }
        }
        assertThat(edit.table().bytes()).isEqualTo(after.bytes());
        assertThat(empty.table().bytes()).isEqualTo(after.bytes());
        assertThatThrownBy(() -> edit.put(0, -1, new byte[16])).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> edit.put(0, 1, new byte[15])).isInstanceOf(IllegalArgumentException.class);
    }
}
