package portvakt.gate.outbox;

import java.time.Duration;
import java.util.Optional;

/**
 * What is unacknowledged, and what to send next: cumulative acknowledgement over the journal's sequence numbers. Immutable.
 *
 * <p>Sent is not acknowledged: only the server's word that a sequence is committed moves {@code acknowledged}. What was sent on
 * a lost connection, or got no answer in time, is sent again; the server takes each sequence once.
 *
 * <p>The server may have been put back from a backup: then it says a lower number than it said before. So does an old acknowledgement
 * that comes late, and the two look alike; so a lower one counts only if no other follows in the time for an answer. To be wrong
 * costs some events sent twice.
 *
 * @param acknowledged all events up to this one are committed at the server
 * @param sentUntil    all events up to this one have been sent on this connection
 * @param progressNs   uptime of the last acknowledgement, or of the first sending after all was acknowledged
 * @param heardLower   the server's last word, where that is lower than {@code acknowledged}; else the same
 */
public record Outbox(long acknowledged, long sentUntil, long progressNs, long heardLower) {

    /** Events {@code [first, last]}. */
    public record Batch(long first, long last) {}

    /** Events in one message. */
    public static final int BATCH_EVENTS_MAX = 200;

    /** Events sent and not yet acknowledged; also bounds what one lost connection makes us send again. */
    public static final int WINDOW_EVENTS_MAX = 4 * BATCH_EVENTS_MAX;

    /** Without an answer for so long, everything unacknowledged is sent again. */
    public static final Duration ANSWER_TIME = Duration.ofSeconds(10);

    public static Outbox startingAt(long acknowledged) {
        return new Outbox(acknowledged, acknowledged, 0, acknowledged);
    }

    /** On a new connection nothing counts as sent. */
    public Outbox connected(long nowNs) {
        return new Outbox(acknowledged, acknowledged, nowNs, acknowledged);
    }

    /** Acknowledgements may repeat and overtake each other: a higher one counts at once, a lower one if it stays the last word. */
    public Outbox acknowledged(long sequence, long nowNs) {
        if (sequence > acknowledged) {
            return new Outbox(sequence, Math.max(sequence, sentUntil), nowNs, sequence);
        }
        // With nothing under way the time for an answer begins now.
        boolean idle = sentUntil == acknowledged && heardLower == acknowledged;
        return new Outbox(acknowledged, sentUntil, idle ? nowNs : progressNs, Math.max(0, sequence));
    }

    /**
     * A batch that {@link #next} gave is on its way. It counts only if nothing is missing before it: a new connection may have
     * begun in between, on which the events before it are still to be sent.
     */
    public Outbox sent(Batch batch, long nowNs) {
        return batch.first() > sentUntil + 1
                ? this
                : new Outbox(
                        acknowledged,
                        Math.max(sentUntil, batch.last()),
                        sentUntil == acknowledged ? nowNs : progressNs,
                        heardLower);
    }

    /** Goes back to what is acknowledged, by the server's last word, when no answer came in time. */
    public Outbox checkedForSilence(long nowNs) {
        boolean waits = sentUntil > acknowledged || heardLower < acknowledged;
        return waits && nowNs - progressNs > ANSWER_TIME.toNanos()
                ? new Outbox(heardLower, heardLower, nowNs, heardLower)
                : this;
    }

    /** @param durable last sequence that is safely on the gate's own disk; nothing after it may leave the gate */
    public Optional<Batch> next(long durable) {
        long last = Math.min(durable, Math.min(sentUntil + BATCH_EVENTS_MAX, acknowledged + WINDOW_EVENTS_MAX));
        return last > sentUntil ? Optional.of(new Batch(sentUntil + 1, last)) : Optional.empty();
    }
}
