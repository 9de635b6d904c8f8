package portvakt.protocol.list;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.List;
import org.junit.jupiter.api.Test;
import portvakt.protocol.Vectors;

/** The parts of a snapshot are all of it, once, in order, and none is larger than it may be or smaller than it need be. */
class SnapshotChunksTest {

    private static final int KEYS = 2_000_000;
    private static final int CHUNK_KEYS = SnapshotChunks.CHUNK_BYTES / Long.BYTES;

    private final BucketTable table = BucketTable.of(Vectors.keys(KEYS));

    @Test
    void theTableIsCutByBytes() {
        int parts = SnapshotChunks.tableChunks(table.bits());
        assertThat(parts).isGreaterThan(2);
        ByteArrayOutputStream together = new ByteArrayOutputStream();
        for (int part = 0; part < parts; part++) {
            byte[] bytes = SnapshotChunks.tableChunk(table, part);
            assertThat(bytes).hasSizeBetween(1, SnapshotChunks.CHUNK_BYTES);
            together.writeBytes(bytes);
        }
        assertThat(together.toByteArray()).isEqualTo(table.bytes());
    }

    @Test
    void theKeysAreCutByWholeBuckets() {
        List<SnapshotChunks.KeyChunk> chunks = SnapshotChunks.keyChunks(table);
        assertThat(chunks).hasSizeGreaterThan(2);
        int next = 0;
        for (SnapshotChunks.KeyChunk chunk : chunks) {
            assertThat(chunk.fromBucket()).isEqualTo(next);
            next = chunk.untilBucket();
            int keys = table.start(next) - table.start(chunk.fromBucket());
            assertThat(keys).isBetween(1, CHUNK_KEYS);
            if (next < table.buckets()) {
                assertThat(table.start(next + 1) - table.start(chunk.fromBucket()))
                        .isGreaterThan(CHUNK_KEYS);
            }
        }
        assertThat(next).isEqualTo(table.buckets());
    }

    @Test
    void aBucketLargerThanAChunkGoesAloneAndAChunkMayBeFull() {
        int[] sizes = {CHUNK_KEYS + 1, CHUNK_KEYS / 2, CHUNK_KEYS / 2, 5};
        BucketTable.Edit edit = BucketTable.empty(2);
        for (int bucket = 0; bucket < sizes.length; bucket++) {
            edit.put(bucket, sizes[bucket], new byte[BucketTable.LEAF_BYTES]);
        }
        assertThat(SnapshotChunks.keyChunks(edit.table()))
                .containsExactly(
                        new SnapshotChunks.KeyChunk(0, 1),
                        new SnapshotChunks.KeyChunk(1, 3),
                        new SnapshotChunks.KeyChunk(3, 4));
    }

    @Test
    void anEmptyListHasNoKeysToSend() {
        assertThat(SnapshotChunks.keyChunks(BucketTable.of(new long[0]))).isEmpty();
    }
}
