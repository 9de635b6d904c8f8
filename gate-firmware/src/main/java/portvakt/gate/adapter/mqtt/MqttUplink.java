package portvakt.gate.adapter.mqtt;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.gate.loop.Signal;
import portvakt.gate.port.Clock;
import portvakt.gate.port.EventJournal;
import portvakt.gate.port.Uplink;
import portvakt.gate.status.ListReplica;
import portvakt.protocol.Topics;
import portvakt.protocol.mqtt.BrokerSession;

/**
 * The way to the server over MQTT 5: sends the journal, and takes lists, enrolments and acknowledgements ({@link GateTraffic}).
 *
 * <p>Three threads. The session's takes what comes: it proves lists, stores them and hands them to the loop. The sender's sends
 * what the outbox says ({@link EventTraffic}), and the gate's status; it alone waits for the network. The lists' looks after what
 * is on the disk ({@link ListTraffic}).
 */
public final class MqttUplink implements Uplink {

    private static final Logger LOG = LoggerFactory.getLogger(MqttUplink.class);

    private final Topics.GateAddress address;
    private final GateTraffic traffic;
    private final StatusMessage status;
    private final BrokerSession session;
    private final Semaphore work = new Semaphore(0);
    private final Thread sender = Thread.ofPlatform().name("uplink").daemon().unstarted(this::send);
    private volatile boolean closed;

    /**
     * What the uplink works on.
     *
     * @param documents what is kept besides lists; earlier ones are subscribed to earlier
     * @param inbox     the loop's; does not block
     */
    public record Parts(
            EventJournal journal,
            List<ListReplica> replicas,
            List<SignedTopic> documents,
            Consumer<Signal> inbox,
            Clock clock,
            StatusMessage status) {}

    /** @param settings of the session, without a will: the uplink's own is the gate's death */
    public MqttUplink(Topics.GateAddress address, BrokerSession.Settings settings, Parts parts) {
        this.address = address;
        this.status = parts.status();
        this.traffic = new GateTraffic(
                address, new OverSession(), parts, RandomGenerator.getDefault().nextDouble(), work::release);
        BrokerSession.Will death = new BrokerSession.Will(address.status(), status.death(), true);
        this.session = new BrokerSession(
                new BrokerSession.Settings(
                        settings.uri(),
                        settings.clientId(),
                        settings.tls(),
                        Optional.of(death),
                        settings.keepAlive(),
                        settings.sessionExpiry(),
                        settings.inFlightMax()),
                traffic);
    }

    private final class OverSession implements GateBroker {
        @Override
        public CompletableFuture<Void> publish(String topic, byte[] payload, boolean retained) {
            return session.publish(topic, payload, retained);
        }

        @Override
        public void publishAtMostOnce(String topic, byte[] payload) {
            session.publishAtMostOnce(topic, payload);
        }

        @Override
        public CompletableFuture<Void> subscribe(String filter, boolean retained) {
            return retained ? session.subscribe(filter) : session.subscribeWithoutRetained(filter);
        }

        @Override
        public CompletableFuture<Void> unsubscribe(String filter) {
            return session.unsubscribe(filter);
        }
    }

    @Override
    public void start() {
        session.start();
        sender.start();
        traffic.lists().start();
    }

    @Override
    public void journalGrew() {
        work.release();
    }

    @Override
    public void report(Report newest) {
        traffic.report(newest);
    }

    /** Whether a connection stands at this moment. Any thread. */
    public boolean isConnected() {
        return traffic.isConnected();
    }

    /** Payload bytes of all that has come from the broker since the start: what the gate costs its network. Any thread. */
    public long receivedBytes() {
        return session.receivedBytes();
    }

    private void send() {
        try {
            while (!closed) {
                boolean _ = work.tryAcquire(1, TimeUnit.SECONDS);
                work.drainPermits();
                try {
                    traffic.send();
                } catch (RuntimeException e) {
                    LOG.error("The uplink's sender failed and goes on", e);
                }
            }
            traffic.sendLast();
        } catch (InterruptedException e) {
            LOG.debug("The uplink's sender ends");
        }
    }

    @Override
    public void close() {
        closed = true;
        work.release();
        try {
            // Not interrupted: Java closes a file under a thread that is interrupted at it, and this one reads the
            // journal.
            sender.join(Duration.ofSeconds(3));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (session.isConnected()) {
            try {
                // A good-bye of our own: the broker publishes no will after an orderly end (MQTT 5 § 3.14.4).
                session.publish(address.status(), status.death(), true)
                        .orTimeout(2, TimeUnit.SECONDS)
                        .join();
            } catch (CompletionException e) {
                LOG.info("The server was not told that this gate stops: {}", e.getMessage());
            }
        }
        session.close();
        traffic.lists().close();
    }
}
