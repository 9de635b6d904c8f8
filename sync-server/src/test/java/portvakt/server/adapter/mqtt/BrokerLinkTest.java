package portvakt.server.adapter.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import portvakt.protocol.Direction;
import portvakt.protocol.Topics.GateAddress;
import portvakt.protocol.mqtt.BrokerSession;
import portvakt.protocol.mqtt.TlsIdentity;
import portvakt.protocol.v1.Ack;
import portvakt.protocol.v1.ChainedEvent;
import portvakt.protocol.v1.EventBatch;
import portvakt.protocol.v1.GateStatus;
import portvakt.server.adapter.pki.CertificateAuthority;
import portvakt.server.adapter.pki.GateProvisioning;
import portvakt.server.adapter.pki.NoTrust;
import portvakt.server.adapter.sql.Database;
import portvakt.server.adapter.sql.Databases;
import portvakt.server.adapter.sql.Journal;
import portvakt.server.adapter.sql.SqlGates;
import portvakt.server.port.EventIngest;
import portvakt.server.port.Gates;
import portvakt.server.port.StorageException;

/** A gate hears that its events are safe when they are, and not a moment before. */
class BrokerLinkTest {

    private static final GateAddress GATE = new GateAddress("oslo", "north");

    @TempDir
    Path folder;

    private final List<ChainedEvent> copiesHeard = new CopyOnWriteArrayList<>();

    /** Fails so many times, then commits. */
    private static final class FailingIngest implements EventIngest {
        final AtomicInteger failures;
        final AtomicInteger tries = new AtomicInteger();
        volatile long committed;

        FailingIngest(int failures) {
            this.failures = new AtomicInteger(failures);
        }

        @Override
        public Ingested ingest(GateAddress gate, EventBatch batch, Instant receivedAt) {
            tries.incrementAndGet();
            if (failures.getAndDecrement() > 0) {
                throw new StorageException("the disk is full", null);
            }
            return new Ingested.Contiguous(batch.getEventsCount(), new Tally(batch.getEventsCount(), 0, 0, 0));
        }

        @Override
        public Map<GateAddress, Long> committed() {
            return Map.of(GATE, committed);
        }

        @Override
        public void quarantine(GateAddress gate, byte[] payload, String detail, Instant receivedAt) {
            throw new StorageException("the disk is full", null);
        }
    }

    @Test
    void noAcknowledgementBeforeTheCommit() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        FailingIngest ingest = new FailingIngest(2);
        byte[] online = GateStatus.newBuilder().setOnline(true).build().toByteArray();
        Instant now = Instant.now();
        try (Database database = Databases.inMemory()) {
            SqlGates gates = new SqlGates(database);
            CertificateAuthority authority = CertificateAuthority.openOrCreate(folder.resolve("pki"), now);
            new GateProvisioning(authority, gates, new NoTrust(), Duration.ofDays(30))
                    .provision(GATE, Direction.IN, folder.resolve("gate"), now);
            CertificateAuthority.IdentityFiles own = authority.serverClient(now);
            try (EmbeddedBroker broker = EmbeddedBroker.start(
                            new EmbeddedBroker.Settings("127.0.0.1", port, List.of()),
                            folder.resolve("broker"),
                            authority,
                            gates,
                            now);
                    BrokerLink link = BrokerLink.of(new BrokerLink.Settings(
                            new BrokerSession.Settings(
                                    URI.create("ssl://localhost:" + broker.port()),
                                    "server",
                                    TlsIdentity.load(own.p12(), own.passwordFile(), own.caPem()),
                                    Optional.empty(),
                                    Duration.ofSeconds(10),
                                    Duration.ofHours(1),
                                    8),
                            ingest,
                            (_, copies, _) -> copiesHeard.addAll(copies.getEventsList()),
                            gates,
                            Clock.systemUTC(),
                            new GateLanes.Retry(List.of(Duration.ofMillis(1)))))) {
                link.start(_ -> {});
                try (TestClient gate = TestClient.start(port, "gate:oslo:north", folder.resolve("gate"))) {
                    gate.awaitConnected();
                    assertThat(gate.subscribe(GATE.acks())).isTrue();
                    // Nobody keeps what is published before the link has subscribed; a real gate sends it again.
                    Awaitility.await().until(() -> gate.publish(GATE.status(), online) && isOnline(gates));
                    Journal journal = new Journal();
                    journal.exitRequest(0);
                    byte[] batch = journal.batch().toByteArray();

                    assertThat(gate.publish(GATE.events(), batch)).isTrue();
                    Awaitility.await().until(() -> link.failedCount() == 1);
                    assertThat(ingest.tries).hasValue(2);
                    assertThat(acknowledged(gate)).isZero();

                    assertThat(gate.publish(GATE.events(), batch)).isTrue();
                    Awaitility.await().until(() -> acknowledged(gate) == 1);
                    assertThat(ingest.tries).hasValue(3);

                    // Let in anew, with what is missing counted out: it need not send anything to be told.
                    ingest.committed = 7;
                    link.letIn(GATE);
                    Awaitility.await().until(() -> acknowledged(gate) == 7);

                    // On the gate's own topic alone; the broker hangs up on who tries another's.
                    Awaitility.await().until(() -> gate.publish(GATE.live(), batch) && !copiesHeard.isEmpty());
                    assertThat(ingest.tries).hasValue(3);
                    assertThat(copiesHeard.getFirst().getSequence()).isEqualTo(1);
                    // Its death, as its will has it: "not online" is no bytes at all.
                    assertThat(GateStatus.newBuilder().setOnline(false).build().toByteArray())
                            .isEmpty();
                    assertThat(gate.publish(GATE.status(), new byte[0])).isTrue();
                    Awaitility.await().until(() -> !isOnline(gates));
                }
            }
        }
    }

    private static boolean isOnline(SqlGates gates) {
        return gates.all().stream().anyMatch(Gates.Gate::online);
    }

    private static long acknowledged(TestClient gate) throws Exception {
        long highest = 0;
        for (TestClient.Message message : gate.messages) {
            highest = Math.max(highest, Ack.parseFrom(message.payload()).getCommittedSequence());
        }
        return highest;
    }
}
