package portvakt.gate.adapter.mqtt;

import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.gate.loop.Signal;
import portvakt.gate.port.Clock;
import portvakt.gate.port.EventJournal;
import portvakt.gate.port.Uplink;
import portvakt.gate.status.ListRefusedException;
import portvakt.gate.status.ListReplica;
import portvakt.protocol.Topics;
import portvakt.protocol.mqtt.BrokerSession;

/**
 * The way to the server over MQTT 5: sends the journal, and takes lists, enrolments and acknowledgements.
 *
 * <p>Three threads. The session's takes what comes: it proves lists, stores them and hands them to the loop. The sender's sends
 * what the outbox says ({@link EventTraffic}), and the gate's status; it alone waits for the network. The lists' looks after what
 * is on the disk ({@link ListTraffic}).
 */
public final class MqttUplink implements Uplink {

    private static final Logger LOG = LoggerFactory.getLogger(MqttUplink.class);
    private static final long STATUS_INTERVAL_MS = 60_000;

    private final Topics.GateAddress address;
    private final EventJournal journal;
    private final EventTraffic events;
    private final ListTraffic lists;
    private final DocumentTopics documents;

    private final Consumer<Signal> inbox;
    private final Clock clock;
    private final StatusMessage status;
    private final BrokerSession session;
    private final Semaphore work = new Semaphore(0);
    private final Thread sender = Thread.ofPlatform().name("uplink").daemon().unstarted(this::send);
    private volatile boolean connected;
    private volatile boolean statusDue = true;
    private volatile Report report = Report.NOTHING;
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
        this.journal = parts.journal();
        this.documents = new DocumentTopics(parts.documents(), this::subscribe);
        this.inbox = parts.inbox();
        this.clock = parts.clock();
        this.status = parts.status();
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
                new Inbound());
        this.events = new EventTraffic(address, session, journal, inbox, clock, work::release);
        this.lists = new ListTraffic(parts.replicas(), inbox, clock, new Subscriptions(), this::statusChanged);
    }

    private final class Subscriptions implements ListTraffic.Broker {
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
        lists.start();
    }

    @Override
    public void journalGrew() {
        work.release();
    }

    @Override
    public void report(Report newest) {
        report = newest;
        statusChanged();
    }

    /** Whether a connection stands at this moment. Any thread. */
    public boolean isConnected() {
        return connected;
    }

    /** Payload bytes of all that has come from the broker since the start: what the gate costs its network. Any thread. */
    public long receivedBytes() {
        return session.receivedBytes();
    }

    private void statusChanged() {
        statusDue = true;
        work.release();
    }

    private void send() {
        long statusSentMs = 0;
        try {
            while (!closed) {
                boolean _ = work.tryAcquire(1, TimeUnit.SECONDS);
                work.drainPermits();
                try {
                    documents.tick(clock.now().uptimeNs());
                    statusSentMs = sendStatus(statusSentMs);
                    events.send();
                } catch (RuntimeException e) {
                    LOG.error("The uplink's sender failed and goes on", e);
                }
            }
            events.sendLast();
        } catch (InterruptedException e) {
            LOG.debug("The uplink's sender ends");
        }
    }

    /** @return uptime of the last status sent */
    private long sendStatus(long sentMs) {
        long nowMs = uptimeMs();
        if (!connected || (!statusDue && nowMs - sentMs <= STATUS_INTERVAL_MS)) {
            return sentMs;
        }
        statusDue = false;
        byte[] birth = status.birth(report, lists.progress(), journal, clock.now());
        session.publish(address.status(), birth, true).whenComplete((_, failure) -> {
            if (failure != null) {
                statusDue = true;
            }
        });
        return nowMs;
    }

    private void subscribe(String filter) {
        session.subscribe(filter).exceptionally(ListTraffic::later);
    }

    private long uptimeMs() {
        return TimeUnit.NANOSECONDS.toMillis(clock.now().uptimeNs());
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
        lists.close();
    }

    /** Calls come on the session's thread. */
    private final class Inbound implements BrokerSession.Listener {
        @Override
        public void connected(boolean sessionPresent) {
            LOG.info("Connected to the server's broker");
            events.connected();
            subscribe(address.acks());
            documents.connected(clock.now().uptimeNs());
            lists.connected();
            statusDue = true;
            connected = true;
            inbox.accept(new Signal.ServerReachable(true));
            work.release();
        }

        /** Subscribing anew brings what is retained once more (MQTT 5 § 3.8.4): by the trust file before it may have been refused. */
        private void trustChanged() {
            documents.ask();
            lists.trustChanged();
        }

        @Override
        public void lost(String cause) {
            connected = false;
            inbox.accept(new Signal.ServerReachable(false));
            events.lost();
            documents.lost();
            lists.lost();
            LOG.warn("No connection to the server's broker: {}. The gate goes on deciding by what it has", cause);
        }

        @Override
        public void message(String topic, byte[] payload, boolean retained) {
            try {
                Optional<SignedTopic> document = documents.find(topic);
                if (topic.equals(address.acks())) {
                    events.acknowledged(payload);
                } else if (document.isPresent()) {
                    document(document.get(), payload);
                } else if (!lists.message(topic, payload)) {
                    badMessage(topic, payload, "not a topic that this gate asked for");
                }
            } catch (InvalidProtocolBufferException e) {
                badMessage(topic, payload, e.getMessage());
            } catch (IOException e) {
                inbox.accept(new Signal.Alarmed("DISK", String.valueOf(e.getMessage())));
            }
        }

        private void document(SignedTopic document, byte[] payload) throws IOException {
            if (payload.length == 0) {
                // A retained message taken back: what is known stays.
                return;
            }
            try {
                if (document.taker().take(payload)) {
                    trustChanged();
                }
            } catch (ListRefusedException e) {
                inbox.accept(new Signal.ListRefused(document.name(), e.refusal(), e.getMessage()));
            }
        }

        private void badMessage(String topic, byte[] payload, String cause) {
            inbox.accept(new Signal.Alarmed("BAD_MESSAGE", topic + ", " + payload.length + " bytes: " + cause));
        }
    }
}
