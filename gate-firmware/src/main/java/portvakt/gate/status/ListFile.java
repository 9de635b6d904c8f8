package portvakt.gate.status;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import portvakt.gate.port.Disk;
import portvakt.protocol.list.BucketTable;
import portvakt.protocol.list.ListHead;
import portvakt.protocol.list.MalformedListException;

/** Where a list lives on the gate's disk: replaced as a whole, or not at all. */
final class ListFile {

    private final Disk disk;
    private final String name;

    ListFile(Disk disk, String list) {
        this.disk = disk;
        this.name = list + ".list";
    }

    /** Returns when the list survives a power cut. */
    void store(SealedList list) throws IOException {
        disk.store(name, list.fileBytes());
    }

    boolean exists() throws IOException {
        return disk.names(name).contains(name);
    }

    /** Proves all that it reads, the signature too. */
    SealedList load(TrustedKeys keys, byte[] secret) throws IOException, ListRefusedException {
        byte[] bytes = disk.read(name);
        try {
            if (bytes.length < ListHead.SIZE_BYTES) {
                throw new MalformedListException("only " + bytes.length + " bytes");
            }
            byte[] headBytes = Arrays.copyOf(bytes, ListHead.SIZE_BYTES);
            ListHead head = keys.prove(headBytes);
            int tableEnd = ListHead.SIZE_BYTES + BucketTable.sizeBytes(head.bits());
            if (bytes.length != (long) tableEnd + (long) head.count() * Long.BYTES) {
                throw new MalformedListException(bytes.length + " bytes are not what the head says");
            }
            long[] all = new long[head.count()];
            ByteBuffer.wrap(bytes, tableEnd, bytes.length - tableEnd)
                    .asLongBuffer()
                    .get(all);
            return SealedList.prove(headBytes, Arrays.copyOfRange(bytes, ListHead.SIZE_BYTES, tableEnd), all, secret);
        } catch (MalformedListException | ListRefusedException e) {
            throw new ListRefusedException(ListRefusal.DAMAGED_FILE, name + ": " + e.getMessage());
        }
    }
}
