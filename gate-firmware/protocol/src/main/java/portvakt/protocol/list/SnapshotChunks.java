package portvakt.protocol.list;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How a snapshot is cut into messages of at most {@value #CHUNK_BYTES} bytes: the table by bytes, the keys by whole buckets, so
 * that each bucket of a chunk proves itself. Both sides derive the cuts from head and table, nothing else is agreed on.
 */
public final class SnapshotChunks {

    public static final int CHUNK_BYTES = 64 * 1024;
    private static final int CHUNK_KEYS = CHUNK_BYTES / Long.BYTES;

    /** A run of whole buckets: {@code [fromBucket, untilBucket)}. A bucket larger than a chunk goes alone. */
    public record KeyChunk(int fromBucket, int untilBucket) {}

    private SnapshotChunks() {}

    /** Number of messages that the table takes. */
    public static int tableChunks(int bits) {
        return Math.ceilDiv(BucketTable.sizeBytes(bits), CHUNK_BYTES);
    }

    /** Bytes of table message {@code index}. */
    public static byte[] tableChunk(BucketTable table, int index) {
        byte[] bytes = table.bytes();
        return Arrays.copyOfRange(bytes, index * CHUNK_BYTES, Math.min(bytes.length, (index + 1) * CHUNK_BYTES));
    }

    /** The key messages in order; none for an empty list. */
    public static List<KeyChunk> keyChunks(BucketTable table) {
        List<KeyChunk> chunks = new ArrayList<>();
        int from = 0;
        while (from < table.buckets()) {
            int until = from + 1;
            while (until < table.buckets() && table.start(until + 1) - table.start(from) <= CHUNK_KEYS) {
                until++;
            }
            if (table.start(until) > table.start(from)) {
                chunks.add(new KeyChunk(from, until));
            }
            from = until;
        }
        return chunks;
    }
}
