package portvakt.sim.bench;

import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import portvakt.protocol.Direction;
import portvakt.protocol.Topics.GateAddress;
import portvakt.protocol.mqtt.BrokerSession;
import portvakt.protocol.mqtt.TlsIdentity;
import portvakt.protocol.v1.Ack;
import portvakt.protocol.v1.EventBatch;
import portvakt.protocol.v1.GateStatus;
import portvakt.server.Server;
import portvakt.server.ServerConfig;
import portvakt.sim.site.SimulatedSite;

/** A real server with its broker, and gates that do nothing but send what was made before. One run an instance. */
final class IngestRig {

    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final long POLL_MS = 20;
    private static final int IN_FLIGHT_MAX = 8;
    /** As many batches as a gate sends ahead of its acknowledgement. */
    private static final int WINDOW_BATCHES = 4;

    private final Path folder;
    private final Map<GateAddress, List<EventBatch>> batches;
    private final int port;

    IngestRig(Path folder, Map<GateAddress, List<EventBatch>> batches) throws IOException {
        this.folder = folder;
        this.batches = batches;
        this.port = SimulatedSite.freePort();
    }

    /** @return nanoseconds from the first publish to the last gate's word that its last event is on the server's disk */
    long wholeWay() throws Exception {
        try (Server server = start()) {
            Map<GateAddress, Sender> senders = new LinkedHashMap<>();
            try {
                for (GateAddress gate : batches.keySet()) {
                    Sender sender = new Sender(gate, provisioned(server, gate));
                    senders.put(gate, sender);
                    sender.awaitHeard(server);
                }
                return timed(gate -> senders.get(gate).send(batches.get(gate)));
            } finally {
                senders.values().forEach(Sender::close);
            }
        }
    }

    /**
     * The same payloads by the same gates to a topic that nobody keeps, with one subscriber that drops them. The server runs but has
     * nothing to do.
     *
     * @return nanoseconds until the broker has acknowledged all and the subscriber has seen them
     */
    long bareBroker() throws Exception {
        int messages = batches.values().stream().mapToInt(List::size).sum();
        CountDownLatch seen = new CountDownLatch(messages);
        try (Server _ = start();
                BrokerSession subscriber = asServer("bench", seen::countDown)) {
            subscriber.subscribe("bench/#").get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            Map<GateAddress, BrokerSession> publishers = new LinkedHashMap<>();
            try {
                for (GateAddress gate : batches.keySet()) {
                    publishers.put(gate, asServer(gate.gate(), () -> {}));
                }
                return timed(gate -> {
                    publishAll(publishers.get(gate), "bench/" + gate.gate(), batches.get(gate));
                    seen.await();
                });
            } finally {
                publishers.values().forEach(BrokerSession::close);
            }
        }
    }

    private interface Work {
        void of(GateAddress gate) throws Exception;
    }

