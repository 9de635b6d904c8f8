package portvakt.server.evidence;

import com.google.protobuf.ByteString;
import java.util.Optional;
import portvakt.protocol.event.EventChain;
import portvakt.server.evidence.ChainReport.Fault;
import portvakt.server.evidence.ChainVerifier.Found;
import portvakt.server.log.GateRuns;

/**
 * Follows a chain link by link, and tells by the neighbours of a link that does not fit what was done. One link is known only when
 * the next is there, so it lets each out one later. Which of several explanations is the right one is a guess that holds for one
 * change; that there was one is certain.
 */
final class ChainWindow {

    /** An event and what it is chained by. */
    record Link(ChainFile.Line line, ByteString hash, Optional<String> boot) {
        Link(ChainFile.Line line) {
            this(
                    line,
                    EventChain.hash(line.event()),
                    GateRuns.facts(line.event().getFacts()).flatMap(GateRuns::bootOf));
        }

        long sequence() {
            return line.event().getSequence();
        }

        ByteString previousHash() {
            return line.event().getPreviousHash();
        }

        /** What its hash would be with another number or predecessor. */
        ByteString hashAs(long sequence, ByteString previousHash) {
            return EventChain.hash(line.event().toBuilder()
                    .setSequence(sequence)
                    .setPreviousHash(previousHash)
                    .build());
        }
    }

    private Optional<Link> beforeLast = Optional.empty();
    private Optional<Link> last = Optional.empty();
    private Optional<Link> waiting = Optional.empty();
    private long expected;

    /** @param from the first sequence */
    ChainWindow(long from) {
        expected = from;
    }

    /** The sequence that comes next: after all that were pushed and are in their place. */
    long expected() {
        return waiting.isPresent() ? expected + 1 : expected;
    }

    /** @return the link before it, which is in its place */
    Optional<Link> push(Link next) throws Found {
        Optional<Link> out = waiting;
        if (out.isPresent()) {
            place(out.get(), Optional.of(next), next.previousHash());
        }
        waiting = Optional.of(next);
        return out;
    }

    /** @return the last link */
    Optional<Link> finish(ChainFile.End end) throws Found {
        Optional<Link> out = waiting;
        if (out.isPresent()) {
            Link link = out.get();
            boolean cut = end.last() > link.sequence();
            place(link, Optional.empty(), cut ? link.hash() : end.lastHash());
            if (!cut && !end.lastHash().equals(link.hash())) {
                throw new Found(Fault.EDITED, link.sequence(), "the end line has another hash of it");
            }
        }
        waiting = Optional.empty();
        return out;
    }

    /**
     * Judges a link's place.
     *
     * @param named what follows says that it follows
     */
    private void place(Link link, Optional<Link> next, ByteString named) throws Found {
        if (link.sequence() != expected) {
            misnumbered(link, next);
        }
        Optional<ByteString> before =
                last.map(Link::hash).or(() -> expected == 1 ? Optional.of(EventChain.GENESIS) : Optional.empty());
        if (before.isPresent() && !before.get().equals(link.previousHash())) {
            doesNotFollow(link, next, before.get(), named);
        }
        beforeLast = last;
        last = Optional.of(link);
        expected++;
    }

    private void misnumbered(Link link, Optional<Link> next) throws Found {
        boolean nextIsDue = next.filter(after -> after.sequence() == expected).isPresent();
        if (nextIsDue && link.sequence() == expected + 1) {
            throw new Found(Fault.SWAPPED, expected, "it stands after event " + link.sequence());
        }
        boolean goesOn = nextIsDue
                || next.filter(after -> after.sequence() == expected + 1).isPresent();
        if (goesOn || link.sequence() < expected) {
            throw new Found(
                    Fault.SPLICED, expected, "a record with number " + link.sequence() + " stands in its place");
        }
        throw new Found(
                Fault.DROPPED,
                expected,
                link.sequence() == expected + 1
                        ? "it is missing"
                        : "events " + expected + " to " + (link.sequence() - 1) + " are missing");
    }

    private void doesNotFollow(Link link, Optional<Link> next, ByteString before, ByteString named) throws Found {
        if (named.equals(link.hash())) {
            // The next one vouches for this one, so the one before is not what it was.
            Link changed = last.orElse(link);
            boolean otherRun = changed.boot().isPresent()
                    && !changed.boot().equals(link.boot())
                    && beforeLast
                            .filter(other -> other.boot().equals(link.boot()))
                            .isPresent();
            throw otherRun
                    ? new Found(
                            Fault.SPLICED,
                            changed.sequence(),
                            "it is of another run of a gate's program than the events around it, and the next one does"
                                    + " not follow it")
                    : new Found(Fault.EDITED, changed.sequence(), "the event after it was chained to something else");
        }
        if (named.equals(before)
                && next.filter(after -> after.sequence() == expected + 1).isPresent()) {
            throw new Found(Fault.SWAPPED, expected, "it and the next stand in each other's place");
        }
        if (named.equals(link.hashAs(expected, before))) {
            throw new Found(Fault.EDITED, expected, "its link to the event before was changed");
        }
        if (named.equals(link.hashAs(expected + 1, link.previousHash()))) {
            throw new Found(Fault.DROPPED, expected, "it is missing, and those after it were numbered anew");
        }
        throw new Found(
                Fault.SPLICED, expected, "it follows neither the event before it nor is it followed by the next one");
    }
}
