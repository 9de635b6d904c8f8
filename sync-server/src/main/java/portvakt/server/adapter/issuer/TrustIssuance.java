package portvakt.server.adapter.issuer;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.protocol.Topics;
import portvakt.protocol.sign.SignedFacts;
import portvakt.protocol.v1.SitePolicy;
import portvakt.server.port.RetainedPublisher;
import portvakt.server.port.SitePolicies;

/**
 * Brings the broker up to the trust file and each site's signed policy: the trust file first, since the rest is believed by it. Not
 * thread-safe: the issuer's thread alone calls it.
 *
 * <p>A policy's number is on the disk before it is published, and rises only with its content; the same number is always the
 * same bytes, as long as the same key signs.
 */
final class TrustIssuance implements RepublishingThread.Issuance {

    private static final Logger LOG = LoggerFactory.getLogger(TrustIssuance.class);

    private final byte[] trustFile;
    private final Supplier<Map<String, SitePolicy>> policies;
    private final ListKeys keys;
    private final SitePolicies numbers;
    private final RetainedPublisher publisher;
    private final Duration patience;
    /** Of what was offered last, so many were not taken yet. */
    private int lacking = Integer.MAX_VALUE;

    /**
     * @param policies site to policy, without version and time of issue; asked each time that they are published
     * @param patience how long to wait for the broker to take them
     */
    TrustIssuance(
            byte[] trustFile,
            Supplier<Map<String, SitePolicy>> policies,
            ListKeys keys,
            SitePolicies numbers,
            RetainedPublisher publisher,
            Duration patience) {
        this.trustFile = trustFile.clone();
        this.policies = policies;
        this.keys = keys;
        this.numbers = numbers;
        this.publisher = publisher;
        this.patience = patience;
    }

    @Override
    public void brokerForgot() {
        lacking = Integer.MAX_VALUE;
    }

    /** Offers the trust file to the broker without waiting. For any thread. */
    CompletableFuture<Void> offerTrust() {
        return publisher.publishRetained(Topics.trust(), trustFile);
    }

    @Override
    public Duration patience() {
        return patience;
    }

    /** All of it anew where the broker did not take all of it the last time. */
    @Override
    public List<Offer> offer(Instant now) {
        if (lacking == 0) {
            return List.of();
        }
        List<Offer> offers = new ArrayList<>();
        offers.add(new Offer("trust file", offerTrust(), this::taken));
        policies.get().forEach((site, policy) -> {
            byte[] signed = signed(site, policy, now);
            offers.add(new Offer(
                    "policy of " + site, publisher.publishRetained(Topics.policy(site), signed), this::taken));
        });
        lacking = offers.size();
        return offers;
    }

    private void taken() {
        lacking--;
        if (lacking == 0) {
            LOG.info("trust file and policies published");
        }
    }

    private byte[] signed(String site, SitePolicy policy, Instant now) {
        SitePolicies.Numbered number = numbers.number(site, hash(policy), now);
        byte[] payload = policy.toBuilder()
                .setVersion(number.version())
                .setIssuedAtMs(number.issuedAt().toEpochMilli())
                .build()
                .toByteArray();
        return SignedFacts.sign(SignedFacts.POLICY, payload, keys.privateKey(), keys.keyId())
                .toByteArray();
    }

    private static String hash(SitePolicy policy) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(policy.toByteArray()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
