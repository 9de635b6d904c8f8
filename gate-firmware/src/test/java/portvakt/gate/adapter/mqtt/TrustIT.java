package portvakt.gate.adapter.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import portvakt.gate.loop.Signal;
import portvakt.gate.port.Clock;
import portvakt.gate.status.EnrolmentReplica;
import portvakt.gate.status.Issuer;
import portvakt.gate.status.ListRefusal;
import portvakt.gate.status.ListReplica;
import portvakt.gate.status.PassbackReader;
import portvakt.gate.status.PolicyReplica;
import portvakt.gate.status.Roots;
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

/** Over a real broker: keys change while a gate is away, a thief has had one, and the gate comes to the right list all the same. */
class TrustIT {

    private static final Topics.GateAddress ADDRESS = new Topics.GateAddress("oslo", "north");
    /** Two snapshots are fetched half a minute apart at least. */
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private static final long THIEFS_VERSION = 1L << 40;

    @TempDir
    private Path folder;

    private final Roots roots = new Roots();
    private final Issuer first = new Issuer();
    private final Issuer second = new Issuer();
    private final MemoryDisk disk = new MemoryDisk();
    private final ConcurrentLinkedQueue<Signal> inbox = new ConcurrentLinkedQueue<>();
    private final Clock clock = new RunningClock(HandClock.START);

    private Certificates certificates;
    private Mosquitto broker;
    private BrokerSession server;
    private MqttUplink uplink;

    @BeforeEach
    void start() throws Exception {
        certificates = new Certificates(folder);
        certificates.server("broker");
        broker = new Mosquitto(folder, "max_topic_alias 0");
        broker.start();
        server = new BrokerSession(settings("server"), new BrokerSession.Listener() {
            @Override
            public void connected(boolean sessionPresent) {
                // It only publishes.
            }

            @Override
            public void lost(String cause) {
                // It comes again by itself.
            }

            @Override
            public void message(String topic, byte[] payload, boolean retained) {
                // It subscribes to nothing.
            }
        });
        server.start();
        await().atMost(PATIENCE).until(server::isConnected);
    }

    @AfterEach
    void close() {
        if (uplink != null) {
            uplink.close();
        }
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
                Duration.ofHours(1),
                16);
    }

    /** The gate as it is after a start with what its disk has. */
    private void startGate() throws Exception {
        TrustReplica trust = new TrustReplica(roots.start(first.publicKey()), disk);
        trust.load();
        ListReplica list = new ListReplica(Issuer.LIST, trust.headsOf(Issuer.LIST), Issuer.SECRET, 100_000, disk);
        list.load();
        uplink = new MqttUplink(
                ADDRESS,
                settings("gate-north"),
                new MqttUplink.Parts(
                        new MemoryJournal(_ -> {}),
                        List.of(list),
                        SignedTopic.all(
                                "oslo",
                                trust,
                                new EnrolmentReplica("oslo", trust, disk),
                                new PolicyReplica("oslo", trust, disk),
                                new PassbackReader("oslo", trust),
                                inbox::add),
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

    private void publish(String topic, byte[] payload) {
        server.publish(topic, payload, true).join();
    }

    private void publish(Issuer.Snapshot snapshot) {
        long version = snapshot.version();
        for (int part = 0; part < snapshot.table().size(); part++) {
            publish(
                    Topics.tableChunk(Issuer.LIST, version, part),
                    snapshot.table().get(part));
        }
        for (int part = 0; part < snapshot.keys().size(); part++) {
            publish(Topics.keyChunk(Issuer.LIST, version, part), snapshot.keys().get(part));
        }
        publish(Topics.checkpointHead(Issuer.LIST, version), snapshot.head());
        publish(Topics.listHead(Issuer.LIST), snapshot.head());
    }

    private Issuer.Snapshot snapshot(Issuer signer, int epoch, long version) {
        return signer.snapshot(epoch, version, HandClock.START, Issuer.cards((int) Math.min(version, 20)));
    }

    private void awaitInstalled(int epoch, long version) {
        await().atMost(PATIENCE)
                .until(() -> inbox.stream()
                        .anyMatch(signal -> signal instanceof Signal.ListInstalled installed
                                && installed.list().epoch() == epoch
                                && installed.list().version() == version));
    }

    private void awaitRefused(ListRefusal cause) {
        await().atMost(PATIENCE)
                .until(() -> inbox.stream()
                        .anyMatch(signal -> signal instanceof Signal.ListRefused refused && refused.cause() == cause));
    }

    @Test
    void aGateThatWasAwayWhenKeysWereRotatedTakesTheTrustFileAndThenTheList() throws Exception {
        publish(snapshot(first, 1, 3));
        startGate();
        awaitInstalled(1, 3);
        uplink.close();

        // The head comes before the file by which it counts.
        publish(snapshot(second, 1, 4));
        startGate();
        awaitRefused(ListRefusal.BAD_SIGNATURE);
        publish(Topics.trust(), roots.rotated(2, Map.of(), first.publicKey(), second.publicKey()));
        awaitInstalled(1, 4);

        publish(snapshot(first, 1, 5));
        awaitRefused(ListRefusal.RETIRED_KEY);
        publish(Topics.trust(), roots.trusting(1, first.publicKey()));
        awaitRefused(ListRefusal.ROLLBACK);
        uplink.close();
        startGate();
        publish(snapshot(second, 1, 6));
        awaitInstalled(1, 6);
        assertThat(inbox)
                .noneMatch(signal -> signal instanceof Signal.ListInstalled installed
                        && installed.list().version() == 5);
    }

    @Test
    void aThiefsHighVersionCountsNoMoreInTheNextEpoch() throws Exception {
        publish(snapshot(first, 1, THIEFS_VERSION));
        startGate();
        awaitInstalled(1, THIEFS_VERSION);

        publish(snapshot(first, 1, 7));
        awaitRefused(ListRefusal.ROLLBACK);
        publish(snapshot(second, 2, 7));
        awaitRefused(ListRefusal.BAD_SIGNATURE);
        publish(Topics.trust(), roots.trusting(2, Map.of(Issuer.LIST, 2), second.publicKey()));
        awaitInstalled(2, 7);
        publish(snapshot(first, 2, THIEFS_VERSION));
        publish(snapshot(second, 2, 8));
        awaitInstalled(2, 8);
        uplink.close();

        inbox.clear();
        startGate();
        publish(snapshot(second, 2, 9));
        awaitInstalled(2, 9);
    }
}
