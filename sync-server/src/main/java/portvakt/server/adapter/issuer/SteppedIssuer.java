package portvakt.server.adapter.issuer;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import portvakt.server.port.CardStatuses;
import portvakt.server.port.Lists.PublishedList;
import portvakt.server.port.RetainedPublisher;
import portvakt.server.port.StorageException;

/**
 * A list's issuer whose rounds somebody else does, on a clock of theirs and on one thread: it has no thread of its own. For
 * simulations of the server together with gates. Not thread-safe.
 */
public final class SteppedIssuer {

    private final ListIssuer issuer;

    /** @param nanoClock as {@link System#nanoTime} */
    public SteppedIssuer(
            String list,
            ListKeys keys,
            CardStatuses statuses,
            RetainedPublisher publisher,
            InstantSource clock,
            LongSupplier nanoClock) {
        this(list, keys, statuses, publisher, clock, () -> 1, nanoClock);
    }

    /**
     * @param epoch     of the list, as the trust file has it; it may rise
     * @param nanoClock as {@link System#nanoTime}
     */
    public SteppedIssuer(
            String list,
            ListKeys keys,
            CardStatuses statuses,
            RetainedPublisher publisher,
            InstantSource clock,
            IntSupplier epoch,
            LongSupplier nanoClock) {
        issuer = new ListIssuer(list, keys, statuses, publisher, clock, epoch, nanoClock);
    }

    /** The committed statuses may have changed: a round is due at once. */
    public void changed() {
        issuer.changed();
    }

    /** There is a new connection to the broker: a round is due at once. */
    public void brokerConnected(boolean sessionKnown) {
        issuer.brokerConnected(sessionKnown);
    }

    /** The head of a version's checkpoint lies in the broker. */
    public void checkpointThere(long version) {
        issuer.checkpointThere(version);
    }

    /** What is published, or empty before the first version. */
    public Optional<PublishedList> published() {
        return issuer.published();
    }

    /** What the issuer's thread does in one round. @return how long it then waits for the next, if nothing wakes it before */
    public Duration round() {
        try {
            return issuer.round();
        } catch (BrokerAway | StorageException e) {
            return IssuerThread.RETRY;
        }
    }
}
