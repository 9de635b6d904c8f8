package portvakt.sim.rig;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;
import portvakt.protocol.Topics;
import portvakt.protocol.list.ListHead;
import portvakt.protocol.v1.Ack;
import portvakt.protocol.v1.ChainedEvent;
import portvakt.protocol.v1.EventBatch;
import portvakt.protocol.v1.EventFacts;
import portvakt.protocol.v1.GateStopped;
import portvakt.server.adapter.keys.ServerKeys;
import portvakt.server.port.EntryLog;
import portvakt.server.port.LogEntry;
import portvakt.sim.device.RelayChange;
import portvakt.sim.register.CentralRegister;
import portvakt.sim.site.SimulatedGate;
import portvakt.sim.site.SimulatedSite;

/**
 * Whoever can publish, even with the server's own certificate, opens nothing and stops nothing with bytes that are not proved: what
 * was refused stands in the entry log with its cause, and the site works as before.
 */
@Timeout(240)
class BadMessagesIT {

    private static final CardNumber WORKER = new CardNumber("4388261");
    private static final CardNumber REVOKED = new CardNumber("4388300");
    private static final Topics.GateAddress ENTRANCE =
            new Topics.GateAddress(SimulatedSite.SITE, SimulatedSite.ENTRANCE);
    private static final Topics.GateAddress EXIT = new Topics.GateAddress(SimulatedSite.SITE, SimulatedSite.EXIT);
    private static final String HEAD = Topics.listHead(SimulatedSite.LIST);

    @TempDir
    private Path folder;

    private final SplittableRandom random = new SplittableRandom(7);
    private SimulatedSite site;
    private Cards cards;

    @BeforeEach
    void open() throws Exception {
        site = SimulatedSite.open(new SimulatedSite.Settings(folder, 0, Duration.ofSeconds(2), Duration.ofSeconds(1)));
        cards = new Cards(site.issuer());
        assertThat(site.push(REVOKED, CardStatus.REVOKED).appliedMs()).hasSize(2);
    }

    @AfterEach
    void close() throws Exception {
        site.close();
    }

    @Test
    void gatesRefuseWhatIsNotProved() throws Exception {
        try (BrokerClient saboteur = BrokerClient.asServer(site.broker(), folder.resolve("server/pki"))) {
            badHeads(saboteur);
            badDeltas(saboteur);
            badDocuments(saboteur);
        }
        assertThat(site.gates().values()).allSatisfy(BadMessagesIT::neverOpened);
        worksAsBefore();
    }

    private void badHeads(BrokerClient saboteur) throws Exception {
        byte[] good = HexFormat.of().parseHex(published().headHex());
        byte[] flipped = good.clone();
        flipped[good.length - 1] ^= 1;
        ListHead head = ListHead.parse(good);
        PrivateKey stolen = listKey();

        refused(saboteur, HEAD, bytes(ListHead.SIZE_BYTES), "MALFORMED");
        refused(saboteur, HEAD, Arrays.copyOf(good, 100), "MALFORMED");
        refused(saboteur, HEAD, bytes(Topics.PAYLOAD_BYTES_MAX), "MALFORMED");
        refused(saboteur, HEAD, flipped, "BAD_SIGNATURE");
        refused(saboteur, HEAD, head.sign(foreignKey()), "BAD_SIGNATURE");
        refused(
                saboteur,
                HEAD,
                like(head, "site-other", head.version(), 0, head.count()).sign(stolen),
                "WRONG_LIST");
        refused(
                saboteur,
                HEAD,
                like(head, head.list(), head.version() - 1, 0, head.count()).sign(stolen),
                "ROLLBACK");
        refused(
                saboteur,
                HEAD,
                like(head, head.list(), head.version() + 1, 3_600, head.count()).sign(stolen),
                "ISSUED_IN_FUTURE");
        refused(
                saboteur,
                HEAD,
                like(head, head.list(), head.version(), 1, head.count() + 1).sign(stolen),
                "NOT_PROVED");
        saboteur.publish(HEAD, new byte[0]);
        // More than the broker takes: it ends the connection of whoever tries.
        assertThat(saboteur.isTaken(HEAD, bytes(3 * Topics.PAYLOAD_BYTES_MAX))).isFalse();
    }

    /** On the topic of the next delta, at which every gate listens. Parts of snapshots are refused in the gate's own tests. */
    private void badDeltas(BrokerClient saboteur) throws Exception {
        ListHead head = ListHead.parse(HexFormat.of().parseHex(published().headHex()));
        String next = Topics.delta(head.list(), head.version());
        refused(saboteur, next, bytes(10), "MALFORMED");
        refused(saboteur, next, bytes(65 * 1024), "ENDLESS");
        saboteur.publish(next, new byte[0]);
    }

