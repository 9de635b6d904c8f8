package portvakt.gate.adapter.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import portvakt.gate.loop.Signal;
import portvakt.gate.outbox.Outbox;
import portvakt.gate.port.Clock;
import portvakt.gate.port.Uplink;
import portvakt.gate.status.EnrolmentReplica;
import portvakt.gate.status.Issuer;
import portvakt.gate.status.ListRefusedException;
import portvakt.gate.status.ListReplica;
import portvakt.gate.status.PassbackReader;
import portvakt.gate.status.PinnedKeys;
import portvakt.gate.status.PolicyReplica;
import portvakt.gate.status.Roots;
import portvakt.gate.status.TrustReplica;
import portvakt.gate.status.TrustedKeys;
import portvakt.gate.testing.Certificates;
import portvakt.gate.testing.HandClock;
import portvakt.gate.testing.MemoryDisk;
import portvakt.gate.testing.MemoryJournal;
import portvakt.gate.testing.Mosquitto;
import portvakt.gate.testing.RunningClock;
import portvakt.protocol.Direction;
import portvakt.protocol.ListState;
import portvakt.protocol.Topics;
import portvakt.protocol.event.EventChain;
import portvakt.protocol.mqtt.BrokerSession;
import portvakt.protocol.sign.SignedFacts;
import portvakt.protocol.v1.Ack;
import portvakt.protocol.v1.Alarm;
import portvakt.protocol.v1.ChainedEvent;
import portvakt.protocol.v1.EventBatch;
import portvakt.protocol.v1.EventFacts;
import portvakt.protocol.v1.GateStatus;
import portvakt.protocol.v1.ListAction;
import portvakt.protocol.v1.ReadAssurance;
import portvakt.protocol.v1.SignedDocument;
import portvakt.protocol.v1.SitePolicy;

/** Against a real broker that comes late, dies and lies: events arrive without a gap, lists are proved, nothing crashes. */
class MqttUplinkIT {

    private static final Topics.GateAddress ADDRESS = new Topics.GateAddress("oslo", "north");

    @TempDir
    private Path folder;

    private final MemoryJournal journal = new MemoryJournal(_ -> {});
    private final ConcurrentLinkedQueue<Signal> inbox = new ConcurrentLinkedQueue<>();
    private final Issuer issuer = new Issuer();
    private final MemoryDisk disk = new MemoryDisk();
    private final Clock clock = new RunningClock(HandClock.START);

    private Certificates certificates;
    private Mosquitto broker;
    private MqttUplink uplink;
    private Server server;

    @BeforeEach
    void makeCertificates() throws IOException {
        certificates = new Certificates(folder);
        certificates.server("broker");
    }

    @AfterEach
    void close() {
        if (uplink != null) {
            uplink.close();
        }
        if (server != null) {
            server.session.close();
        }
        if (broker != null) {
            broker.close();
        }
    }

    private BrokerSession.Settings settings(String client) throws IOException {
        return new BrokerSession.Settings(
                broker.uri(),
                client,
                certificates.client(client),
                Optional.empty(),
                Duration.ofSeconds(5),
                Duration.ofHours(1),
                16);
    }

    private void startUplink() throws IOException, ListRefusedException {
        PinnedKeys pinned = new PinnedKeys(List.of(issuer.publicKey()));
        uplink = new MqttUplink(
                ADDRESS,
                settings("gate-north"),
                new MqttUplink.Parts(
                        journal,
                        List.of(new ListReplica(
                                Issuer.LIST,
                                new TrustedKeys(List.of(issuer.publicKey())),
                                Issuer.SECRET,
                                100_000,
                                disk)),
                        SignedTopic.all(
                                "oslo",
                                new TrustReplica(new Roots().start(issuer.publicKey()), disk),
                                new EnrolmentReplica("oslo", pinned, disk),
                                new PolicyReplica("oslo", pinned, disk),
                                new PassbackReader("oslo", pinned),
                                inbox::add),
                        inbox::add,
                        clock,
                        new StatusMessage(
                                "test",
                                Direction.IN,
                                new StatusMessage.Run(ByteString.copyFromUtf8("run"), HandClock.START),
                                disk,
                                () -> OptionalInt.of(61_234))));
        uplink.start();
    }

