package portvakt.gate.outbox;

import java.time.Duration;

/**
 * How large a batch may be so that nothing behind it waits for long: on a thin line the batches that are on their way stand in front of
 * what is urgent. It grows for as long as the broker takes batches about as promptly as it ever did on this connection, and is
 * halved when they begin to queue. Immutable.
 *
 * @param batchEvents events in the next batch, at most
 * @param leastNs     how long the broker took at the best. Never forgotten: a best that follows what batches wait for each other would let
 *                    them wait ever longer
 */
public record Pace(int batchEvents, long leastNs) {

    /** At the start of a connection, and on the thinnest line. */
    public static final int BATCH_EVENTS_MIN = 5;

    /** Batches that the broker has not yet taken. */
    public static final int BATCHES_MAX = 2;

    /** Longer than the best by more than this, and batches queue. */
    public static final Duration QUEUING = Duration.ofMillis(200);

    /** On a new connection. */
    public static final Pace START = new Pace(BATCH_EVENTS_MIN, Long.MAX_VALUE);

    /** The broker has acknowledged a batch. @param tookNs since it was published */
    public Pace taken(long tookNs) {
        long least = Math.min(tookNs, leastNs);
        long queuedNs = tookNs - least;
        int events = batchEvents;
        if (queuedNs > QUEUING.toNanos()) {
            events = Math.max(BATCH_EVENTS_MIN, batchEvents / 2);
        } else if (queuedNs < QUEUING.toNanos() / 2) {
            events = Math.min(Outbox.BATCH_EVENTS_MAX, batchEvents + Math.max(BATCH_EVENTS_MIN, batchEvents / 4));
        }
        return new Pace(events, least);
    }
}
