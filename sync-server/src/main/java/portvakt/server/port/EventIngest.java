package portvakt.server.port;

import java.time.Instant;
import java.util.Map;
import portvakt.protocol.Topics.GateAddress;
import portvakt.protocol.v1.EventBatch;

/**
 * Takes events of gates into the entry log. At least once is enough: an event is known by (site, gate, sequence) and taken
 * once. Safe for any thread; blocks for the commit and its way to the disk, some 10 ms.
 */
public interface EventIngest {

    /** What became of the events of one batch. */
    record Tally(int stored, int repeated, int quarantined, int forked) {}

    /** What a batch came to. It is on the disk when this is returned. */
    sealed interface Ingested {

        /** Highest sequence up to which everything is committed: what the gate is told. */
        long committedSequence();

        Tally tally();

        /** Nothing is missing below the newest stored event. */
        record Contiguous(long committedSequence, Tally tally) implements Ingested {}

        /** Events further on are stored, but this one has not come yet. */
        record Gapped(long committedSequence, long firstMissing, Tally tally) implements Ingested {}
    }

    /**
     * Commits a batch, in whatever order and however often it comes. An event that cannot be read is quarantined and counts as
     * committed, so that it never holds up the others.
     *
     * @param gate       the gate whose topic it came on; nothing in the batch is believed about that
     * @param receivedAt by the server's clock
     * @throws StorageException if nothing was committed, or it may not be on the disk; nothing may be acknowledged then
     */
    Ingested ingest(GateAddress gate, EventBatch batch, Instant receivedAt);

    /**
     * How far each gate is committed, for the gates to be told. On the disk when this is returned: what is committed and not yet
     * forced would be told, and gone if the server died then.
     *
     * @throws StorageException if that is not known; nothing may be acknowledged then
     */
    Map<GateAddress, Long> committed();

    /**
     * Keeps a payload that is no batch at all.
     *
     * @throws StorageException as above
     */
    void quarantine(GateAddress gate, byte[] payload, String detail, Instant receivedAt);
}
