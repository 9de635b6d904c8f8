package portvakt.server.adapter.issuer;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.Supplier;
import portvakt.protocol.v1.SitePolicy;
import portvakt.server.adapter.keys.ServerKeys;
import portvakt.server.port.RetainedPublisher;
import portvakt.server.port.SitePolicies;

/** Publishes the trust file and the sites' policies, on a thread of its own, at the start and at each new connection to the broker. */
public final class TrustIssuer implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final TrustIssuance issuance;
    private final RepublishingThread thread;

    /** @param policies site to policy, without version and time of issue; asked each time that they are published */
    public TrustIssuer(
            ServerKeys trust,
            ListKeys keys,
            Supplier<Map<String, SitePolicy>> policies,
            SitePolicies numbers,
            RetainedPublisher publisher,
            InstantSource clock) {
        this.issuance = new TrustIssuance(trust.trustFile(), policies, keys, numbers, publisher, PATIENCE);
        this.thread = new RepublishingThread("trust and policies", issuance, clock);
    }

    /** Starts issuing. Call once. */
    public void start() {
        thread.start();
    }

    /**
     * There is a new connection to the broker, which may not know what an older one was told. The trust file goes out at once, before
     * whatever the caller publishes next. Does not block.
     */
    public void brokerConnected() {
        // Whether the broker took it shows in the round, which offers it again.
        issuance.offerTrust();
        thread.brokerConnected();
    }

    /** A site's policy has changed: all are published again, with new numbers where the content is another. Does not block. */
    public void changed() {
        thread.brokerConnected();
    }

    /** Stops after the round that is under way. What it did not publish goes out at the next start. */
    @Override
    public void close() {
        thread.close();
    }
}
