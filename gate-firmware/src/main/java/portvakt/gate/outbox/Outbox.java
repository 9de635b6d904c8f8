package portvakt.gate.outbox;

import java.time.Duration;
import java.util.Optional;

/**
 * What is unacknowledged, and what to send next: cumulative acknowledgement over the journal's sequence numbers. Immutable.
 *
 * <p>Sent is not acknowledged: only the server's word that a sequence is committed moves {@code acknowledged}. What was sent on
 * a lost connection, or got no answer in time, is sent again; the server takes each sequence once.
 *
 * <p>Who gets no answer may be one of a thousand gates that a server has just got back, and what they repeat is what keeps it from
 * answering. So each silence doubles the time to the next repetition, and halves what is on the way; any word of the server
 * ends the waiting, and progress widens the window again.
 *
 * <p>A server that says the same again and again, while more has been sent, lacks what comes next: it was not yet listening, or the
 * broker lost it. That is sent again without waiting for the time of an answer to pass; once, since it may be what this gate does
 * not have any more.
 *
 * <p>The server may have been put back from a backup: then it says a lower number than it said before. So does an old acknowledgement
 * that comes late, and the two look alike; so a lower one counts only if no other follows in the time for an answer. To be wrong
 * costs some events sent twice.
 *
 * @param acknowledged all events up to this one are committed at the server
 * @param sentUntil    all events up to this one have been sent on this connection
 * @param progressNs   uptime of the last acknowledgement, or of the first sending after all was acknowledged
 * @param heardLower   the server's last word, where that is lower than {@code acknowledged}; else the same
 * @param silences     how often in a row there was no word at all in the time for an answer
 * @param windowEvents events that may be sent and not yet acknowledged
 * @param repeats      how often in a row the server has said {@code acknowledged} while more was on the way; {@link #REPEATED} when
 *                     that has been answered
 */
public record Outbox(
        long acknowledged,
        long sentUntil,
        long progressNs,
        long heardLower,
        int silences,
        int windowEvents,
        int repeats) {

    /** Events {@code [first, last]}. */
    public record Batch(long first, long last) {}

    /** Events in one message. */
    public static final int BATCH_EVENTS_MAX = 200;

    /** Events sent and not yet acknowledged; also bounds what one lost connection makes us send again. */
    public static final int WINDOW_EVENTS_MAX = 4 * BATCH_EVENTS_MAX;

    /** Without an answer for so long, everything unacknowledged is sent again. */
    public static final Duration ANSWER_TIME = Duration.ofSeconds(10);

    /** Without any answer for long, it is sent again this seldom, for ever. */
    public static final Duration ANSWER_TIME_MAX = Duration.ofMinutes(5);

    /** The same word so often, and no progress for {@link #REPEAT_TIME}, and the next event is missing there. */
    private static final int REPEATS_MAX = 3;

    static final int REPEATED = -1;

    /** Brokers may reorder: what seems to be missing may be on its way. */
    private static final Duration REPEAT_TIME = Duration.ofSeconds(1);

    /** Doublings after which {@link #ANSWER_TIME_MAX} is passed. */
    private static final int SILENCES_MAX = 5;

    public static Outbox startingAt(long acknowledged) {
        return new Outbox(acknowledged, acknowledged, 0, acknowledged, 0, WINDOW_EVENTS_MAX, 0);
    }

    /** On a new connection nothing counts as sent. */
    public Outbox connected(long nowNs) {
        return new Outbox(acknowledged, acknowledged, nowNs, acknowledged, 0, windowEvents, 0);
    }

    /** Acknowledgements may repeat and overtake each other: a higher one counts at once, a lower one if it stays the last word. */
    public Outbox acknowledged(long sequence, long nowNs) {
        if (sequence > acknowledged) {
            int wider = Math.min(WINDOW_EVENTS_MAX, windowEvents + BATCH_EVENTS_MAX);
            return new Outbox(sequence, Math.max(sequence, sentUntil), nowNs, sequence, 0, wider, 0);
        }
        // With nothing under way the time for an answer begins now.
        boolean idle = sentUntil == acknowledged && heardLower == acknowledged;
        boolean repeated = sequence == acknowledged && sentUntil > acknowledged;
        int same = repeats == REPEATED ? REPEATED : repeated ? repeats + 1 : 0;
        return new Outbox(
                acknowledged, sentUntil, idle ? nowNs : progressNs, Math.max(0, sequence), 0, windowEvents, same);
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
                        heardLower,
                        silences,
                        windowEvents,
                        repeats);
    }

    /**
     * Goes back to what is acknowledged, by the server's last word, when no answer came in time, or answers that something is
     * missing.
     *
     * @param jitter 0 to 1, of this gate: by how much of it the time is longer, so that gates do not all repeat at once
     */
    public Outbox checkedForSilence(long nowNs, double jitter) {
        if (repeats >= REPEATS_MAX && nowNs - progressNs > REPEAT_TIME.toNanos()) {
            return backTo(acknowledged, nowNs, 0, REPEATED);
        }
        boolean waits = sentUntil > acknowledged || heardLower < acknowledged;
        long timeNs = Math.min(ANSWER_TIME_MAX.toNanos(), ANSWER_TIME.toNanos() << silences);
        return waits && nowNs - progressNs > timeNs + (long) (timeNs * jitter)
                ? backTo(heardLower, nowNs, Math.min(SILENCES_MAX, silences + 1), repeats)
                : this;
    }

    /** What follows on a sequence is sent again, and less of it at once. */
    private Outbox backTo(long sequence, long nowNs, int silent, int same) {
        return new Outbox(
                sequence, sequence, nowNs, sequence, silent, Math.max(BATCH_EVENTS_MAX, windowEvents / 2), same);
    }

    /**
     * @param durable   last sequence that is safely on the gate's own disk; nothing after it may leave the gate
     * @param eventsMax in the batch, {@link #BATCH_EVENTS_MAX} at most
     */
    public Optional<Batch> next(long durable, int eventsMax) {
        long last = Math.min(durable, Math.min(sentUntil + eventsMax, acknowledged + windowEvents));
        return last > sentUntil ? Optional.of(new Batch(sentUntil + 1, last)) : Optional.empty();
    }
}
