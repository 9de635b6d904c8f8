package portvakt.gate.status;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;
import portvakt.gate.port.Disk;
import portvakt.protocol.list.BucketTable;
import portvakt.protocol.list.ListDelta;
import portvakt.protocol.list.ListHead;
import portvakt.protocol.list.MalformedListException;

/**
 * What stands in the log beside a list's base file, one record behind the other, big-endian:
 *
 * <pre>
 * 0  4  length of the body
 * 4  4  CRC32C of the body
 * 8  .  body: 1 | length of the delta as int | {@link ListDelta} | changed buckets: (number as int, leaf byte[16]) each
 *             2 | {@link ListHead}, signed again without a change of the set
 * </pre>
 *
 * The checksum finds torn and damaged records; what a record says counts only when the newest head proves the outcome.
 */
final class ListLog {

    private static final int RECORD_HEADER_BYTES = 2 * Integer.BYTES;
    private static final int LEAF_ENTRY_BYTES = Integer.BYTES + BucketTable.LEAF_BYTES;

    /** A delta of the most keys, each in a bucket of its own. */
    private static final int BODY_BYTES_MAX =
            1 + Integer.BYTES + ListDelta.BYTES_MAX + ListDelta.KEYS_MAX * LEAF_ENTRY_BYTES;

    private static final byte DELTA = 1;
    private static final byte HEAD = 2;

    /** A record that was read; {@code end} is where the next one begins. */
    sealed interface Entry {
        int end();

        /** @param leaves bucket and leaf of each changed bucket */
        record Delta(ListDelta delta, ByteBuffer leaves, int end) implements Entry {}

        record Renewal(ListHead head, byte[] headBytes, int end) implements Entry {}
    }

    private ListLog() {}

    static byte[] delta(ListDelta delta, byte[] leaves) {
        byte[] bytes = delta.bytes();
        return record(ByteBuffer.allocate(1 + Integer.BYTES + bytes.length + leaves.length)
                .put(DELTA)
                .putInt(bytes.length)
                .put(bytes)
                .put(leaves)
                .array());
    }

    static byte[] renewal(byte[] headBytes) {
        return record(ByteBuffer.allocate(1 + headBytes.length)
                .put(HEAD)
                .put(headBytes)
                .array());
    }

    private static byte[] record(byte[] body) {
        return ByteBuffer.allocate(RECORD_HEADER_BYTES + body.length)
                .putInt(body.length)
                .putInt(checksum(body))
                .put(body)
                .array();
    }

    private static int checksum(byte[] body) {
        CRC32C crc = new CRC32C();
        crc.update(body);
        return (int) crc.getValue();
    }

    /** All records up to the first one that is torn, damaged or none. */
    static List<Entry> read(Disk.File file) throws IOException {
        List<Entry> entries = new ArrayList<>();
        int at = 0;
        while (true) {
            Optional<byte[]> body = body(file, at);
            if (body.isEmpty()) {
                return entries;
            }
            int end = at + RECORD_HEADER_BYTES + body.get().length;
            Optional<Entry> entry = entry(body.get(), end);
            if (entry.isEmpty()) {
                return entries;
            }
            entries.add(entry.get());
            at = end;
        }
    }

    private static Optional<byte[]> body(Disk.File file, int at) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(RECORD_HEADER_BYTES);
        if (!fill(file, header, at)) {
            return Optional.empty();
        }
        int length = header.getInt(0);
        if (length < 1 || length > BODY_BYTES_MAX || at > Integer.MAX_VALUE - 2 * BODY_BYTES_MAX) {
            return Optional.empty();
        }
        ByteBuffer body = ByteBuffer.allocate(length);
        return fill(file, body, at + RECORD_HEADER_BYTES) && checksum(body.array()) == header.getInt(Integer.BYTES)
                ? Optional.of(body.array())
                : Optional.empty();
    }

    private static boolean fill(Disk.File file, ByteBuffer into, long position) throws IOException {
        while (into.hasRemaining()) {
            if (file.read(into, position + into.position()) <= 0) {
                return false;
            }
        }
        return true;
    }

    private static Optional<Entry> entry(byte[] body, int end) {
        ByteBuffer rest = ByteBuffer.wrap(body);
        try {
            switch (rest.get()) {
                case DELTA -> {
                    if (rest.remaining() < Integer.BYTES) {
                        return Optional.empty();
                    }
                    int length = rest.getInt();
                    if (length < 0 || length > rest.remaining()) {
                        return Optional.empty();
                    }
                    byte[] delta = new byte[length];
                    rest.get(delta);
                    return rest.remaining() % LEAF_ENTRY_BYTES == 0
                            ? Optional.of(new Entry.Delta(ListDelta.parse(delta), rest.slice(), end))
                            : Optional.empty();
                }
                case HEAD -> {
                    byte[] head = new byte[rest.remaining()];
                    rest.get(head);
                    return Optional.of(new Entry.Renewal(ListHead.parse(head), head, end));
                }
                default -> {
                    return Optional.empty();
                }
            }
        } catch (MalformedListException e) {
            return Optional.empty();
        }
    }

    /** Records joined, to be written at once. */
    static byte[] join(List<byte[]> records) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        records.forEach(all::writeBytes);
        return all.toByteArray();
    }
}
