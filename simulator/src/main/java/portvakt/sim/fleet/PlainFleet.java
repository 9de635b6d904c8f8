package portvakt.sim.fleet;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import portvakt.gate.GateIdentity;
import portvakt.protocol.Topics;
import portvakt.protocol.mqtt.BrokerSession;

/**
 * What the fleet is measured against: as many sessions with the same client, broker and certificates, that look at nothing and
 * keep nothing. Retained messages with QoS 1, as lists are, on topics of a list that there is not.
 */
final class PlainFleet implements AutoCloseable {

    private static final String LIST = "plain";
    private static final int AT_ONCE = 50;
    private static final int IN_FLIGHT_MAX = 8;
    /** As many as the server has on their way. */
    private static final int PUBLISHED_AT_ONCE = 4;

    private final List<BrokerSession> sessions = new ArrayList<>();
    private final BrokerSession publisher;
    private final Semaphore connected = new Semaphore(0);
    private volatile Wave wave = new Wave(Long.MAX_VALUE, 0);
    private long published;

    private PlainFleet(FleetServer server) throws IOException {
        publisher = new BrokerSession(server.publisher(), new Publisher());
    }

    /** Returns when all are subscribed. */
    static PlainFleet start(FleetServer server, List<GateIdentity> identities)
            throws IOException, InterruptedException {
        PlainFleet fleet = new PlainFleet(server);
        try {
            fleet.publisher.start();
            fleet.awaitConnected(1);
            for (int number = 0; number < identities.size(); number++) {
                fleet.add(server, number, identities.get(number));
                if (number % AT_ONCE == AT_ONCE - 1) {
                    fleet.awaitConnected(AT_ONCE);
                }
            }
            fleet.awaitConnected(identities.size() % AT_ONCE);
            return fleet;
        } catch (InterruptedException | RuntimeException e) {
            fleet.close();
            throw e;
        }
    }

    private void add(FleetServer server, int number, GateIdentity identity) {
        BrokerSession.Settings settings = new BrokerSession.Settings(
                server.broker(),
                Fleet.address(number).clientId() + ":plain",
                identity.tls(),
                Optional.empty(),
                FleetGate.KEEP_ALIVE,
                Duration.ZERO,
                IN_FLIGHT_MAX);
        Subscriber subscriber = new Subscriber(number);
        BrokerSession session = new BrokerSession(settings, subscriber);
        subscriber.session = session;
        sessions.add(session);
        session.start();
    }

    private void awaitConnected(int count) throws InterruptedException {
        if (!connected.tryAcquire(count, Fleet.STUCK.toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException("plain MQTT sessions do not connect");
        }
    }

    /** Publishes so many messages of this size. @return from before the first to each session having all of them */
    Delays publish(int messages, int bytes) throws InterruptedException {
        Wave next = new Wave(published + messages, sessions.size());
        wave = next;
        byte[] payload = new byte[bytes];
        Semaphore window = new Semaphore(PUBLISHED_AT_ONCE);
        long startNs = System.nanoTime();
        for (int message = 0; message < messages; message++) {
            window.acquire();
            CompletableFuture<Void> taken = publisher.publish(Topics.delta(LIST, ++published), payload, true);
            taken.whenComplete((_, _) -> window.release());
        }
        if (!next.await(Fleet.STUCK)) {
            throw new IllegalStateException(
                    next.missing().size() + " of " + sessions.size() + " plain sessions miss a message");
        }
        return next.since(startNs);
    }

    @Override
    public void close() {
        sessions.forEach(BrokerSession::close);
        publisher.close();
    }

    private final class Publisher implements BrokerSession.Listener {
        @Override
        public void connected(boolean sessionPresent) {
            connected.release();
        }

        @Override
        public void lost(String cause) {
            // What is published then fails the wave.
        }

        @Override
        public void message(String topic, byte[] payload, boolean retained) {
            // Subscribes to nothing.
        }
    }

    private final class Subscriber implements BrokerSession.Listener {
        private final int number;
        private BrokerSession session;
        /** The session's thread alone. */
        private long received;

        Subscriber(int number) {
            this.number = number;
        }

        @Override
        public void connected(boolean sessionPresent) {
            session.subscribeWithoutRetained(Topics.deltaFilter(LIST)).thenRun(connected::release);
        }

        @Override
        public void lost(String cause) {
            // As above.
        }

        @Override
        public void message(String topic, byte[] payload, boolean retained) {
            long atNs = System.nanoTime();
            wave.reached(number, ++received, atNs);
        }
    }
}