    private void badDocuments(BrokerClient saboteur) throws Exception {
        byte[] noMessage = new byte[] {(byte) 0xff, (byte) 0xff, 1};
        String enrolments = Topics.enrolments(SimulatedSite.SITE);
        saboteur.publish(enrolments, new byte[0]);
        awaitRow(saboteur, enrolments, noMessage, "Alarm", "BAD_MESSAGE " + enrolments);
        awaitRow(saboteur, ENTRANCE.acks(), noMessage, "Alarm", "BAD_MESSAGE " + ENTRANCE.acks());
        awaitRow(saboteur, ENTRANCE.acks(), ack(1_000_000), "Alarm", "ACK_AHEAD");
        saboteur.publish(ENTRANCE.acks(), ack(-1));
        saboteur.publish(ENTRANCE.acks(), new byte[0]);
    }

    @Test
    void theServerKeepsAsideWhatNoGateWouldSend() throws Exception {
        Path identity = folder.resolve("gates/entrance/identity");
        byte[] noMessage = new byte[] {(byte) 0xff, (byte) 0xff, 1};
        ChainedEvent forged = ChainedEvent.newBuilder()
                .setSequence(1)
                .setPreviousHash(ByteString.copyFrom(new byte[32]))
                .setFacts(EventFacts.newBuilder()
                        .setGateStopped(GateStopped.getDefaultInstance())
                        .build()
                        .toByteString())
                .build();
        long before = newest();
        try (BrokerClient saboteur = BrokerClient.asGate(site.broker(), ENTRANCE.clientId() + ":saboteur", identity)) {
            saboteur.publish(ENTRANCE.events(), noMessage);
            saboteur.publish(ENTRANCE.events(), new byte[0]);
            saboteur.publish(ENTRANCE.events(), bytes(Topics.PAYLOAD_BYTES_MAX));
            saboteur.publish(ENTRANCE.events(), batch(forged));
            saboteur.publish(
                    ENTRANCE.events(), batch(forged.toBuilder().setSequence(0).build()));
            saboteur.publish(ENTRANCE.status(), noMessage);
            saboteur.publish(ENTRANCE.status(), new byte[0]);
            assertThat(saboteur.isTaken(EXIT.events(), batch(forged))).isFalse();
            assertThat(saboteur.isTaken(HEAD, noMessage)).isFalse();
            assertThat(saboteur.isTaken(EXIT.acks(), ack(1_000_000))).isFalse();
        }
        Awaitility.await()
                .atMost(JavaProcess.PATIENCE)
                .untilAsserted(() -> assertThat(quarantined()).contains("NO_BATCH", "FORK", "ILLEGIBLE"));
        // The exit's own events, of the list that it has just taken into use, may still be on their way.
        assertThat(rows(before))
                .filteredOn(row -> row.gate().equals(SimulatedSite.EXIT))
                .allMatch(row -> row.kind().equals("ListApplied"));
        assertThat(rows(before)).anyMatch(row -> isAbout(row, "Alarm", "FORK"));
        worksAsBefore();
    }

    @Test
    void theRegisterEndpointRefusesTokensThatAreNotTheRegisters() throws Exception {
        long version = published().version();
        Path own = folder.resolve("register");
        String issuer = "urn:portvakt:simulated-register";
        String audience = "urn:portvakt:demo";
        CentralRegister stranger = CentralRegister.open(folder.resolve("stranger"), issuer, audience);
        assertRefused(token(stranger, "s-1"), "invalid_key");
        assertRefused(token(CentralRegister.open(own, "urn:somebody", audience), "s-2"), "invalid_issuer");
        assertRefused(token(CentralRegister.open(own, issuer, "urn:somebody"), "s-3"), "invalid_audience");
        String good = token(site.register(), "s-4");
        char[] tampered = good.toCharArray();
        int inSignature = good.lastIndexOf('.') + 10;
        tampered[inSignature] = tampered[inSignature] == 'A' ? 'B' : 'A';
        assertRefused(new String(tampered), "authentication_failed");
        assertRefused("no token", "invalid_request");
        assertThat(published().version()).isEqualTo(version);

        assertThat(push(good).httpStatus()).isEqualTo(202);
        assertThat(push(good).httpStatus()).as("the same once more").isEqualTo(202);
        Awaitility.await().atMost(JavaProcess.PATIENCE).until(() -> published().version() == version + 1);
        String reused = site.register().token(REVOKED, CardStatus.VALID, Instant.now(), "s-4");
        assertRefused(reused, "invalid_request");
        assertThat(site.entrance().tap(cards.card(REVOKED)).reason()).contains("CREDENTIAL_REVOKED");
    }

