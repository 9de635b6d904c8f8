package portvakt.gate.journal;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.gate.port.Disk;
import portvakt.protocol.event.EventChain;
import portvakt.protocol.event.JournalStart;
import portvakt.protocol.v1.ChainedEvent;

/**
 * Looks, before a journal is opened, whether it goes on from the event that the server named when this gate was let in. One that does is
 * left as it is. One that does not is set aside: its segments get names that no journal has, and an empty one takes its place. Nothing is
 * deleted.
 *
 * <p>A power cut at any point leaves a journal that does not agree either, or none: the newest segment goes first, and each name is on the
 * medium before the next one changes. So the next start does the rest. Until the new journal has told of it ({@link #untold}), each start
 * finds the same to tell.
 */
final class JournalBeginning {

    private static final Logger LOG = LoggerFactory.getLogger(JournalBeginning.class);

    private final Disk disk;
    private final JournalStart start;

    JournalBeginning(Disk disk, JournalStart start) {
        this.disk = disk;
        this.start = start;
    }

    static List<String> segments(Disk disk) throws IOException {
        return disk.names(Segment.PREFIX).stream().filter(Segment::isName).toList();
    }

    /**
     * Before the journal is opened. Sets it aside if it has to be.
     *
     * @return whether the journal has no event yet, and goes on after the one that the server named
     * @throws IOException if the disk cannot be read or written; the next call does the rest
     */
    boolean prepare() throws IOException {
        if (start.isNone()) {
            return false;
        }
        if (!agrees(segments(disk))) {
            setAside();
        }
        return isEmpty(segments(disk));
    }

    private boolean agrees(List<String> names) throws IOException {
        long after = start.sequence();
        if (names.isEmpty() || Segment.firstOf(names.getFirst()) > after + 1) {
            return true;
        }
        Optional<ChainedEvent> own = event(names, after);
        if (own.isPresent()) {
            return EventChain.hash(own.get()).equals(start.hash());
        }
        Optional<ChainedEvent> next = event(names, after + 1);
        if (next.isPresent()) {
            return next.get().getPreviousHash().equals(start.hash());
        }
        // Neither reads: a journal that has later ones is damaged there, or begins there and has none.
        long newest = Segment.firstOf(names.getLast());
        return newest > after + 1
                || newest == after + 1 && names.size() == 1
                || newestEvent(names).orElse(0) > after + 1;
    }

    private boolean isEmpty(List<String> names) throws IOException {
        long acknowledged = AcknowledgedFile.read(disk);
        boolean none = names.isEmpty()
                || names.size() == 1
                        && Segment.firstOf(names.getFirst()) == start.sequence() + 1
                        && hasNone(names.getFirst());
        // More was acknowledged than there was at the beginning: then there were events, and the disk has lost them.
        return none && acknowledged <= start.sequence();
    }

    private boolean hasNone(String name) throws IOException {
        try (Segment segment = new Segment(disk, Segment.firstOf(name))) {
            return segment.after(0, 1).isEmpty();
        }
    }

    /** The event with that number; empty where there is none, or it cannot be read. */
    private Optional<ChainedEvent> event(List<String> names, long sequence) throws IOException {
        for (int at = names.size() - 1; at >= 0; at--) {
            if (Segment.firstOf(names.get(at)) <= sequence) {
                try (Segment segment = new Segment(disk, Segment.firstOf(names.get(at)))) {
                    return segment.after(0, sequence)
                            .map(Segment.Found::event)
                            .filter(event -> event.getSequence() == sequence);
                } catch (IOException e) {
                    if (at == names.size() - 1) {
                        throw e;
                    }
                    // The gate runs with a hole in what it has written long ago; it must start with one.
                    LOG.warn("{} cannot be read: {}", names.get(at), e.getMessage());
                    return Optional.empty();
                }
            }
        }
        return Optional.empty();
    }

    private OptionalLong newestEvent(List<String> names) throws IOException {
        try (Segment segment = new Segment(disk, Segment.firstOf(names.getLast()))) {
            return segment.newest();
        }
    }

    private void setAside() throws IOException {
        String prefix = Segment.asidePrefix(start.sequence());
        LOG.warn(
                "The journal does not go on from event {}, which the server named: it is set aside as {}...",
                start.sequence(),
                prefix);
        // First: a new journal beside another's number would seem to have lost its end. Without one, all that the
        // server named counts as acknowledged.
        if (disk.names(AcknowledgedFile.NAME).contains(AcknowledgedFile.NAME)) {
            setAside(AcknowledgedFile.NAME, prefix);
        }
        for (String name : segments(disk).reversed()) {
            setAside(name, prefix);
        }
    }

    private void setAside(String name, String prefix) throws IOException {
        disk.replace(name, free(prefix + name));
        // One by one: of two, a power cut might undo the newer alone, and the rest would look like another journal.
        // Only names change, so a full disk does not stand in the way.
        disk.forceNames();
    }

    private String free(String name) throws IOException {
        List<String> taken = disk.names(name);
        String free = name;
        for (int again = 2; taken.contains(free); again++) {
            free = name + "." + again;
        }
        return free;
    }

    /** @param last the journal's newest event: behind the second one, which tells of it, it is told */
    Optional<String> untold(long last) throws IOException {
        if (start.isNone() || last > start.sequence() + 1) {
            return Optional.empty();
        }
        String prefix = Segment.asidePrefix(start.sequence());
        List<String> names = disk.names(prefix + Segment.PREFIX).stream()
                .filter(name -> Segment.isName(name.substring(prefix.length())))
                .toList();
        if (names.isEmpty()) {
            return Optional.empty();
        }
        Optional<String> unsent;
        try {
            unsent = unsent(prefix, names);
        } catch (IOException e) {
            // The gate must start, whatever has become of what it does not need any more.
            LOG.warn("What was set aside cannot be read: {}", e.getMessage());
            unsent = Optional.of("which of its events the server had not acknowledged cannot be read");
        }
        return unsent.map(which -> "this computer's journal did not go on from event " + start.sequence()
                + " of this gate, which the server has, and was set aside; " + which + "; they are in the files "
                + prefix + "... of the data folder: portvakt-gate journal --set-aside " + start.sequence());
    }

    /** Empty for a journal without events, as a start without an identity leaves one. */
    private Optional<String> unsent(String prefix, List<String> names) throws IOException {
        OptionalLong newest = newestSetAside(names);
        if (newest.isEmpty()) {
            return Optional.empty();
        }
        long acknowledged = AcknowledgedFile.read(disk, prefix + AcknowledgedFile.NAME);
        long first = Segment.firstOf(names.getFirst().substring(prefix.length()));
        long from = Math.max(acknowledged + 1, first);
        long to = newest.getAsLong();
        return Optional.of(
                from > to
                        ? "the server had acknowledged all of its events"
                        : "the server had not acknowledged " + (to - from + 1) + " of its events, " + from + " to "
                                + to);
    }

    private OptionalLong newestSetAside(List<String> names) throws IOException {
        for (String name : names.reversed()) {
            try (Segment segment = Segment.setAside(disk, name)) {
                OptionalLong newest = segment.newest();
                if (newest.isPresent()) {
                    return newest;
                }
            }
        }
        return OptionalLong.empty();
    }
}
