package portvakt.server.adapter.issuer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import portvakt.protocol.CardNumber;
import portvakt.protocol.Topics;
import portvakt.protocol.Uid;
import portvakt.protocol.sign.KeyId;
import portvakt.protocol.sign.SignedFacts;
import portvakt.protocol.v1.Enrolment;
import portvakt.protocol.v1.EnrolmentTable;
import portvakt.protocol.v1.SignedDocument;
import portvakt.server.adapter.sql.Database;
import portvakt.server.adapter.sql.Databases;
import portvakt.server.adapter.sql.SqlEnrolments;
import portvakt.server.port.Enrolments;
import portvakt.server.port.Enrolments.OnConflict;

/** What lies in the broker is each site's whole committed table, signed by the key that gates believe. */
class EnrolmentIssuanceTest {

    private static final Instant NOW = Instant.parse("2026-03-02T07:00:00Z");
    private static final String LIST = "hms-kort";
    private static final Uid CHIP = new Uid("04a1b2c3d4e5f6");

    @TempDir
    private Path folder;

    private final RetainedMessages broker = new RetainedMessages();
    private Database database;
    private SqlEnrolments enrolments;
    private ListKeys keys;
    private EnrolmentIssuance issuance;

    @BeforeEach
    void open() throws Exception {
        database = Databases.inMemory();
        enrolments = SqlEnrolments.reading(database);
        keys = TestKeys.in(folder, LIST);
        restart();
    }

    @AfterEach
    void close() {
        database.close();
    }

    private void restart() {
        issuance = issuance(enrolments);
    }

    private EnrolmentIssuance issuance(Enrolments from) {
        return new EnrolmentIssuance(List.of("oslo"), keys, from, broker, Duration.ofSeconds(1));
    }

    private void bind(String site, Uid uid, String card) {
        enrolments.bind(site, uid, new CardNumber(card), OnConflict.REPLACE, "kari", NOW);
    }

    /** The site's table as a gate takes it: proved by the list's public key. */
    private EnrolmentTable table(String site) throws InvalidProtocolBufferException {
        SignedDocument document;
        synchronized (broker) {
            document = SignedDocument.parseFrom(broker.retained.get(Topics.enrolments(site)));
        }
        assertThat(SignedFacts.isSignedBy(keys.publicKey(), SignedFacts.ENROLMENTS, document))
                .isTrue();
        assertThat(KeyId.ofBytes(document.getKeyId().toByteArray())).isEqualTo(keys.keyId());
        EnrolmentTable table = EnrolmentTable.parseFrom(document.getPayload());
        assertThat(table.getSite()).isEqualTo(site);
        return table;
    }

    private Map<String, String> cards(String site) throws InvalidProtocolBufferException {
        Map<String, String> cards = new TreeMap<>();
        for (Enrolment each : table(site).getEnrolmentsList()) {
            cards.put(Uid.of(each.getUid().toByteArray()).hex(), each.getCardNumber());
        }
        return cards;
    }

    @Test
    void aSiteThatIsSetUpHasAnEmptyTableAndOthersHaveTheirs() throws Exception {
        bind("bergen", CHIP, "4388261");
        issuance.round(NOW);

        assertThat(broker.published).containsExactly(Topics.enrolments("bergen"), Topics.enrolments("oslo"));
        assertThat(table("oslo").getVersion()).isZero();
        assertThat(table("oslo").getIssuedAtMs()).isEqualTo(NOW.toEpochMilli());
        assertThat(cards("oslo")).isEmpty();
        assertThat(table("bergen").getVersion()).isEqualTo(1);
        assertThat(cards("bergen")).isEqualTo(Map.of("04a1b2c3d4e5f6", "4388261"));
    }

    @Test
    void onlyAChangeIsPublishedAndABurstIsOneTable() throws Exception {
        issuance.round(NOW);
        broker.published.clear();
        issuance.round(NOW);
        assertThat(broker.published).isEmpty();

        bind("oslo", CHIP, "4388261");
        bind("oslo", new Uid("04a1b2c3"), "4388262");
        enrolments.unbind("oslo", CHIP, "kari", NOW);
        issuance.round(NOW);
        assertThat(broker.published).containsExactly(Topics.enrolments("oslo"));
        assertThat(table("oslo").getVersion()).isEqualTo(3);
        assertThat(cards("oslo")).isEqualTo(Map.of("04a1b2c3", "4388262"));
    }

