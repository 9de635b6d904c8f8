package portvakt.server.log;

import com.google.protobuf.ByteString;
import java.util.HashMap;
import java.util.Map;
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
        /** No sequence that can be: 0, or 2^63 and more. */
        UNNUMBERED
    }

    /** The part of a stored event that the chain needs. */
    public record Link(ByteString previousHash, ByteString hash) {}

    private final Map<Long, Link> known; // looked up, never walked

    /** @param stored the stored links at {@link #sequencesOf} the batch, as far as there are any */
    public ChainAudit(Map<Long, Link> stored) {
        known = new HashMap<>(stored);
        known.put(0L, new Link(EventChain.GENESIS, EventChain.GENESIS));
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
    public Finding judge(ChainedEvent event, ByteString hash) {
        long sequence = event.getSequence();
        if (sequence <= 0 || sequence == Long.MAX_VALUE) {
            return Finding.UNNUMBERED;
        }
        Link own = known.get(sequence);
        if (own != null) {
            return own.hash().equals(hash) ? Finding.REPEATED : Finding.FORKED;
        }
        Link before = known.get(sequence - 1);
        Link after = known.get(sequence + 1);
        known.put(sequence, new Link(event.getPreviousHash(), hash));
        boolean fits = (before == null || before.hash().equals(event.getPreviousHash()))
                && (after == null || after.previousHash().equals(hash));
        return fits ? Finding.FITS : Finding.BROKEN;
    }
}
