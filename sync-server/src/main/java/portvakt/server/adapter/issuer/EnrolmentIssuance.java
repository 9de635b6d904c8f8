package portvakt.server.adapter.issuer;

import com.google.protobuf.ByteString;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.protocol.Topics;
import portvakt.protocol.sign.SignedFacts;
import portvakt.protocol.v1.Enrolment;
import portvakt.protocol.v1.EnrolmentTable;
import portvakt.server.port.Enrolments;
import portvakt.server.port.RetainedPublisher;

/**
 * Brings the broker up to the committed enrolments, each site's whole table in one signed message. Not thread-safe: the issuer's
 * thread alone calls it.
 *
 * <p>A table is on the disk before it is published, so a server that starts again never signs another table under a version that
 * a gate may have.
 */
final class EnrolmentIssuance implements RepublishingThread.Issuance {

    private static final Logger LOG = LoggerFactory.getLogger(EnrolmentIssuance.class);

    private final List<String> sites;
    private final ListKeys keys;
    private final Enrolments enrolments;
    private final RetainedPublisher publisher;
    private final Duration patience;
    /** Site to the version that the broker took last. */
    private final Map<String, Long> published = new TreeMap<>();

    /**
     * @param sites    whose table is published though it is empty, beside those that ever had a binding
     * @param keys     the list's: gates believe enrolments that are signed as their list is
     * @param patience how long to wait for the broker to take a table
     */
    EnrolmentIssuance(
            Collection<String> sites,
            ListKeys keys,
            Enrolments enrolments,
            RetainedPublisher publisher,
            Duration patience) {
        this.sites = List.copyOf(sites);
        this.keys = keys;
        this.enrolments = enrolments;
        this.publisher = publisher;
        this.patience = patience;
    }

    @Override
    public void brokerForgot() {
        published.clear();
    }

    @Override
    public Duration patience() {
        return patience;
    }

    /** Every site whose version is not the one that the broker took last. */
    @Override
    public List<Offer> offer(Instant now) {
        Map<String, Long> versions = new TreeMap<>(enrolments.versions());
        sites.forEach(site -> versions.putIfAbsent(site, 0L));
        return versions.entrySet().stream()
                .filter(site -> !site.getValue().equals(published.get(site.getKey())))
                .map(site -> offer(site.getKey(), now))
                .toList();
    }

    private Offer offer(String site, Instant now) {
        Enrolments.Table table = enrolments.list(site);
        byte[] signed = SignedFacts.sign(
                        SignedFacts.ENROLMENTS, message(table, now).toByteArray(), keys.privateKey(), keys.keyId())
                .toByteArray();
        return new Offer(site, publisher.publishRetained(Topics.enrolments(site), signed), () -> {
            published.put(site, table.version());
            LOG.info("enrolments of site {} version {} published", site, table.version());
        });
    }

    private static EnrolmentTable message(Enrolments.Table table, Instant now) {
        EnrolmentTable.Builder message = EnrolmentTable.newBuilder()
                .setSite(table.site())
                .setVersion(table.version())
                .setIssuedAtMs(now.toEpochMilli());
        for (Enrolments.Enrolment each : table.enrolments()) {
            message.addEnrolments(Enrolment.newBuilder()
                    .setUid(ByteString.copyFrom(each.uid().bytes()))
                    .setCardNumber(each.card().digits()));
        }
        return message.build();
    }
}