    @Test
    void allOfItGoesOutAgainAtAStartAndToANewConnection() throws Exception {
        bind("oslo", CHIP, "4388261");
        issuance.round(NOW);
        broker.retained.clear();
        issuance.round(NOW);
        assertThat(broker.retained).isEmpty();
        issuance.brokerForgot();
        issuance.round(NOW);
        assertThat(cards("oslo")).hasSize(1);

        broker.retained.clear();
        restart();
        issuance.round(NOW);
        assertThat(cards("oslo")).hasSize(1);
        assertThat(table("oslo").getVersion()).isEqualTo(1);
    }

    @Test
    void whatTheBrokerDidNotTakeGoesOutLater() throws Exception {
        bind("bergen", CHIP, "4388261");
        broker.takes = 1;
        assertThatThrownBy(() -> issuance.round(NOW))
                .isInstanceOf(BrokerAway.class)
                .hasMessageContaining("oslo");
        assertThat(cards("bergen")).hasSize(1);
        broker.published.clear();
        broker.takes = Integer.MAX_VALUE;
        issuance.round(NOW);
        assertThat(broker.published).containsExactly(Topics.enrolments("oslo"));
    }

    @Test
    void theFullestTableFitsIntoAMessage() throws Exception {
        List<Enrolments.Enrolment> all = new java.util.ArrayList<>();
        for (int i = 0; i < Enrolments.SITE_MAX; i++) {
            all.add(new Enrolments.Enrolment(
                    new Uid("04%018x".formatted(i)), new CardNumber("1%015d".formatted(i)), "kari", NOW));
        }
        issuance(new FixedTable(new Enrolments.Table("oslo", Long.MAX_VALUE, all)))
                .round(NOW);
        assertThat(table("oslo").getEnrolmentsList()).hasSize(Enrolments.SITE_MAX);
        assertThat(broker.retained.get(Topics.enrolments("oslo"))).hasSizeLessThan(Topics.PAYLOAD_BYTES_MAX);
    }

    /** One table that never changes. */
    private record FixedTable(Table table) implements Enrolments {
        @Override
        public Binding bind(String site, Uid uid, CardNumber card, OnConflict onConflict, String by, Instant now) {
            throw new UnsupportedOperationException("only read");
        }

        @Override
        public boolean unbind(String site, Uid uid, String by, Instant now) {
            throw new UnsupportedOperationException("only read");
        }

        @Override
        public Table list(String site) {
            return table;
        }

        @Override
        public Map<String, Long> versions() {
            return Map.of(table.site(), table.version());
        }
    }

    @Test
    void aTableWithOneBitChangedIsNotSigned() throws Exception {
        bind("oslo", CHIP, "4388261");
        issuance.round(NOW);
        SignedDocument document = SignedDocument.parseFrom(broker.retained.get(Topics.enrolments("oslo")));
        byte[] payload = document.getPayload().toByteArray();
        payload[payload.length - 1] ^= 1;
        assertThat(SignedFacts.isSignedBy(
                        keys.publicKey(),
                        SignedFacts.ENROLMENTS,
                        document.toBuilder()
                                .setPayload(ByteString.copyFrom(payload))
                                .build()))
                .isFalse();
    }

    @Test
    void theIssuersThreadPublishesAtItsStartAndEachChangeByItself() {
        bind("oslo", CHIP, "4388261");
        try (EnrolmentIssuer issuer = new EnrolmentIssuer(List.of("oslo"), keys, enrolments, broker, () -> NOW)) {
            SqlEnrolments desk = new SqlEnrolments(database, issuer::changed);
            issuer.start();
            Awaitility.await().until(() -> isPublished("oslo", 1));
            desk.bind("oslo", new Uid("04a1b2c3"), new CardNumber("4388262"), OnConflict.REFUSE, "kari", NOW);
            Awaitility.await().until(() -> isPublished("oslo", 2));
            synchronized (broker) {
                broker.retained.clear();
            }
            issuer.brokerConnected();
            Awaitility.await().until(() -> isPublished("oslo", 2));
        }
    }

    private boolean isPublished(String site, long version) throws InvalidProtocolBufferException {
        synchronized (broker) {
            return broker.retained.containsKey(Topics.enrolments(site))
                    && table(site).getVersion() == version;
        }
    }
}
