package portvakt.server.log;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.TreeSet;
import portvakt.protocol.event.EventChain;
import portvakt.protocol.v1.ChainedEvent;

/**
 * Compares the events of one batch with the part of the gate's chain that is stored around them. Events may come in any order;
 * one that has no stored neighbour is checked when the neighbour comes. Not thread-safe: one instance a batch.
 */
public final class ChainAudit {

    /** What an event is to the chain that is stored. */
    public enum Finding {
        /** New, and fits all its stored neighbours. */
        FITS,
        /** New, but its predecessor's hash is another, or its successor names another: one of them was edited. */
        BROKEN,
        /** Stored before, the very same. */
        REPEATED,
        /** Another event with this sequence is stored: the gate's journal was doubled, or somebody speaks for it. */
        FORKED,
        /** No sequence that can be: 0, or so far ahead that no gate has written as many. */
        UNNUMBERED
    }

    /** @param detail plain English, names the sequences; empty where nothing is wrong */
    public record Judgement(Finding finding, String detail) {}

    /** The part of a stored event that the chain needs, and its facts as they came. */
    public record Link(ByteString previousHash, ByteString hash, ByteString facts) {}

    /**
     * A gate goes on behind its newest event when it is let in anew. So whoever speaks in its name must not be able to use up its numbers
     * with one event.
     */
    private static final long AHEAD_MAX = 1L << 40;

    private final Map<Long, Link> known; // looked up, never walked
    private final long sequenceMax;

    /**
     * @param stored    the stored links at {@link #sequencesOf} the batch, as far as there are any
     * @param committed how far the gate is committed
     */
    public ChainAudit(Map<Long, Link> stored, long committed) {
        known = new HashMap<>(stored);
        sequenceMax = Math.min(committed, Long.MAX_VALUE - 1 - AHEAD_MAX) + AHEAD_MAX;
    }

    /** Which sequences of the stored chain a batch touches: its own and their neighbours. */
    public static SequencedSet<Long> sequencesOf(Iterable<ChainedEvent> batch) {
        TreeSet<Long> sequences = new TreeSet<>();
        for (ChainedEvent event : batch) {
            for (long near = -1; near <= 1; near++) {
                long sequence = event.getSequence() + near;
                if (event.getSequence() > 0 && sequence > 0) {
                    sequences.add(sequence);
                }
            }
        }
        return sequences;
    }

    /** Judges the next event of the batch, and remembers it if it is new. */
    public Judgement judge(ChainedEvent event, ByteString hash) {
        long sequence = event.getSequence();
        if (sequence <= 0 || sequence > sequenceMax) {
            return new Judgement(Finding.UNNUMBERED, "it has no sequence that can be");
        }
        Link own = known.get(sequence);
        if (own != null) {
            return own.hash().equals(hash)
                    ? new Judgement(Finding.REPEATED, "")
                    : new Judgement(
                            Finding.FORKED,
                            "event " + sequence + " is another than the event " + sequence
                                    + " that was committed before: the journal was put back or doubled");
        }
        known.put(sequence, new Link(event.getPreviousHash(), hash, event.getFacts()));
        List<String> breaks = new ArrayList<>();
        Optional<ByteString> before = sequence == 1
                ? Optional.of(EventChain.GENESIS)
                : at(sequence - 1).map(Link::hash);
        if (before.isPresent() && !before.get().equals(event.getPreviousHash())) {
            breaks.add("event " + sequence + " follows another event " + (sequence - 1) + " than the committed one");
        }
        if (at(sequence + 1).filter(after -> !after.previousHash().equals(hash)).isPresent()) {
            breaks.add("event " + (sequence + 1) + ", committed before, follows another event " + sequence);
        }
        return breaks.isEmpty()
                ? new Judgement(Finding.FITS, "")
                : new Judgement(Finding.BROKEN, String.join("; ", breaks));
    }

    /** What is known at a sequence, this batch's events included. */
    public Optional<Link> at(long sequence) {
        return Optional.ofNullable(known.get(sequence));
    }
}
