package portvakt.gate.port;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import portvakt.protocol.v1.ChainedEvent;
import portvakt.protocol.v1.EventFacts;
import portvakt.protocol.v1.Subject;

/** The gate's memory: events in one order for ever, 1, 2, 3 …, each chained to the one before it. Safe for any thread. */
public interface EventJournal {

    /** What an event says that speaks of its own place, as a seal does. */
    @FunctionalInterface
    interface Placed {
        /** @param previousHash of the event before it, which {@code ChainedEvent.previous_hash} will be */
        EventFacts at(long sequence, ByteString previousHash);
    }

    /**
     * Adds an event and gives it its sequence; returns before it is durable, within microseconds.
     *
     * @param subject who it is about, without a salt: the journal draws one
     * @throws IOException if it cannot be written (disk full or broken); then nothing was added, and the next call tries afresh
     */
    long append(EventFacts facts, Optional<Subject> subject) throws IOException;

    /**
     * Adds an event about nobody whose facts depend on where it comes to stand.
     *
     * @param facts asked once, with nothing appended in between; others wait for it meanwhile
     * @throws IOException as {@link #append(EventFacts, Optional)}
     */
    long append(Placed facts) throws IOException;

    /** All events up to this one survive a power cut. */
    long durable();

    /** The newest event's sequence; 0 for an empty journal. */
    long last();

    /** Makes all that was appended durable; blocks for as long as the medium takes. One caller. */
    void force() throws IOException;

    /** Events {@code [first, last]}, those of them that are still kept. */
    List<ChainedEvent> read(long first, long last) throws IOException;

    /**
     * How much can still be written.
     *
     * @param freeBytes    until appends fail; what the server has acknowledged counts as free
     * @param totalBytes   the most that the journal may hold
     * @param writtenBytes by this program so far; only grows
     */
    record Room(long freeBytes, long totalBytes, long writtenBytes) {

        /** Percent of the room that is for what must not be lost. */
        public static final int RESERVE_PERCENT = 20;

        /** Whether only the reserve is left. */
        public boolean isScarce() {
            return freeBytes < totalBytes / 100 * RESERVE_PERCENT;
        }
    }

    Room room();

    /** What was found since the last call that the medium has spoilt, in plain words; each is told once. */
    default Optional<String> takeDamage() {
        return Optional.empty();
    }

    /** All up to this one are committed at the server; they may be dropped when room is needed. */
    long acknowledged();

    void acknowledged(long sequence) throws IOException;
}