    private String token(CentralRegister register, String tokenId) {
        return register.token(new CardNumber("4388777"), CardStatus.REVOKED, Instant.now(), tokenId);
    }

    private CentralRegister.Pushed push(String token) throws Exception {
        return site.register().push(token, "", site.registerEndpoint());
    }

    private void assertRefused(String token, String code) throws Exception {
        CentralRegister.Pushed pushed = push(token);
        assertThat(pushed.httpStatus()).as(pushed.body()).isEqualTo(400);
        assertThat(pushed.body()).contains("\"" + code + "\"");
    }

    private void worksAsBefore() throws Exception {
        assertThat(site.entrance().tap(cards.card(REVOKED)).reason()).contains("CREDENTIAL_REVOKED");
        assertThat(site.entrance().tap(cards.card(WORKER)).decision()).contains("GRANTED");
        assertThat(site.entrance().pushArm().passage()).contains("TAKEN");
        assertThat(site.push(WORKER, CardStatus.SUSPENDED).appliedMs()).hasSize(2);
        assertThat(site.entrance().tap(cards.card(WORKER)).reason()).contains("CREDENTIAL_SUSPENDED");
        for (SimulatedGate gate : site.gates().values()) {
            Awaitility.await().atMost(JavaProcess.PATIENCE).until(() -> gate.acknowledged() == gate.journalLast());
        }
    }

    private static void neverOpened(SimulatedGate gate) {
        assertThat(gate.turnstile().relayChanges()).noneMatch(RelayChange::on);
    }

    private void refused(BrokerClient saboteur, String topic, byte[] payload, String cause) throws Exception {
        awaitRow(saboteur, topic, payload, "ListRefused", SimulatedSite.LIST + ": " + cause);
    }

    /** Publishes until the entrance has heard it (it may still be subscribing) and says so in the entry log. */
    private void awaitRow(BrokerClient saboteur, String topic, byte[] payload, String kind, String detail)
            throws Exception {
        long before = newest();
        Awaitility.await(topic + " " + detail)
                .atMost(JavaProcess.PATIENCE)
                .pollInterval(Duration.ofMillis(250))
                .until(() -> {
                    saboteur.publish(topic, payload);
                    return rows(before).stream()
                            .anyMatch(row -> row.gate().equals(SimulatedSite.ENTRANCE) && isAbout(row, kind, detail));
                });
    }

    private static boolean isAbout(LogEntry row, String kind, String detail) {
        return row.kind().equals(kind) && row.detail().orElse("").startsWith(detail);
    }

    private List<LogEntry> rows(long after) {
        return site.server().parts().log().after(after, EntryLog.LIMIT_MAX, EntryLog.Filter.NONE);
    }

    private long newest() {
        return site.server().parts().log().before(Long.MAX_VALUE, 1, EntryLog.Filter.NONE).stream()
                .mapToLong(LogEntry::id)
                .findFirst()
                .orElse(0);
    }

    private portvakt.server.port.Lists.PublishedList published() {
        return site.server().parts().lists().find(SimulatedSite.LIST).orElseThrow();
    }

    private TreeSet<String> quarantined() throws Exception {
        TreeSet<String> causes = new TreeSet<>();
        try (Connection connection = DriverManager.getConnection(
                        "jdbc:h2:file:" + folder.resolve("server/portvakt").toAbsolutePath(), "sa", "");
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT cause FROM quarantine")) {
            while (rows.next()) {
                causes.add(rows.getString(1));
            }
        }
        return causes;
    }

    private static ListHead like(ListHead head, String list, long version, long laterSeconds, int count) {
        return new ListHead(
                list,
                head.epoch(),
                version,
                head.bits(),
                count,
                head.issuedAt().plusSeconds(laterSeconds),
                head.expiresAt(),
                head.rootHex(),
                head.keyId());
    }

    private PrivateKey listKey() throws Exception {
        return ServerKeys.openOrCreate(folder.resolve("server"), "hms-kort", Instant.now())
                .pair()
                .getPrivate();
    }

    private static PrivateKey foreignKey() throws Exception {
        return KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPrivate();
    }

    private byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++) {
            bytes[i] = (byte) random.nextInt();
        }
        return bytes;
    }

    private static byte[] ack(long sequence) {
        return Ack.newBuilder().setCommittedSequence(sequence).build().toByteArray();
    }

    private static byte[] batch(ChainedEvent event) {
        return EventBatch.newBuilder().addEvents(event).build().toByteArray();
    }
}
