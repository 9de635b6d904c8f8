package portvakt.server.adapter.issuer;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import portvakt.server.port.Enrolments;
import portvakt.server.port.RetainedPublisher;

/**
 * Publishes the enrolments of all sites, on a thread of its own: a table for what changed while the last one went out. All of
 * them go out again at the start and at each new connection to the broker.
 */
public final class EnrolmentIssuer implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final RepublishingThread thread;

    /**
     * @param sites whose table is published though it is empty
     * @param keys  the list's, which gates believe
     */
    public EnrolmentIssuer(
            Collection<String> sites,
            ListKeys keys,
            Enrolments enrolments,
            RetainedPublisher publisher,
            InstantSource clock) {
        this.thread = new RepublishingThread(
                "enrolments", new EnrolmentIssuance(sites, keys, enrolments, publisher, PATIENCE), clock);
    }

    /** Starts issuing. Call once. */
    public void start() {
        thread.start();
    }

    /** The committed enrolments may have changed. Does not block. */
    public void changed() {
        thread.wake();
    }

    /** There is a new connection to the broker, which may not know what an older one was told. Does not block. */
    public void brokerConnected() {
        thread.brokerConnected();
    }

    /** Stops after the round that is under way. What it did not publish goes out at the next start. */
    @Override
    public void close() {
        thread.close();
    }
}
