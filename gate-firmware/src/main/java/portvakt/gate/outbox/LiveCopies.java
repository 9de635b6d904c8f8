package portvakt.gate.outbox;

import java.time.Duration;
import java.util.Optional;

/**
 * What has just happened and has to wait behind others in the {@link Outbox}: a copy of it goes out at once, for whoever looks at
 * the site now. Copies may be lost; the outbox knows nothing of them. Immutable.
 *
 * @param sentUntil copies of all events up to this one that are worth it have been sent on this connection
 */
public record LiveCopies(long sentUntil) {

    /** On a new connection. */
    public static final LiveCopies NONE = new LiveCopies(0);

    /** Events in one message; what is older than so many is no news. */
    public static final int EVENTS_MAX = 20;

    /** When the server has said nothing for so long, what waits for its word is copied, however little that is. */
    public static final Duration SILENCE = Duration.ofSeconds(1);

    /**
     * @param durable as for {@link Outbox#next}
     * @return the newest events, if there are any that wait and have not been copied
     */
    public Optional<Outbox.Batch> next(Outbox outbox, long durable, long nowNs) {
        boolean backlog = durable - outbox.acknowledged() > Outbox.BATCH_EVENTS_MAX;
        boolean silence = outbox.sentUntil() > outbox.acknowledged() && nowNs - outbox.progressNs() > SILENCE.toNanos();
        long first = Math.max(Math.max(sentUntil, outbox.acknowledged()), durable - EVENTS_MAX) + 1;
        return (backlog || silence) && first <= durable
                ? Optional.of(new Outbox.Batch(first, durable))
                : Optional.empty();
    }

    public LiveCopies sent(Outbox.Batch batch) {
        return new LiveCopies(Math.max(sentUntil, batch.last()));
    }
}
