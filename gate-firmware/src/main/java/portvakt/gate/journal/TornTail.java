package portvakt.gate.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.gate.port.Disk;

/** Cuts off what stands behind the last whole record of a segment, and keeps it aside in a file of its own. */
final class TornTail {

    private static final Logger LOG = LoggerFactory.getLogger(TornTail.class);

    private TornTail() {}

    /**
     * @param end      of the last whole record
     * @param last     its event
     * @param bytesMax as much of the tail is kept
     * @return what is to be told if it may have been damage instead, in plain words
     */
    static Optional<String> cut(Disk disk, Segment segment, long end, long last, long bytesMax) throws IOException {
        long cut = segment.file().size() - end;
        byte[] tail = new byte[(int) Math.min(cut, bytesMax)];
        ByteBuffer buffer = ByteBuffer.wrap(tail);
        while (buffer.hasRemaining() && segment.file().read(buffer, end + buffer.position()) >= 0) {}
        String aside = "cut-after-%020d".formatted(last);
        try (Disk.File file = disk.open(aside)) {
            file.truncate(0);
            file.append(ByteBuffer.wrap(tail));
            file.force();
        } catch (IOException e) {
            LOG.warn("The torn end of {} could not be kept in {}", segment.name(), aside, e);
        }
        Optional<String> damage = segment.after(end, last + 1).isPresent()
                ? Optional.of(segment.name() + ": whole events behind a damaged place after event " + last
                        + " were cut off; they are in " + aside)
                : Optional.empty();
        segment.file().truncate(end);
        LOG.warn("{}: cut {} bytes of a torn write after event {}; kept in {}", segment.name(), cut, last, aside);
        return damage;
    }
}
