package portvakt.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;
import portvakt.protocol.Direction;
import portvakt.protocol.Topics;
import portvakt.protocol.Topics.GateAddress;
import portvakt.protocol.list.ListDelta;
import portvakt.protocol.list.ListHead;
import portvakt.protocol.v1.Ack;
import portvakt.protocol.v1.GateStatus;
import portvakt.server.adapter.mqtt.TestClient;
import portvakt.server.adapter.pki.CertificateAuthority;
import portvakt.server.adapter.pki.GateProvisioning;
import portvakt.server.adapter.pki.NoTrust;
import portvakt.server.adapter.sql.Database;
import portvakt.server.adapter.sql.Databases;
import portvakt.server.adapter.sql.Journal;
import portvakt.server.adapter.sql.SqlGates;
import portvakt.server.port.CardRegister.Outcome;
import portvakt.server.port.EntryLog;
import portvakt.server.port.LogEntry;
import portvakt.server.port.StatusChange;

/** The whole server over real TLS: the right gate is heard and answered, everybody else is kept out, a restart forgets nothing. */
class ServerTest {

    private static final GateAddress NORTH = new GateAddress("oslo", "north");
    private static final GateAddress SOUTH = new GateAddress("oslo", "south");
    private static final String NORTH_ID = "gate:oslo:north";

    @TempDir
    Path folder;

    private int port;
    private Server server;

    @BeforeEach
    void start() throws Exception {
        port = freePort();
        open();
    }

    private void open() throws Exception {
        server = Server.start(config(), Clock.systemUTC(), List.of());
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(this::isPublished);
    }

    private boolean isPublished() {
        return server.parts().lists().find("hms-kort").isPresent()
                && server.parts().probes().stream()
                        .allMatch(probe -> probe.isWell().getAsBoolean());
    }