    private long timed(Work work) throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            long begin = System.nanoTime();
            List<Future<?>> all = new ArrayList<>();
            for (GateAddress gate : batches.keySet()) {
                all.add(threads.submit(() -> {
                    work.of(gate);
                    return null;
                }));
            }
            for (Future<?> each : all) {
                each.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            }
            return System.nanoTime() - begin;
        }
    }

    private static void publishAll(BrokerSession publisher, String topic, List<EventBatch> batches)
            throws InterruptedException, ExecutionException, TimeoutException {
        List<CompletableFuture<Void>> taken = new ArrayList<>();
        for (EventBatch batch : batches) {
            taken.add(publisher.publish(topic, batch.toByteArray(), false));
        }
        CompletableFuture.allOf(taken.toArray(CompletableFuture[]::new)).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    private Server start() throws Exception {
        return Server.start(
                new ServerConfig(
                        folder.resolve("server"),
                        null,
                        Optional.empty(),
                        new ServerConfig.Broker(
                                Optional.of(new ServerConfig.EmbeddedSettings("127.0.0.1", port, List.of())),
                                Optional.empty()),
                        Optional.empty(),
                        List.of(),
                        null,
                        null,
                        null,
                        null),
                Clock.systemUTC(),
                List.of());
    }

    private Path provisioned(Server server, GateAddress gate) throws IOException {
        Path made = folder.resolve(gate.gate());
        server.provision(gate, Direction.IN, made);
        return made;
    }

    /** A client with the server's own rights, under another name. */
    private BrokerSession asServer(String name, Runnable onMessage) throws IOException {
        return connected(
                "server:" + name, folder.resolve("server").resolve("pki"), "server", (_, _) -> onMessage.run());
    }

    private BrokerSession connected(String clientId, Path identity, String file, BiConsumer<String, byte[]> onMessage)
            throws IOException {
        CountDownLatch connected = new CountDownLatch(1);
        BrokerSession session = new BrokerSession(
                new BrokerSession.Settings(
                        URI.create("ssl://localhost:" + port),
                        clientId,
                        TlsIdentity.load(
                                identity.resolve(file + ".p12"),
                                identity.resolve(file + ".p12.password"),
                                identity.resolve("ca.pem")),
                        Optional.empty(),
                        Duration.ofSeconds(30),
                        Duration.ZERO,
                        IN_FLIGHT_MAX),
                new Ears(connected, onMessage));
        session.start();
        try {
            if (!connected.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new IOException(clientId + " does not get to the broker");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        return session;
    }

    private record Ears(CountDownLatch connection, BiConsumer<String, byte[]> onMessage)
            implements BrokerSession.Listener {
        @Override
        public void connected(boolean sessionPresent) {
            connection.countDown();
        }

        @Override
        public void lost(String cause) {
            // It connects again by itself; the figure shows it.
        }

        @Override
        public void message(String topic, byte[] payload, boolean retained) {
            onMessage.accept(topic, payload);
        }
    }

    /** A gate's uplink without the gate: batches in order, a few ahead of the acknowledgement. */
    private final class Sender implements AutoCloseable {
        private final GateAddress gate;
        private final BrokerSession session;
        private final Semaphore acknowledged = new Semaphore(0);
        private long committed;

        Sender(GateAddress gate, Path identity) throws Exception {
            this.gate = gate;
            session = connected(gate.clientId(), identity, "gate", this::acknowledged);
            session.subscribe(gate.acks()).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }

        /** On the session's one thread. */
        private void acknowledged(String topic, byte[] payload) {
            try {
                long now = Ack.parseFrom(payload).getCommittedSequence();
                int events = (int) Math.max(0, now - committed);
                committed = Math.max(committed, now);
                acknowledged.release(events);
            } catch (InvalidProtocolBufferException e) {
                throw new IllegalStateException("the server acknowledges in no way that is known", e);
            }
        }

        /** Until the server takes what comes: what is published before it has subscribed is lost. */
        void awaitHeard(Server server) throws Exception {
            byte[] online = GateStatus.newBuilder().setOnline(true).build().toByteArray();
            long deadlineNs = System.nanoTime() + PATIENCE.toNanos();
            while (server.parts().gates().all().stream()
                    .noneMatch(known -> known.online()
                            && known.site().equals(gate.site())
                            && known.gate().equals(gate.gate()))) {
                if (System.nanoTime() > deadlineNs) {
                    throw new IOException("the server does not hear " + gate.gate());
                }
                session.publish(gate.status(), online, false).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
                TimeUnit.MILLISECONDS.sleep(POLL_MS);
            }
        }

        void send(List<EventBatch> batches) throws Exception {
            int ahead = 0;
            List<CompletableFuture<Void>> taken = new ArrayList<>();
            for (EventBatch batch : batches) {
                while (ahead >= WINDOW_BATCHES * IngestEvents.BATCH) {
                    ahead -= acquired(1);
                }
                taken.add(session.publish(gate.events(), batch.toByteArray(), false));
                ahead += batch.getEventsCount();
            }
            acquired(ahead);
            CompletableFuture.allOf(taken.toArray(CompletableFuture[]::new))
                    .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }

        private int acquired(int events) throws Exception {
            if (!acknowledged.tryAcquire(events, PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new IOException(gate.gate() + " waits in vain for its acknowledgement");
            }
            return events;
        }

        @Override
        public void close() {
            session.close();
        }
    }
}