    /** The server's side, played by the test: takes events in any order, and acknowledges what is whole. */
    private final class Server implements BrokerSession.Listener {
        private final Map<Long, ChainedEvent> log = new TreeMap<>();
        private final BrokerSession session;
        private volatile GateStatus status = GateStatus.getDefaultInstance();
        private final List<ChainedEvent> copies = new CopyOnWriteArrayList<>();
        private volatile long committed;
        private volatile boolean silent;

        Server() throws IOException {
            session = new BrokerSession(settings("server"), this);
            session.start();
        }

        @Override
        public void connected(boolean sessionPresent) {
            session.subscribe(ADDRESS.events(), ADDRESS.live(), ADDRESS.status());
            acknowledge();
        }

        @Override
        public void lost(String cause) {
            // It comes again by itself.
        }

        @Override
        public void message(String topic, byte[] payload, boolean retained) {
            try {
                if (topic.equals(ADDRESS.status())) {
                    status = GateStatus.parseFrom(payload);
                    return;
                }
                if (topic.equals(ADDRESS.live())) {
                    copies.addAll(EventBatch.parseFrom(payload).getEventsList());
                    return;
                }
                for (ChainedEvent event : EventBatch.parseFrom(payload).getEventsList()) {
                    ChainedEvent before = log.putIfAbsent(event.getSequence(), event);
                    assertThat(before == null || before.equals(event)).isTrue();
                }
                while (log.containsKey(committed + 1)) {
                    committed++;
                }
                acknowledge();
            } catch (InvalidProtocolBufferException e) {
                throw new AssertionError(e);
            }
        }

        private void acknowledge() {
            if (silent) {
                return;
            }
            session.publish(
                    ADDRESS.acks(),
                    Ack.newBuilder().setCommittedSequence(committed).build().toByteArray(),
                    true);
        }

        void publish(String topic, byte[] payload) {
            await().until(session::isConnected);
            session.publish(topic, payload, true).join();
        }
    }

