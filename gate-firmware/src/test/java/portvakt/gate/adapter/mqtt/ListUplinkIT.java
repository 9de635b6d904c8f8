package portvakt.gate.adapter.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import portvakt.gate.loop.Signal;
import portvakt.gate.port.Clock;
import portvakt.gate.status.IssuedList;
import portvakt.gate.status.Issuer;
import portvakt.gate.status.ListPublisher;
import portvakt.gate.status.ListReplica;
import portvakt.gate.status.Roots;
import portvakt.gate.status.SealedList;
import portvakt.gate.status.TrustReplica;
import portvakt.gate.testing.Certificates;
import portvakt.gate.testing.HandClock;
import portvakt.gate.testing.MemoryDisk;
import portvakt.gate.testing.MemoryJournal;
import portvakt.gate.testing.Mosquitto;
import portvakt.gate.testing.RunningClock;
import portvakt.protocol.Direction;
import portvakt.protocol.Topics;
import portvakt.protocol.mqtt.BrokerSession;

/** A list's ways to a gate over a real broker: snapshot, live, after an absence, after a cut, after rot. */
@Timeout(120)
class ListUplinkIT {

    private static final Topics.GateAddress ADDRESS = new Topics.GateAddress("oslo", "north");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    private final Random random = new Random(11);
    private final Issuer issuer = new Issuer();
    private final Roots roots = new Roots();
    private final ConcurrentLinkedQueue<Signal> inbox = new ConcurrentLinkedQueue<>();
    private final Clock clock = new RunningClock(HandClock.START.plus(Duration.ofDays(1)));

    private MemoryDisk disk = new MemoryDisk();
    private Certificates certificates;
    private Mosquitto broker;
    private BrokerSession server;
    private Heard heard;
    private MqttUplink uplink;
    private ListReplica replica;
    private IssuedList issued;
    private ListPublisher publisher;

    /** Topics of what came to the server's own session, for those tests that subscribe. */
    private static final class Heard implements BrokerSession.Listener {
        private final ConcurrentLinkedQueue<String> topics = new ConcurrentLinkedQueue<>();

        @Override
        public void connected(boolean sessionPresent) {
            // It subscribes when a test says so.
        }

        @Override
        public void lost(String cause) {
            // It comes again by itself.
        }

        @Override
        public void message(String topic, byte[] payload, boolean retained) {
            topics.add(topic);
        }
    }

    @BeforeEach
    void start() throws Exception {
        certificates = new Certificates(folder);
        certificates.server("broker");
        broker = new Mosquitto(folder, "max_topic_alias 0");
        broker.start();
        heard = new Heard();
        server = new BrokerSession(settings("server"), heard);
        server.start();
        await().atMost(PATIENCE).until(server::isConnected);
    }

    @AfterEach
    void close() throws IOException {
        stopGate();
        server.close();
        broker.close();
    }

    private BrokerSession.Settings settings(String client) throws IOException {
        return new BrokerSession.Settings(
                broker.uri(),
                client,
                certificates.client(client),
                Optional.empty(),
                Duration.ofSeconds(5),
                Duration.ZERO,
                16);
    }

    private final class Retained implements ListPublisher.Broker {
        @Override
        public void publish(String topic, byte[] payload) {
            await().atMost(PATIENCE).until(server::isConnected);
            server.publish(topic, payload, true).join();
        }

        @Override
        public void takeBack(String topic) {
            publish(topic, new byte[0]);
        }
    }

    private void issue(int cards) {
        issued = new IssuedList(issuer, Issuer.LIST, cards);
        publisher = new ListPublisher(issued, new Retained());
        publisher.checkpoint();
        publisher.publishHead();
    }

    private void startGate() throws Exception {
        inbox.clear();
        TrustReplica trust = new TrustReplica(roots.start(issuer.publicKey()), disk);
        replica = new ListReplica(Issuer.LIST, trust.headsOf(Issuer.LIST), Issuer.SECRET, 100_000, disk);
        replica.load();
        uplink = new MqttUplink(
                ADDRESS,
                settings("gate-north"),
                new MqttUplink.Parts(
                        new MemoryJournal(_ -> {}),
                        List.of(replica),
                        List.of(),
                        inbox::add,
                        clock,
                        new StatusMessage(
                                "test",
                                Direction.IN,
                                new StatusMessage.Run(ByteString.copyFromUtf8("run"), HandClock.START),
                                disk,
                                OptionalInt::empty)));
        uplink.start();
    }

    private void stopGate() throws IOException {
        if (uplink != null) {
            uplink.close();
            uplink = null;
            replica.close();
        }
    }

    private Optional<SealedList> decides() {
        return inbox.stream()
                .filter(Signal.ListInstalled.class::isInstance)
                .map(signal -> (SealedList) ((Signal.ListInstalled) signal).list())
                .reduce((_, last) -> last);
    }