    private ServerConfig config() {
        return new ServerConfig(
                folder.resolve("data"),
                null,
                Optional.empty(),
                new ServerConfig.Broker(
                        Optional.of(new ServerConfig.EmbeddedSettings("127.0.0.1", port, List.of())), Optional.empty()),
                Optional.empty(),
                List.of(),
                null,
                null,
                null,
                null);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private Path provision(GateAddress gate, String name) throws IOException {
        Path made = folder.resolve(name);
        server.provision(gate, Direction.IN, made);
        return made;
    }

    private List<LogEntry> rows() {
        return server.parts().log().after(0, EntryLog.LIMIT_MAX, EntryLog.Filter.NONE);
    }

    private static Optional<Long> newestAck(TestClient client) throws Exception {
        Optional<Long> newest = Optional.empty();
        for (TestClient.Message message : client.messages) {
            if (message.topic().equals(NORTH.acks())) {
                newest = Optional.of(Ack.parseFrom(message.payload()).getCommittedSequence());
            }
        }
        return newest;
    }

    private static Optional<ListHead> newestHead(TestClient client) throws Exception {
        Optional<ListHead> newest = Optional.empty();
        for (TestClient.Message message : client.messages) {
            if (message.topic().equals(Topics.listHead("hms-kort"))) {
                newest = Optional.of(ListHead.parse(message.payload()));
            }
        }
        return newest;
    }

    private Outcome revoke(String card, String token) {
        return server.parts()
                .register()
                .apply(StatusChange.ofToken(
                        "hms-kort",
                        new CardNumber(card),
                        CardStatus.REVOKED,
                        Instant.now(),
                        "register",
                        token,
                        "hash of " + token));
    }

    @Test
    void aGateIsHeardAcknowledgedAndSentTheList() throws Exception {
        Journal journal = new Journal();
        journal.taken(Direction.IN, "1234567", 0);
        journal.taken(Direction.IN, "7654321", 1);
        try (TestClient gate = TestClient.start(port, NORTH_ID, provision(NORTH, "north"))) {
            gate.awaitConnected();
            assertThat(gate.subscribe(NORTH.acks())).isTrue();
            assertThat(gate.subscribe(Topics.listHead("hms-kort"))).isTrue();
            assertThat(gate.publish(NORTH.events(), journal.batch().toByteArray()))
                    .isTrue();
            Awaitility.await().until(() -> newestAck(gate).equals(Optional.of(2L)));
            Awaitility.await().until(() -> newestHead(gate).isPresent());
            assertThat(server.parts().log().onSite(Optional.of("oslo"))).hasSize(2);

            assertThat(revoke("1234567", "a")).isEqualTo(Outcome.APPLIED);
            Awaitility.await().until(() -> newestHead(gate).orElseThrow().version() == 2);
        }
    }

    @Test
    void aGateThatComesLaterFindsDeltasAndCheckpointsInTheBroker() throws Exception {
        Awaitility.await()
                .until(() ->
                        server.parts().lists().find("hms-kort").orElseThrow().lastCheckpoint() == 1);
        assertThat(revoke("1234567", "a")).isEqualTo(Outcome.APPLIED);
        Awaitility.await()
                .until(() ->
                        server.parts().lists().find("hms-kort").orElseThrow().version() == 2);
        Path north = provision(NORTH, "north");
        readsWhatIsRetained(north);
        server.close();
        open();
        readsWhatIsRetained(north);
    }

    private void readsWhatIsRetained(Path identity) throws Exception {
        try (TestClient gate = TestClient.start(port, NORTH_ID, identity)) {
            gate.awaitConnected();
            assertThat(gate.subscribe(Topics.checkpointHeadFilter("hms-kort"))).isTrue();
            Awaitility.await()
                    .until(() ->
                            payload(gate, Topics.checkpointHead("hms-kort", 1)).isPresent());
            assertThat(gate.subscribe(Topics.snapshotFilter("hms-kort", 1))).isTrue();
            Awaitility.await()
                    .until(() ->
                            payload(gate, Topics.tableChunk("hms-kort", 1, 0)).isPresent());
            assertThat(gate.subscribe(Topics.delta("hms-kort", 1))).isTrue();
            Awaitility.await()
                    .until(() -> payload(gate, Topics.delta("hms-kort", 1)).isPresent());
            ListDelta delta =
                    ListDelta.parse(payload(gate, Topics.delta("hms-kort", 1)).orElseThrow());
            assertThat(delta.head().version()).isEqualTo(2);
            assertThat(delta.added()).hasSize(1);
        }
    }

    private static Optional<byte[]> payload(TestClient client, String topic) {
        return client.messages.stream()
                .filter(message -> message.topic().equals(topic))
                .map(TestClient.Message::payload)
                .findFirst();
    }

    @Test
    void theBrokerKeepsEachGateToItsOwnTopics() throws Exception {
        try (TestClient gate = TestClient.start(port, NORTH_ID, provision(NORTH, "north"))) {
            gate.awaitConnected();
            assertThat(gate.publish(SOUTH.events(), new byte[] {1})).isFalse();
            assertThat(gate.publish(SOUTH.live(), new byte[] {1})).isFalse();
            assertThat(gate.publish(NORTH.acks(), new byte[] {1})).isFalse();
            assertThat(gate.publish(Topics.listHead("hms-kort"), new byte[] {1}))
                    .isFalse();
            assertThat(gate.subscribe(SOUTH.acks())).isFalse();
            assertThat(gate.subscribe(Topics.everyGate("events"))).isFalse();
            assertThat(gate.subscribe("#")).isFalse();
            assertThat(gate.subscribe(Topics.enrolments("oslo"))).isTrue();
            assertThat(gate.subscribe(Topics.enrolments("bergen"))).isFalse();
            assertThat(gate.subscribe(Topics.snapshotFilter("hms-kort", 1))).isTrue();
        }
        assertThat(rows()).isEmpty();
    }

    @Test
    void aQueueOfAnotherGateCannotBeNamed() throws Exception {
        try (TestClient gate = TestClient.start(port, NORTH_ID, provision(NORTH, "north"))) {
            gate.awaitConnected();
            assertThat(gate.subscribe(Topics.listHead("hms-kort") + "::gate:oslo:south." + SOUTH.acks()))
                    .isFalse();
        }
        try (TestClient gate = TestClient.start(port, NORTH_ID + ":2", folder.resolve("north"))) {
            gate.awaitConnected();
            assertThat(gate.subscribe("$share/gate:oslo:south/" + Topics.listHead("hms-kort")))
                    .isFalse();
        }
    }

    @Test
    void nobodyElseGetsIn() throws Exception {
        Path north = provision(NORTH, "north");
        try (TestClient another = TestClient.start(port, "gate:oslo:south", north)) {
            assertThat(another.awaitLost().isConnected()).isFalse();
        }
        Path foreign = folder.resolve("foreign");
        try (Database database = Databases.inMemory()) {
            new GateProvisioning(
                            CertificateAuthority.openOrCreate(folder.resolve("other-pki"), Instant.now()),
                            new SqlGates(database),
                            new NoTrust(),
                            Duration.ofDays(30))
                    .provision(NORTH, Direction.IN, foreign, Instant.now());
        }
        java.nio.file.Files.copy(
                north.resolve("ca.pem"), foreign.resolve("ca.pem"), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        try (TestClient stranger = TestClient.start(port, NORTH_ID, foreign)) {
            assertThat(stranger.awaitLost().isConnected()).isFalse();
        }
        // Without TLS, and so without a certificate, not even a byte is answered but to end it.
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(new byte[] {0x10, 0x0c, 0, 4, 'M', 'Q', 'T', 'T', 5, 2, 0, 60, 0, 0});
            byte[] answer = socket.getInputStream().readAllBytes();
            assertThat(answer.length == 0 || answer[0] != 0x20).isTrue();
        }
    }

    @Test
    void aRevokedGateIsCutOffAtOnceAndStaysOut() throws Exception {
        try (TestClient gate = TestClient.start(port, NORTH_ID, provision(NORTH, "north"))) {
            gate.awaitConnected();
            assertThat(server.parts().gateRegistry().revoke(NORTH, Instant.now()))
                    .isTrue();
            gate.awaitLost();
        }
        try (TestClient gate = TestClient.start(port, NORTH_ID, folder.resolve("north"))) {
            assertThat(gate.awaitLost().isConnected()).isFalse();
        }
    }

    @Test
    void whatIsNoMessageHoldsUpNothing() throws Exception {
        byte[] nonsense = {(byte) 0xff, (byte) 0xff, 1, 2, 3};
        Journal journal = new Journal();
        journal.exitRequest(0);
        try (TestClient gate = TestClient.start(port, NORTH_ID, provision(NORTH, "north"))) {
            gate.awaitConnected();
            assertThat(gate.subscribe(NORTH.acks())).isTrue();
            assertThat(gate.publish(NORTH.events(), nonsense)).isTrue();
            assertThat(gate.publish(NORTH.status(), nonsense)).isTrue();
            assertThat(gate.publish(NORTH.status(), new byte[0])).isTrue();
            assertThat(gate.publish(NORTH.events(), journal.batch().toByteArray()))
                    .isTrue();
            Awaitility.await().until(() -> newestAck(gate).equals(Optional.of(1L)));
            assertThat(gate.publish(
                            NORTH.status(),
                            GateStatus.newBuilder()
                                    .setOnline(true)
                                    .setFirmware("1.0")
                                    .build()
                                    .toByteArray()))
                    .isTrue();
            Awaitility.await()
                    .until(() -> server.parts().gates().all().getFirst().online());
        }
    }

    @Test
    void aRestartKeepsTheVersionTheLogAndTheGates() throws Exception {
        Journal journal = new Journal();
        journal.exitRequest(0);
        Path north = provision(NORTH, "north");
        revoke("1234567", "a");
        Awaitility.await()
                .until(() ->
                        server.parts().lists().find("hms-kort").orElseThrow().version() == 2);
        try (TestClient gate = TestClient.start(port, NORTH_ID, north)) {
            gate.awaitConnected();
            assertThat(gate.publish(NORTH.events(), journal.batch().toByteArray()))
                    .isTrue();
            Awaitility.await().until(() -> rows().size() == 1);
        }
        server.close();
        open();
        assertThat(server.parts().lists().find("hms-kort").orElseThrow().version())
                .isEqualTo(2);
        assertThat(rows()).hasSize(1);
        try (TestClient gate = TestClient.start(port, NORTH_ID, north)) {
            gate.awaitConnected();
            assertThat(gate.subscribe(NORTH.acks())).isTrue();
            assertThat(gate.subscribe(Topics.listHead("hms-kort"))).isTrue();
            Awaitility.await().until(() -> newestHead(gate).orElseThrow().version() == 2);
            Awaitility.await().until(() -> newestAck(gate).equals(Optional.of(1L)));
        }
    }

    @Test
    void aPortThatIsTakenIsSaid() {
        ServerConfig second = new ServerConfig(
                folder.resolve("second"),
                null,
                Optional.empty(),
                config().broker(),
                Optional.empty(),
                List.of(),
                null,
                null,
                null,
                null);
        assertThatThrownBy(() -> Server.start(second, Clock.systemUTC(), List.of()))
                .isInstanceOf(ServerStartException.class)
                .hasMessageContaining(String.valueOf(port));
    }

    @Test
    void aPartOnTopThatFailsLeavesNothingOpen() throws Exception {
        server.close();
        assertThatThrownBy(() -> Server.start(config(), Clock.systemUTC(), List.of(parts -> {
                    throw new IOException("no web today");
                })))
                .isInstanceOf(ServerStartException.class)
                .hasMessageContaining("no web today");
        open();
        assertThat(isPublished()).isTrue();
    }
}
