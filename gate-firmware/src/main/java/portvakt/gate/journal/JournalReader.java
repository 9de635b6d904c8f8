package portvakt.gate.journal;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import portvakt.gate.port.Disk;
import portvakt.protocol.event.EventChain;
import portvakt.protocol.v1.ChainedEvent;

/**
 * Reads a journal that somebody else writes, or that nobody can write any more. Opens nothing for writing and changes nothing; of
 * what is damaged it takes all records that are whole. Not thread-safe.
 */
public final class JournalReader {

    private final Disk disk;
    private final String prefix;

    private final List<String> faults = new ArrayList<>();
    private long last;
    private Optional<ByteString> lastHash = Optional.empty();

    public JournalReader(Disk disk) {
        this(disk, "");
    }

    /** @param prefix what the names of its files begin with */
    private JournalReader(Disk disk, String prefix) {
        this.disk = disk;
        this.prefix = prefix;
    }

    /** One that was set aside, since it did not go on from an event that the server named. */
    public static JournalReader ofSetAside(Disk disk, long sequence) {
        return new JournalReader(disk, Segment.asidePrefix(sequence));
    }

    /** Of which journals there are that were set aside, the events that they did not go on from. */
    public static List<Long> setAside(Disk disk) throws IOException {
        return disk.names(Segment.ASIDE).stream()
                .map(Segment::asideOf)
                .flatMap(Optional::stream)
                .distinct()
                .toList();
    }

    /**
     * Reads the events that have come since the last call, at the first all of them, in their order.
     *
     * @return what is wrong, in plain words; each is told again for as long as its segment is read
     * @throws IOException if the folder itself cannot be read
     */
    public List<String> read(Consumer<ChainedEvent> each) throws IOException {
        faults.clear();
        List<String> names = segments();
        for (int at = 0; at < names.size(); at++) {
            boolean newest = at == names.size() - 1;
            long end = newest ? Long.MAX_VALUE : Segment.firstOf(names.get(at + 1));
            if (end > last + 1) {
                read(names.get(at), end, newest, each);
            }
        }
        return List.copyOf(faults);
    }

    private List<String> segments() throws IOException {
        return disk.names(prefix + Segment.PREFIX).stream()
                .map(name -> name.substring(prefix.length()))
                .filter(Segment::isName)
                .toList();
    }

    /** Up to which event the server has all: what is not here any more, or was another computer's, it has too. */
    public long acknowledged() throws IOException {
        List<String> names = segments();
        long before = names.isEmpty() ? 0 : Segment.firstOf(names.getFirst()) - 1;
        return Math.max(before, AcknowledgedFile.read(disk, prefix + AcknowledgedFile.NAME));
    }

    /** @param end sequence from which on the next segment has the word */
    private void read(String name, long end, boolean newest, Consumer<ChainedEvent> each) {
        byte[] bytes;
        try {
            bytes = disk.read(prefix + name);
        } catch (NoSuchFileException e) {
            // Dropped since the folder was listed: the gate runs, and the server has it all.
            return;
        } catch (IOException e) {
            faults.add(name + ": cannot be read: " + e.getMessage());
            return;
        }
        int offset = 0;
        while (offset < bytes.length) {
            Optional<Segment.Found> found = at(bytes, offset);
            if (found.isEmpty()) {
                int next = nextRecord(bytes, offset + 1);
                faults.add(torn(name, offset, next, bytes.length, newest));
                offset = next;
            } else {
                take(name, found.get().event(), end, each);
                offset = (int) found.get().nextOffset();
            }
        }
    }

    private String torn(String name, int offset, int next, int length, boolean newest) {
        String what = "%s: torn after event %d: %d bytes from %d on are no whole event"
                .formatted(name, last, next - offset, offset);
        return newest && next == length ? what + ", as a power cut leaves them, or a gate that is just writing" : what;
    }

    private void take(String name, ChainedEvent event, long end, Consumer<ChainedEvent> each) {
        if (event.getSequence() <= last || event.getSequence() >= end) {
            return;
        }
        if (last > 0 && event.getSequence() != last + 1) {
            faults.add("%s: events %d to %d are missing".formatted(name, last + 1, event.getSequence() - 1));
        } else if (lastHash.isPresent() && !event.getPreviousHash().equals(lastHash.get())) {
            faults.add("%s: the chain is broken: event %d does not follow event %d"
                    .formatted(name, event.getSequence(), last));
        }
        last = event.getSequence();
        lastHash = Optional.of(EventChain.hash(event));
        each.accept(event);
    }

    /** Where the next whole record begins: the checksum makes it certain enough. */
    private static int nextRecord(byte[] bytes, int from) {
        for (int offset = from; offset < bytes.length; offset++) {
            if (at(bytes, offset).isPresent()) {
                return offset;
            }
        }
        return bytes.length;
    }

    private static Optional<Segment.Found> at(byte[] bytes, int offset) {
        try {
            return Segment.at((into, position) -> Segment.copy(bytes, into, position), offset);
        } catch (IOException e) {
            throw new IllegalStateException("memory can be read", e);
        }
    }
}
