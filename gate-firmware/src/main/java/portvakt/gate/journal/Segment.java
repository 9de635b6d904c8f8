package portvakt.gate.journal;

import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.zip.CRC32C;
import portvakt.gate.port.Disk;
import portvakt.protocol.v1.ChainedEvent;

/**
 * One file of the journal: records, one behind the other.
 *
 * <pre>
 * record  length of body as int | CRC-32C of body as int | body: a ChainedEvent      big-endian
 * </pre>
 *
 * Its name tells the sequence of its first record: {@code events-00000000000000000001.seg}.
 */
final class Segment implements AutoCloseable {

    static final String PREFIX = "events-";
    static final String ASIDE = "set-aside-";
    static final int RECORD_BYTES_MAX = 64 * 1024;
    private static final int HEADER_BYTES = 2 * Integer.BYTES;

    /** Where bytes come from: as {@link Disk.File#read}. */
    @FunctionalInterface
    interface Bytes {
        int read(ByteBuffer into, long position) throws IOException;
    }

    /** A good record, and where the next one starts. */
    record Found(ChainedEvent event, long nextOffset) {}

    private final String name;
    private final long first;
    private final Disk.File file;

    Segment(Disk disk, long first) throws IOException {
        this(disk, nameOf(first), first);
    }

    private Segment(Disk disk, String name, long first) throws IOException {
        this.name = name;
        this.first = first;
        this.file = disk.open(name);
    }

    /** One that was set aside. @param name that of a segment behind an {@link #asidePrefix} */
    static Segment setAside(Disk disk, String name) throws IOException {
        return new Segment(disk, name, firstOf(name.substring(name.indexOf(PREFIX))));
    }

    /** What the names begin with of a journal that did not go on from an event. */
    static String asidePrefix(long sequence) {
        return ASIDE + "%020d-".formatted(sequence);
    }

    /** That event, of a segment that was set aside; empty for any other file. */
    static Optional<Long> asideOf(String name) {
        return name.matches(ASIDE + "[0-9]{20}-" + PREFIX + "[0-9]{20}\\.seg")
                ? Optional.of(Long.parseLong(name.substring(ASIDE.length(), ASIDE.length() + 20)))
                : Optional.empty();
    }

    static String nameOf(long first) {
        return PREFIX + "%020d.seg".formatted(first);
    }

    static long firstOf(String name) {
        return Long.parseLong(name.substring(PREFIX.length(), PREFIX.length() + 20));
    }

    static boolean isName(String name) {
        return name.matches(PREFIX + "[0-9]{20}\\.seg");
    }

    String name() {
        return name;
    }

    long first() {
        return first;
    }

    Disk.File file() {
        return file;
    }

    static ByteBuffer encode(ChainedEvent event) throws IOException {
        byte[] body = event.toByteArray();
        if (body.length > RECORD_BYTES_MAX) {
            throw new IOException("an event of " + body.length + " bytes is over the limit of " + RECORD_BYTES_MAX);
        }
        CRC32C crc = new CRC32C();
        crc.update(body);
        return ByteBuffer.allocate(HEADER_BYTES + body.length)
                .putInt(body.length)
                .putInt((int) crc.getValue())
                .put(body)
                .flip();
    }

    /** The record at an offset; empty where there is no good one, be it the end or damage. */
    Optional<Found> at(long offset) throws IOException {
        return at(file::read, offset);
    }

    /**
     * The next whole record of an event at or behind an offset, past what is damaged.
     *
     * @param sequence the least that it may have
     * @return empty: there is none
     */
    Optional<Found> after(long offset, long sequence) throws IOException {
        Optional<Found> found = next(offset);
        while (found.isPresent() && found.get().event().getSequence() < sequence) {
            found = next(found.get().nextOffset());
        }
        return found;
    }

    /** The greatest sequence that any whole record has; empty: there is none. */
    OptionalLong newest() throws IOException {
        OptionalLong newest = OptionalLong.empty();
        for (Optional<Found> found = next(0);
                found.isPresent();
                found = next(found.get().nextOffset())) {
            newest = OptionalLong.of(
                    Math.max(newest.orElse(0), found.get().event().getSequence()));
        }
        return newest;
    }

    /** The checksum makes it certain enough that a record begins there. */
    private Optional<Found> next(long offset) throws IOException {
        Optional<Found> found = at(offset);
        int left = (int) Math.max(0, file.size() - offset);
        if (found.isPresent() || left == 0) {
            return found;
        }
        ByteBuffer rest = ByteBuffer.allocate(left);
        fill(file::read, rest, offset);
        Bytes bytes = (into, position) -> copy(rest.array(), into, position);
        for (int skipped = 1; skipped < left; skipped++) {
            found = at(bytes, skipped);
            if (found.isPresent()) {
                return Optional.of(
                        new Found(found.get().event(), offset + found.get().nextOffset()));
            }
        }
        return Optional.empty();
    }

    /** As {@link Bytes#read}, of what is in memory. */
    static int copy(byte[] bytes, ByteBuffer into, long position) {
        int length = (int) Math.min(into.remaining(), bytes.length - position);
        if (length <= 0) {
            return -1;
        }
        into.put(bytes, (int) position, length);
        return length;
    }

    static Optional<Found> at(Bytes bytes, long offset) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
        if (!fill(bytes, header, offset)) {
            return Optional.empty();
        }
        int length = header.flip().getInt();
        int expected = header.getInt();
        if (length < 1 || length > RECORD_BYTES_MAX) {
            return Optional.empty();
        }
        ByteBuffer body = ByteBuffer.allocate(length);
        if (!fill(bytes, body, offset + HEADER_BYTES)) {
            return Optional.empty();
        }
        CRC32C crc = new CRC32C();
        crc.update(body.flip());
        if ((int) crc.getValue() != expected) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Found(ChainedEvent.parseFrom(body.flip()), offset + HEADER_BYTES + length));
        } catch (InvalidProtocolBufferException e) {
            return Optional.empty();
        }
    }

    private static boolean fill(Bytes bytes, ByteBuffer buffer, long offset) throws IOException {
        while (buffer.hasRemaining()) {
            if (bytes.read(buffer, offset + buffer.position()) < 0) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