    private void append(int count) {
        try {
            for (int event = 0; event < count; event++) {
                journal.append(
                        EventFacts.newBuilder()
                                .setAlarm(Alarm.newBuilder().setKind("TEST"))
                                .build(),
                        Optional.empty());
                uplink.journalGrew();
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** With and without topic aliases: Paho's own reconnect breaks on the default of 10. */
    @ParameterizedTest
    @ValueSource(strings = {"max_topic_alias 0", ""})
    void eventsArriveWithoutAGapOverABrokerThatComesLateAndDies(String aliases) throws Exception {
        broker = new Mosquitto(folder, aliases);
        startUplink();
        append(500);
        await().until(() -> !journal.facts().isEmpty());
        broker.start();
        server = new Server();
        for (int death = 1; death <= 4; death++) {
            append(400);
            long some = 300L * death;
            await().atMost(Duration.ofSeconds(60)).until(() -> server.committed >= some);
            broker.kill();
            append(50);
            broker.start();
        }
        await().atMost(Duration.ofSeconds(90)).until(() -> journal.acknowledged() == journal.last());
        assertThat(server.log).hasSize((int) journal.last()).hasSize(500 + 4 * 450);
        ChainedEvent before = null;
        for (ChainedEvent event : server.log.values()) {
            assertThat(event.getPreviousHash())
                    .isEqualTo(before == null ? EventChain.GENESIS : EventChain.hash(before));
            before = event;
        }
    }

    /** A server that takes, and says nothing: the log's stream stands still at its window, and what happens now is seen at once. */
    @Test
    void behindABacklogWhatHappensNowIsCopiedAtOnceAndComesInOrderToo() throws Exception {
        broker = new Mosquitto(folder, "max_topic_alias 0");
        broker.start();
        server = new Server();
        server.silent = true;
        startUplink();
        await().atMost(Duration.ofSeconds(30)).until(() -> server.status.getOnline());
        append(2_000);
        await().atMost(Duration.ofSeconds(30)).until(() -> server.committed == Outbox.WINDOW_EVENTS_MAX);
        for (int tap = 1; tap <= 5; tap++) {
            long beforeNs = System.nanoTime();
            append(1);
            long sequence = 2_000 + tap;
            await().pollInterval(Duration.ofMillis(5))
                    .until(() -> server.copies.stream().anyMatch(copy -> copy.getSequence() == sequence));
            assertThat(Duration.ofNanos(System.nanoTime() - beforeNs)).isLessThan(Duration.ofSeconds(1));
        }
        assertThat(server.copies).doesNotHaveDuplicates();
        server.silent = false;
        server.acknowledge();
        await().atMost(Duration.ofSeconds(60)).until(() -> journal.acknowledged() == 2_005);
        assertThat(server.log).hasSize(2_005).containsValues(server.copies.toArray(ChainedEvent[]::new));
        server.copies.clear();
        append(3);
        await().until(() -> journal.acknowledged() == 2_008);
        assertThat(server.copies).as("copies without a backlog").isEmpty();
    }

    @Test
    void aServerThatWasPutBackGetsAgainWhatItLost() throws Exception {
        broker = new Mosquitto(folder, "max_topic_alias 0");
        broker.start();
        server = new Server();
        startUplink();
        append(300);
        await().atMost(Duration.ofSeconds(60)).until(() -> journal.acknowledged() == 300);
        server.session.close();
        // From a backup of before the gate's first event.
        server = new Server();
        await().atMost(Duration.ofSeconds(60)).until(() -> server.committed == 300);
        append(1);
        await().atMost(Duration.ofSeconds(60)).until(() -> journal.acknowledged() == 301);
    }

    @Test
    void malformedBytesOnEveryTopicAreToldAndTheUplinkGoesOn() throws Exception {
        broker = new Mosquitto(folder, "max_topic_alias 0");
        broker.start();
        server = new Server();
        startUplink();
        await().atMost(Duration.ofSeconds(30)).until(() -> server.status.getOnline());
        byte[] garbage = {(byte) 0xff, 1, 2, 3};
        Issuer.Snapshot snapshot = issuer.snapshot(1, HandClock.START, Issuer.cards(10));
        server.publish(ADDRESS.acks(), garbage);
        server.publish(Topics.enrolments("oslo"), garbage);
        server.publish(Topics.policy("oslo"), garbage);
        server.publish(Topics.policy("oslo"), unsignedPolicy());
        server.publish(Topics.listHead(Issuer.LIST), garbage);
        server.publish(
                ADDRESS.acks(),
                Ack.newBuilder().setCommittedSequence(4711).build().toByteArray());
        server.publish(Topics.tableChunk(Issuer.LIST, 1, 0), garbage);
        server.publish(Topics.checkpointHead(Issuer.LIST, 1), garbage);
        server.publish(Topics.checkpointHead(Issuer.LIST, 1), snapshot.head());
        server.publish(Topics.listHead(Issuer.LIST), snapshot.head());
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(inbox)
                        .extracting(MqttUplinkIT::describe)
                        .contains(
                                "BAD_MESSAGE " + ADDRESS.acks(),
                                "BAD_MESSAGE " + Topics.enrolments("oslo"),
                                "BAD_MESSAGE " + Topics.policy("oslo"),
                                "BAD_SIGNATURE policy",
                                "MALFORMED hms-kort",
                                "ACK_AHEAD the server has event 4711 of this gate",
                                "NOT_PROVED hms-kort"));
        server.publish(Topics.tableChunk(Issuer.LIST, 1, 0), snapshot.table().getFirst());
        server.publish(Topics.keyChunk(Issuer.LIST, 1, 0), snapshot.keys().getFirst());
        append(3);
        await().atMost(Duration.ofSeconds(20)).until(() -> server.committed == 3);
        await().atMost(Duration.ofSeconds(20))
                .until(() -> inbox.stream().anyMatch(Signal.ListInstalled.class::isInstance));
    }

    private static byte[] unsignedPolicy() {
        return SignedDocument.newBuilder()
                .setType(SignedFacts.POLICY)
                .setPayload(SitePolicy.newBuilder().setSite("oslo").build().toByteString())
                .build()
                .toByteArray();
    }

    @Test
    void theSitesSignedPolicyReachesTheLoop() throws Exception {
        broker = new Mosquitto(folder, "max_topic_alias 0");
        broker.start();
        server = new Server();
        startUplink();
        SitePolicy policy = SitePolicy.newBuilder()
                .setSite("oslo")
                .setVersion(4)
                .setFreshMs(1_000)
                .setGraceMs(2_000)
                .setWhenGrace(ListAction.LIST_ACTION_GRANT)
                .setWhenStale(ListAction.LIST_ACTION_DENY)
                .setWhenNone(ListAction.LIST_ACTION_DENY)
                .setMinimumAssurance(ReadAssurance.READ_ASSURANCE_UID_ONLY)
                .build();
        server.publish(Topics.policy("oslo"), issuer.document(SignedFacts.POLICY, policy.toByteArray()));
        await().atMost(Duration.ofSeconds(20))
                .until(() -> inbox.stream()
                        .anyMatch(signal -> signal instanceof Signal.PolicyChanged changed
                                && changed.rules().version() == 4));
        server.publish(Topics.policy("oslo"), new byte[0]);
        SitePolicy older = policy.toBuilder().setVersion(3).build();
        server.publish(Topics.policy("oslo"), issuer.document(SignedFacts.POLICY, older.toByteArray()));
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() ->
                        assertThat(inbox).extracting(MqttUplinkIT::describe).contains("ROLLBACK policy"));
        assertThat(inbox)
                .as("a retained message that is taken back changes nothing")
                .noneMatch(Signal.Alarmed.class::isInstance);
    }

    private static String describe(Signal signal) {
        return switch (signal) {
            case Signal.Alarmed alarmed ->
                alarmed.kind() + " " + alarmed.detail().split(",")[0];
            case Signal.ListRefused refused -> refused.cause() + " " + refused.list();
            default -> signal.getClass().getSimpleName();
        };
    }

    @Test
    void theServerSeesTheGateComeReportAndGo() throws Exception {
        broker = new Mosquitto(folder, "max_topic_alias 0");
        broker.start();
        server = new Server();
        startUplink();
        await().atMost(Duration.ofSeconds(30)).until(() -> server.status.getOnline());
        uplink.report(new Uplink.Report(
                List.of(new Uplink.Device("card", false, "unplugged")),
                List.of(new Uplink.AppliedList("hms-kort", 1, 7, 2, 3, ListState.GRACE)),
                Optional.of(new Uplink.JournalOutlook(1_000, OptionalLong.of(300))),
                OptionalLong.of(4),
                OptionalLong.of(9)));
        await().atMost(Duration.ofSeconds(20)).until(() -> server.status.getDevicesCount() == 1);
        assertThat(server.status.getLists(0).getState()).isEqualTo(ListState.GRACE.wire());
        assertThat(server.status.getJournalRoom().getDaysLeft()).isEqualTo(3);
        assertThat(server.status.getPolicyVersion()).isEqualTo(4);
        assertThat(server.status.getEnrolmentsVersion()).isEqualTo(9);
        assertThat(server.status.getTemperatureMillicelsius()).isEqualTo(61_234);
        assertThat(server.status.getFirmware()).isEqualTo("test");
        uplink.close();
        await().atMost(Duration.ofSeconds(20)).until(() -> !server.status.getOnline());
        assertALaterServerHearsOfTheDeath();
    }

    /** One that was down meanwhile thinks that the gate is online until it hears otherwise. */
    private void assertALaterServerHearsOfTheDeath() throws IOException {
        server.session.close();
        server = new Server();
        await().atMost(Duration.ofSeconds(20)).until(() -> server.status.getStartedAtMs() != 0);
        assertThat(server.status.getOnline()).isFalse();
    }

    /** Closed at once after the append, as a gate's own stop is; several times, since two threads may happen to be in luck. */
    @RepeatedTest(5)
    void whatIsJournalledJustBeforeTheEndIsSentBeforeTheGoodBye() throws Exception {
        broker = new Mosquitto(folder, "max_topic_alias 0");
        broker.start();
        server = new Server();
        startUplink();
        await().atMost(Duration.ofSeconds(30)).until(() -> server.status.getOnline());
        append(1);
        uplink.close();
        await().atMost(Duration.ofSeconds(20)).until(() -> !server.status.getOnline());
        assertThat(server.committed).isEqualTo(journal.last());
    }

    @Test
    void aGateThatIsCutOffDiesByItsWill() throws Exception {
        broker = new Mosquitto(folder, "max_topic_alias 0");
        broker.start();
        server = new Server();
        Process gate = DyingGate.start(folder, broker.uri(), certificates);
        await().atMost(Duration.ofSeconds(60)).until(() -> server.status.getOnline());
        gate.destroyForcibly().waitFor();
        await().atMost(Duration.ofSeconds(30)).until(() -> !server.status.getOnline());
        assertALaterServerHearsOfTheDeath();
        assertThat(Files.exists(folder)).isTrue();
    }
}
