package portvakt.gate.status;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import portvakt.protocol.list.BucketTable;
import portvakt.protocol.list.ListHead;
import portvakt.protocol.list.MalformedListException;
import portvakt.protocol.list.SnapshotChunks;

/**
 * Puts the chunks of one version together, in whatever order they come, and takes none that does not prove. Memory is bounded
 * by the head's signed count.
 */
final class SnapshotAssembly {

    private ListHead head;
    private byte[] headBytes;
    private final byte[][] tableParts;
    private BucketTable table;
    private List<SnapshotChunks.KeyChunk> plan;
    private long[] keys;
    private boolean[] have;
    /** Key chunks that came before the table was whole, together no more bytes than the head's count allows. */
    private byte[][] early;

    private long earlyBytes;

    SnapshotAssembly(ListHead head, byte[] headBytes) {
        this.head = head;
        this.headBytes = headBytes;
        this.tableParts = new byte[SnapshotChunks.tableChunks(head.bits())][];
        // Each chunk holds at least one key.
        this.early = new byte[Math.min(head.count(), 4096)][];
    }

    ListHead head() {
        return head;
    }

    /**
     * The issuer's sign of life for the version under way: what has come already stays.
     *
     * @return false if the head is of another version or content
     */
    boolean goesOnUnder(ListHead newer, byte[] newerBytes) {
        boolean same = newer.epoch() == head.epoch()
                && newer.version() == head.version()
                && newer.count() == head.count()
                && newer.rootHex().equals(head.rootHex());
        if (same && newer.issuedAt().isAfter(head.issuedAt())) {
            head = newer;
            headBytes = newerBytes;
        }
        return same;
    }

    /** @throws ListRefusedException if all parts of the table are there and the head does not prove it; it is forgotten then */
    void addTable(int index, byte[] part) throws ListRefusedException {
        if (table != null || index >= tableParts.length) {
            return;
        }
        if (part.length > SnapshotChunks.CHUNK_BYTES) {
            throw new ListRefusedException(ListRefusal.MALFORMED, "table chunk " + index + " is over the limit");
        }
        tableParts[index] = part;
        if (Arrays.stream(tableParts).anyMatch(each -> each == null)) {
            return;
        }
        BucketTable whole = parse();
        if (!hex(whole.root()).equals(head.rootHex())) {
            Arrays.fill(tableParts, null);
            throw new ListRefusedException(ListRefusal.NOT_PROVED, "the table is not the one that the head signs");
        }
        table = whole;
        plan = SnapshotChunks.keyChunks(table);
        keys = new long[head.count()];
        have = new boolean[plan.size()];
        byte[][] waiting = early;
        early = null;
        addEarly(waiting);
    }

    /** Takes all that prove, also behind one that does not. */
    private void addEarly(byte[][] waiting) throws ListRefusedException {
        ListRefusedException refused = null;
        for (int chunk = 0; chunk < Math.min(plan.size(), waiting.length); chunk++) {
            if (waiting[chunk] != null) {
                try {
                    addKeys(chunk, waiting[chunk]);
                } catch (ListRefusedException e) {
                    refused = e;
                }
            }
        }
        if (refused != null) {
            throw refused;
        }
    }

    private BucketTable parse() throws ListRefusedException {
        ByteBuffer bytes = ByteBuffer.allocate(
                Arrays.stream(tableParts).mapToInt(part -> part.length).sum());
        for (byte[] part : tableParts) {
            bytes.put(part);
        }
        try {
            return BucketTable.parse(head.bits(), head.count(), bytes.array());
        } catch (MalformedListException e) {
            Arrays.fill(tableParts, null);
            throw new ListRefusedException(ListRefusal.MALFORMED, e.getMessage());
        }
    }

    /** @throws ListRefusedException if a bucket in it does not prove; the chunk is not taken then */
    void addKeys(int index, byte[] chunk) throws ListRefusedException {
        if (table == null) {
            if (index < early.length
                    && early[index] == null
                    && earlyBytes + chunk.length <= (long) head.count() * Long.BYTES) {
                early[index] = chunk;
                earlyBytes += chunk.length;
            }
            return;
        }
        if (index >= plan.size() || have[index]) {
            return;
        }
        SnapshotChunks.KeyChunk buckets = plan.get(index);
        int from = table.start(buckets.fromBucket());
        long[] part = new long[table.start(buckets.untilBucket()) - from];
        if (chunk.length != part.length * Long.BYTES) {
            throw new ListRefusedException(
                    ListRefusal.NOT_PROVED,
                    "key chunk " + index + " has " + chunk.length + " bytes instead of " + part.length * Long.BYTES);
        }
        ByteBuffer.wrap(chunk).asLongBuffer().get(part);
        for (int bucket = buckets.fromBucket(); bucket < buckets.untilBucket(); bucket++) {
            int start = table.start(bucket) - from;
            if (!table.proves(bucket, Arrays.copyOfRange(part, start, table.start(bucket + 1) - from))) {
                throw new ListRefusedException(
                        ListRefusal.NOT_PROVED, "bucket " + bucket + " in key chunk " + index + " does not prove");
            }
        }
        System.arraycopy(part, 0, keys, from, part.length);
        have[index] = true;
    }

    boolean isComplete() {
        if (table == null) {
            return false;
        }
        for (boolean each : have) {
            if (!each) {
                return false;
            }
        }
        return true;
    }

    /** The list's whole file; each bucket in it has been proved. */
    byte[] file() {
        byte[] tableBytes = table.bytes();
        ByteBuffer file = ByteBuffer.allocate(headBytes.length + tableBytes.length + keys.length * Long.BYTES);
        file.put(headBytes).put(tableBytes);
        file.asLongBuffer().put(keys);
        return file.array();
    }

    static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
