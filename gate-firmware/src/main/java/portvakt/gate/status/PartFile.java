package portvakt.gate.status;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import portvakt.gate.port.Disk;
import portvakt.protocol.list.BucketTable;
import portvakt.protocol.list.ListHead;
import portvakt.protocol.list.MalformedListException;

/**
 * A list's file while a sync puts it together: head, table, and buckets each at its place, in any order. What it holds after a
 * restart is not believed but proved again, so it needs no journal. Belongs to one thread, which may block.
 */
final class PartFile implements AutoCloseable {

    private final Disk.File file;
    private final ListHead head;
    private BucketTable table;

    private PartFile(Disk.File file, ListHead head) {
        this.file = file;
        this.head = head;
    }

    /**
     * Goes on with a file of the same content, or begins it.
     *
     * @param headBytes of a head that the caller has proved
     * @throws IOException if the disk fails, or has no room for the whole file
     */
    static PartFile open(Disk disk, String name, ListHead head, byte[] headBytes) throws IOException {
        Disk.File file = disk.open(name);
        try {
            PartFile part = new PartFile(file, head);
            if (!part.isOfSameContent()) {
                file.truncate(0);
            }
            long lacking = part.keysAt() + (long) head.count() * Long.BYTES - file.size();
            if (disk.freeBytes() < lacking) {
                throw new IOException("version " + head.version() + " needs " + lacking + " bytes, " + disk.freeBytes()
                        + " are free");
            }
            file.write(ByteBuffer.wrap(headBytes), 0);
            part.table = part.readTable().orElse(null);
            return part;
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    private boolean isOfSameContent() throws IOException {
        if (file.size() < ListHead.SIZE_BYTES) {
            return false;
        }
        try {
            ListHead begun = ListHead.parse(read(0, ListHead.SIZE_BYTES));
            return begun.rootHex().equals(head.rootHex());
        } catch (MalformedListException e) {
            return false;
        }
    }

    private Optional<BucketTable> readTable() throws IOException {
        if (file.size() < keysAt()) {
            return Optional.empty();
        }
        try {
            byte[] bytes = read(ListHead.SIZE_BYTES, BucketTable.sizeBytes(head.bits()));
            BucketTable read = BucketTable.parse(head.bits(), head.count(), bytes);
            return SealedList.isRoot(read, head) ? Optional.of(read) : Optional.empty();
        } catch (MalformedListException e) {
            return Optional.empty();
        }
    }

    /** Empty until there is one that proves. */
    Optional<BucketTable> table() {
        return Optional.ofNullable(table);
    }

    /** @param proved by the head */
    void put(BucketTable proved) throws IOException {
        file.write(ByteBuffer.wrap(proved.bytes()), ListHead.SIZE_BYTES);
        table = proved;
    }

    /** Whether the bucket's place holds its keys. */
    boolean has(int bucket) throws IOException {
        int from = table.start(bucket);
        byte[] bytes = read(at(from), (table.start(bucket + 1) - from) * Long.BYTES);
        long[] keys = new long[bytes.length / Long.BYTES];
        ByteBuffer.wrap(bytes).asLongBuffer().get(keys);
        return table.proves(bucket, keys);
    }

    /** @param keys which the table proves */
    void put(int bucket, long[] keys) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(keys.length * Long.BYTES);
        bytes.asLongBuffer().put(keys);
        file.write(bytes, at(table.start(bucket)));
    }

    private int keysAt() {
        return ListHead.SIZE_BYTES + BucketTable.sizeBytes(head.bits());
    }

    private long at(int key) {
        return keysAt() + (long) key * Long.BYTES;
    }

    /** What the file does not reach is zeros. */
    private byte[] read(long position, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining()) {
            int read = file.read(bytes, position + bytes.position());
            if (read <= 0) {
                break;
            }
        }
        return bytes.array();
    }

    /** Cuts off what an older file of the same name had more, and returns when all is on the medium. */
    void finish() throws IOException {
        long end = at(head.count());
        if (file.size() > end) {
            file.truncate(end);
        }
        file.force();
    }

    void force() throws IOException {
        file.force();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
