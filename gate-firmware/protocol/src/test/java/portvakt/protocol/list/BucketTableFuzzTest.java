package portvakt.protocol.list;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;
import portvakt.protocol.Vectors;

/**
 * Bits, count and bytes of a table as they come from elsewhere: refused, or a table whose buckets lie one behind the other and
 * whose parts are cut so that every key is in one of them.
 */
class BucketTableFuzzTest {

    private static final int HEADER_BYTES = 1 + Integer.BYTES;

    static Stream<byte[]> tables() {
        return Stream.of(0, 1, 3, 385, 800).map(count -> {
            BucketTable table = BucketTable.of(Vectors.keys(count));
            byte[] bytes = table.bytes();
            return ByteBuffer.allocate(HEADER_BYTES + bytes.length)
                    .put((byte) table.bits())
                    .putInt(count)
                    .put(bytes)
                    .array();
        });
    }

    @MethodSource("tables")
    @FuzzTest
    void fuzz(byte[] input) {
        if (input.length < HEADER_BYTES) {
            return;
        }
        int bits = input[0];
        int count = ByteBuffer.wrap(input).getInt(1);
        byte[] bytes = Arrays.copyOfRange(input, HEADER_BYTES, input.length);
        BucketTable table;
        try {
            table = BucketTable.parse(bits, count, bytes);
        } catch (MalformedListException e) {
            return;
        }
        assertThat(table.bytes()).isEqualTo(bytes);
        assertThat(table.edit().table().root()).isEqualTo(table.root());
        assertThat(table.start(table.buckets())).isEqualTo(count);
        assertThat(table.proves(0, new long[0])).isEqualTo(table.start(1) == 0 && isLeafOfNothing(table));
        int covered = 0;
        List<SnapshotChunks.KeyChunk> chunks = SnapshotChunks.keyChunks(table);
        for (SnapshotChunks.KeyChunk chunk : chunks) {
            assertThat(table.start(chunk.fromBucket())).isEqualTo(covered);
            covered = table.start(chunk.untilBucket());
        }
        assertThat(covered).isEqualTo(count);
    }

    private static boolean isLeafOfNothing(BucketTable table) {
        int first = (table.buckets() + 1) * Integer.BYTES;
        return Arrays.equals(
                BucketTable.leafOf(new long[0]),
                Arrays.copyOfRange(table.bytes(), first, first + BucketTable.LEAF_BYTES));
    }
}