    private void awaitTheHead() {
        await().atMost(PATIENCE).until(() -> decides().map(SealedList::version).orElse(0L) == issued.version());
        issued.assertAnswers(decides().orElseThrow(), "the newest version");
        assertThat(inbox).noneMatch(Signal.ListRefused.class::isInstance);
    }

    @Test
    void theFirstListComesAsASnapshotAndTheNextVersionsLive() throws Exception {
        issue(20_000);
        startGate();
        awaitTheHead();
        for (int version = 0; version < 20; version++) {
            publisher.change(random, 100, 21_000);
        }
        awaitTheHead();
        assertThat(inbox.stream()
                        .filter(signal -> signal instanceof Signal.ListInstalled installed && installed.newVersion())
                        .count())
                .isEqualTo(21);
    }

    @Test
    void aGateThatWasAwayComesBackByLongerJumps() throws Exception {
        issue(2_000);
        startGate();
        awaitTheHead();
        stopGate();
        for (int version = 0; version < 60; version++) {
            publisher.change(random, 20, 2_200);
        }
        startGate();
        awaitTheHead();
        assertThat(inbox.stream().filter(Signal.ListInstalled.class::isInstance).count())
                .isLessThan(12);
    }

    /** The chunks that were on the disk before the cut are not there any more: it cannot have fetched them again. */
    @Test
    void aSyncThatIsCutGoesOnWithWhatItHas() throws Exception {
        issue(50_000);
        assertThat(publisher.keyChunks()).isEqualTo(7);
        disk.cutPowerAfter(150);
        startGate();
        await().atMost(PATIENCE).until(() -> disk.operations() >= 150);
        stopGate();
        disk = disk.afterPowerCut(true, bytes -> bytes);
        new Retained().takeBack(Topics.keyChunk(Issuer.LIST, 1, 0));
        new Retained().takeBack(Topics.keyChunk(Issuer.LIST, 1, 1));
        new Retained().takeBack(Topics.tableChunk(Issuer.LIST, 1, 0));
        startGate();
        awaitTheHead();
    }

    @Test
    void aDamagedBucketIsToldAndRepaired() throws Exception {
        issue(20_000);
        startGate();
        awaitTheHead();
        stopGate();
        byte[] file = disk.read("hms-kort.1.1.list");
        file[file.length - 50_000] ^= 4;
        disk.put("hms-kort.1.1.list", file);
        startGate();
        await().atMost(PATIENCE)
                .until(() -> inbox.stream()
                        .anyMatch(signal -> signal instanceof Signal.Alarmed alarmed
                                && alarmed.kind().equals("LIST_DAMAGED")));
        await().atMost(PATIENCE)
                .until(() -> decides()
                        .filter(list ->
                                list.damagedBuckets() == 0 && disk.contents().size() == 2)
                        .isPresent());
        assertThat(disk.read("hms-kort.1.1.list")[file.length - 50_000]).isNotEqualTo(file[file.length - 50_000]);
        awaitTheHead();
    }

    @Test
    void aBrokerThatIsStartedAgainIsNoReasonToStayBehind() throws Exception {
        issue(2_000);
        startGate();
        awaitTheHead();
        for (int death = 0; death < 3; death++) {
            // Persistence has written what it has acknowledged.
            await().atMost(PATIENCE)
                    .until(() ->
                            folder.resolve("mosquitto/mosquitto.db").toFile().length() > 0);
            broker.kill();
            broker.start();
            publisher.publishHead();
            publisher.change(random, 20, 2_200);
            awaitTheHead();
        }
    }

    /** What the gate's live subscription rests on (MQTT 5 § 3.8.3.1, § 3.8.4). */
    @Test
    void theBrokerSendsRetainedMessagesOnlyToThoseWhoAskForThem() throws Exception {
        issue(10);
        for (int version = 0; version < 4; version++) {
            publisher.change(random, 2, 20);
        }
        server.subscribeWithoutRetained(Topics.deltaFilter(Issuer.LIST)).join();
        server.subscribe(Topics.delta(Issuer.LIST, 1)).join();
        await().atMost(PATIENCE).until(() -> !heard.topics.isEmpty());
        server.subscribe(Topics.delta(Issuer.LIST, 1)).join();
        await().atMost(PATIENCE).until(() -> heard.topics.size() == 2);
        publisher.change(random, 2, 20);
        await().atMost(PATIENCE).until(() -> heard.topics.contains(Topics.delta(Issuer.LIST, 5)));
        assertThat(heard.topics)
                .doesNotContain(Topics.delta(Issuer.LIST, 2), Topics.delta(Issuer.LIST, 3))
                .filteredOn(topic -> topic.equals(Topics.delta(Issuer.LIST, 1)))
                .hasSize(2);
    }
}
