package portvakt.gate.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import portvakt.gate.port.Disk;

/** Up to which event the server has all: number and CRC-32C, 12 bytes. */
final class AcknowledgedFile {

    static final String NAME = "acknowledged";
    private static final int BYTES = Long.BYTES + Integer.BYTES;

    private AcknowledgedFile() {}

    /** Not forced: after a power cut a few events are sent twice, and the server takes each once. */
    static void write(Disk disk, long sequence) throws IOException {
        ByteBuffer record = ByteBuffer.allocate(BYTES).putLong(sequence);
        record.putInt(crc(record.array())).flip();
        try (Disk.File file = disk.open(NAME)) {
            file.truncate(0);
            file.append(record);
        }
    }

    /** 0 where the file is missing or torn: the server takes a repetition. */
    static long read(Disk disk) throws IOException {
        return read(disk, NAME);
    }

    /** As {@link #read(Disk)}, of a file with that name. */
    static long read(Disk disk, String name) throws IOException {
        if (!disk.names(name).contains(name)) {
            return 0;
        }
        byte[] bytes = disk.read(name);
        if (bytes.length != BYTES) {
            return 0;
        }
        ByteBuffer record = ByteBuffer.wrap(bytes);
        long sequence = record.getLong();
        return record.getInt() == crc(bytes) ? sequence : 0;
    }

    private static int crc(byte[] record) {
        CRC32C crc = new CRC32C();
        crc.update(record, 0, Long.BYTES);
        return (int) crc.getValue();
    }
}
