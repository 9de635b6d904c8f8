package portvakt.server.adapter.issuer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import portvakt.protocol.Topics;
import portvakt.protocol.sign.SignedFacts;
import portvakt.protocol.v1.SignedDocument;
import portvakt.protocol.v1.SitePolicy;
import portvakt.server.SitePolicySettings;
import portvakt.server.adapter.keys.ServerKeys;
import portvakt.server.adapter.sql.Database;
import portvakt.server.adapter.sql.Databases;
import portvakt.server.adapter.sql.SqlSitePolicies;

/** The trust file and each site's policy lie in the broker; a policy's version rises with its content and only then. */
class TrustIssuanceTest {

    private static final Instant NOW = Instant.parse("2026-03-02T07:00:00Z");
    private static final SitePolicy DEFAULT = SitePolicySettings.byDefault().message("oslo");
    private static final SitePolicy OTHER =
            DEFAULT.toBuilder().setGraceMs(DEFAULT.getGraceMs() + 1).build();

    @TempDir
    private Path folder;

    private final RetainedMessages broker = new RetainedMessages();
    private Database database;
    private ServerKeys trust;
    private ListKeys keys;

    @BeforeEach
    void open() throws Exception {
        database = Databases.inMemory();
        trust = ServerKeys.openOrCreate(folder, "hms-kort", NOW);
        keys = ListKeys.of(trust, "hms-kort");
    }

    @AfterEach
    void close() {
        database.close();
    }

    private TrustIssuance issuance(SitePolicy policy) {
        return new TrustIssuance(
                trust.trustFile(),
                () -> Map.of("oslo", policy),
                keys,
                new SqlSitePolicies(database),
                broker,
                Duration.ofSeconds(1));
    }

    private SitePolicy published() throws Exception {
        SignedDocument document;
        synchronized (broker) {
            document = SignedDocument.parseFrom(broker.retained.get(Topics.policy("oslo")));
        }
        assertThat(SignedFacts.isSignedBy(keys.publicKey(), SignedFacts.POLICY, document))
                .isTrue();
        return SitePolicy.parseFrom(document.getPayload());
    }

    @Test
    void theTrustFileGoesFirstAndThenThePolicies() throws Exception {
        issuance(DEFAULT).round(NOW);
        assertThat(broker.published).containsExactly(Topics.trust(), Topics.policy("oslo"));
        assertThat(broker.retained.get(Topics.trust())).isEqualTo(trust.trustFile());
        assertThat(published())
                .isEqualTo(DEFAULT.toBuilder()
                        .setVersion(1)
                        .setIssuedAtMs(NOW.toEpochMilli())
                        .build());
    }

    @Test
    void theVersionRisesWithTheContentOnly() throws Exception {
        issuance(DEFAULT).round(NOW);
        byte[] first = broker.retained.get(Topics.policy("oslo"));
        issuance(DEFAULT).round(NOW.plusSeconds(60));
        assertThat(broker.retained.get(Topics.policy("oslo"))).isEqualTo(first);
        issuance(OTHER).round(NOW.plusSeconds(120));
        assertThat(published().getVersion()).isEqualTo(2);
        assertThat(published().getIssuedAtMs()).isEqualTo(NOW.plusSeconds(120).toEpochMilli());
        // Going back to what was before is a change too.
        issuance(DEFAULT).round(NOW.plusSeconds(180));
        assertThat(published().getVersion()).isEqualTo(3);
    }

    @Test
    void whatTheBrokerForgotOrDidNotTakeGoesOutAgain() throws Exception {
        TrustIssuance issuance = issuance(DEFAULT);
        broker.takes = 1;
        assertThatThrownBy(() -> issuance.round(NOW)).isInstanceOf(BrokerAway.class);
        broker.takes = Integer.MAX_VALUE;
        issuance.round(NOW);
        assertThat(published().getVersion()).isEqualTo(1);
        broker.published.clear();
        issuance.round(NOW);
        assertThat(broker.published).isEmpty();
        issuance.brokerForgot();
        issuance.round(NOW);
        assertThat(broker.published).hasSize(2);
    }

    @Test
    void aNewConnectionGetsTheTrustFileBeforeAnythingElse() {
        try (TrustIssuer issuer = new TrustIssuer(
                trust, keys, () -> Map.of("oslo", DEFAULT), new SqlSitePolicies(database), broker, () -> NOW)) {
            issuer.brokerConnected();
            assertThat(broker.published).containsExactly(Topics.trust());
            issuer.start();
            Awaitility.await().until(() -> {
                synchronized (broker) {
                    return broker.retained.containsKey(Topics.policy("oslo"));
                }
            });
        }
    }

    @Test
    void aChangedPolicyGoesOutAtOnceWithANewNumber() throws Exception {
        AtomicReference<SitePolicy> policy = new AtomicReference<>(DEFAULT);
        try (TrustIssuer issuer = new TrustIssuer(
                trust, keys, () -> Map.of("oslo", policy.get()), new SqlSitePolicies(database), broker, () -> NOW)) {
            issuer.start();
            Awaitility.await().until(() -> isPublished(1));
            policy.set(OTHER);
            issuer.changed();
            Awaitility.await().until(() -> isPublished(2));
        }
    }

    private boolean isPublished(long version) throws Exception {
        synchronized (broker) {
            return broker.retained.containsKey(Topics.policy("oslo"))
                    && published().getVersion() == version;
        }
    }
}
