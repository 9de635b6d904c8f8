package portvakt.server.adapter.issuer;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import portvakt.protocol.v1.SitePolicy;
import portvakt.server.port.Enrolments;
import portvakt.server.port.RetainedPublisher;
import portvakt.server.port.SitePolicies;
import portvakt.server.port.StorageException;

/**
 * Publishes enrolments, or the trust file and the sites' policies, in rounds that somebody else does, on a clock of theirs and on one
 * thread. For simulations of the server together with gates. Not thread-safe.
 */
public final class SteppedRepublisher {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final RepublishingThread.Issuance issuance;
    private final Runnable first;
    private final InstantSource clock;
    private boolean brokerForgot;
    private List<Offer> underWay = List.of();
    private Instant offeredAt = Instant.EPOCH;

    private SteppedRepublisher(RepublishingThread.Issuance issuance, Runnable first, InstantSource clock) {
        this.issuance = issuance;
        this.first = first;
        this.clock = clock;
    }

    /** As {@link EnrolmentIssuer}. */
    public static SteppedRepublisher enrolments(
            Collection<String> sites,
            ListKeys keys,
            Enrolments enrolments,
            RetainedPublisher publisher,
            InstantSource clock) {
        return new SteppedRepublisher(
                new EnrolmentIssuance(sites, keys, enrolments, publisher, PATIENCE), () -> {}, clock);
    }

    /** As {@link TrustIssuer}. */
    public static SteppedRepublisher trust(
            byte[] trustFile,
            ListKeys keys,
            Supplier<Map<String, SitePolicy>> policies,
            SitePolicies numbers,
            RetainedPublisher publisher,
            InstantSource clock) {
        TrustIssuance issuance = new TrustIssuance(trustFile, policies, keys, numbers, publisher, PATIENCE);
        return new SteppedRepublisher(issuance, issuance::offerTrust, clock);
    }

    /** There is a new connection to the broker: a round is due at once. */
    public void brokerConnected() {
        first.run();
        brokerForgot = true;
    }

    /** What is published may have changed, even where the issuance cannot see it: a round is due at once. */
    public void changed() {
        brokerForgot = true;
    }

    /** What the issuer's thread does in one round, in as many calls as the broker takes to answer. @return how long to wait for the next, unless the broker answers before */
    public Duration round() {
        Instant now = clock.instant();
        try {
            if (!underWay.isEmpty()) {
                boolean answered =
                        underWay.stream().allMatch(offer -> offer.taken().isDone());
                Duration left = Duration.between(now, offeredAt.plus(PATIENCE));
                if (!answered && left.isPositive()) {
                    return left;
                }
                List<Offer> settled = underWay;
                underWay = List.of();
                Offer.settle(settled, PATIENCE);
            }
            if (brokerForgot) {
                brokerForgot = false;
                issuance.brokerForgot();
            }
            underWay = issuance.offer(now);
            offeredAt = now;
            return underWay.isEmpty() ? IssuerThread.IDLE : PATIENCE;
        } catch (BrokerAway | StorageException e) {
            return IssuerThread.RETRY;
        }
    }
}
