package portvakt.protocol.mqtt;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import javax.net.ssl.SSLContext;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An MQTT 5 session that is connected whenever it can be: it tries for ever, with back-off and jitter.
 *
 * <p>Each connection gets a client object of its own. Paho 1.2.5 keeps topic aliases over a reconnect that the new connection
 * does not know, and loses what it held (eclipse-paho/paho.mqtt.java 1048); so nothing is kept in it, and whoever publishes
 * keeps what is not acknowledged and sends it again.
 *
 * <p>All {@link Listener} calls come on one thread, in order; a message is acknowledged to the broker when
 * {@link Listener#message} returns, so a crash in the middle brings it again. {@link #publish} and {@link #subscribe} may be
 * called from any thread, the listener's too.
 */
public final class BrokerSession implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(BrokerSession.class);
    private static final Duration BACK_OFF_MIN = Duration.ofMillis(250);
    private static final Duration BACK_OFF_MAX = Duration.ofSeconds(30);

    /** What the broker publishes for us when we are gone without a word (MQTT 5 § 3.1.2.5). */
    public record Will(String topic, byte[] payload, boolean retained) {}

    /**
     * @param uri           {@code ssl://host:port}
     * @param clientId      client identifier, the same at each connection. Two programs with the same one end each other's connections: each waits
     *                      longer and longer then, up to half a minute, and hears of it ({@link Listener#rivalled})
     * @param sessionExpiry how long the broker keeps our subscriptions and queue while we are away; zero: each connection
     *                      begins with nothing, for those who find all they need in retained messages
     * @param inFlightMax   unacknowledged publishes at once; more wait in {@link #publish}
     */
    public record Settings(
            URI uri,
            String clientId,
            SSLContext tls,
            Optional<Will> will,
            Duration keepAlive,
            Duration sessionExpiry,
            int inFlightMax) {}

    /** Hears of the session. Must not throw; what it throws is logged and the session goes on. */
    public interface Listener {

        /** Connected. Subscribe now. @param sessionPresent whether the broker still knew us */
        void connected(boolean sessionPresent);

        /** Not connected any more, or not yet. Called once for each loss, not for each try, and not for a close. */
        void lost(String cause);

        void message(String topic, byte[] payload, boolean retained);

        /**
         * Another client connects by our identifier again and again, for which the broker ends our connection each time (MQTT 5 § 3.1.4): somebody
         * has our key, or a copy of our storage. Called before {@link #lost}; once, until a connection has been left alone.
         */
        default void rivalled() {}
    }

    private final Settings settings;
    private final Listener listener;
    private final BlockingQueue<Connection.Signal> signals = new ArrayBlockingQueue<>(4 * Connection.RECEIVE_MAX);
    private final Thread thread;
    private volatile Connection connection;
    /** Written by the session's thread alone. */
    private volatile long receivedBytes;

    private final Object waiting = new Object();
    private boolean waits;
    private volatile boolean closed;

    public BrokerSession(Settings settings, Listener listener) {
        this.settings = settings;
        this.listener = listener;
        this.thread = Thread.ofPlatform()
                .name("broker-" + settings.clientId())
                .daemon()
                .unstarted(this::run);
    }

    /** Starts trying to connect; returns at once. Call once. */
    public void start() {
        thread.start();
    }

    /** Whether a connection stands at this moment. */
    public boolean isConnected() {
        return connection != null;
    }

    /** Payload bytes of all messages that have come since the start, whatever became of them. Any thread. */
    public long receivedBytes() {
        return receivedBytes;
    }

    /**
     * Publishes with QoS 1. Waits while {@code inFlightMax} are on their way.
     *
     * @return done when the broker has acknowledged; failed with {@link BrokerException} when the connection is lost first, or
     *     the broker refuses (reason code 0x80 and above). Acknowledged by the broker is not committed by anyone behind it.
     */
    public CompletableFuture<Void> publish(String topic, byte[] payload, boolean retained) {
        return publish(topic, payload, retained, Optional.empty());
    }

    /**
     * As {@link #publish(String, byte[], boolean)}.
     *
     * @param expiry after which the broker forgets the message by itself, in whole seconds (MQTT 5 § 3.3.2.3.3)
     */
    public CompletableFuture<Void> publish(String topic, byte[] payload, boolean retained, Optional<Duration> expiry) {
        Connection current = connection;
        return current == null
                ? CompletableFuture.failedFuture(new BrokerException("not connected"))
                : current.publish(topic, payload, retained, expiry);
    }

    /**
     * Publishes with QoS 0, for what is worth nothing later: at once, past all that waits for an acknowledgement, and lost if
     * there is no connection, or the broker has no room. Does not wait.
     */
    public void publishAtMostOnce(String topic, byte[] payload) {
        Connection current = connection;
        if (current != null) {
            current.publishAtMostOnce(topic, payload);
        }
    }

    /** Subscribes with QoS 1; fails as {@link #publish} does, also when only one of the filters is refused. */
    public CompletableFuture<Void> subscribe(String... filters) {
        return subscribe(true, filters);
    }

    /** As {@link #subscribe}, but the broker sends only what is published from now on, and nothing that it has retained. */
    public CompletableFuture<Void> subscribeWithoutRetained(String... filters) {
        return subscribe(false, filters);
    }

    private CompletableFuture<Void> subscribe(boolean retained, String... filters) {
        Connection current = connection;
        return current == null
                ? CompletableFuture.failedFuture(new BrokerException("not connected"))
                : current.subscribe(retained, filters);
    }

    public CompletableFuture<Void> unsubscribe(String... filters) {
        Connection current = connection;
        return current == null
                ? CompletableFuture.failedFuture(new BrokerException("not connected"))
                : current.unsubscribe(filters);
    }

    /**
     * Says good-bye (no will is published) and stops, within a few seconds; a {@link Listener} call under way is waited for and
     * not interrupted. The broker keeps the session.
     */
    @Override
    public void close() {
        synchronized (waiting) {
            closed = true;
            if (waits) {
                thread.interrupt();
            }
        }
        boolean _ = signals.offer(new Connection.Ended(connection, "closed", false));
        try {
            if (Thread.currentThread() != thread) {
                thread.join(Duration.ofSeconds(5));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        int failures = 0;
        Rivalry rivalry = Rivalry.NONE;
        try {
            while (!closed) {
                try (Connection fresh = open()) {
                    long sinceNs = System.nanoTime();
                    connection = fresh;
                    tell(() -> listener.connected(fresh.sessionPresent()));
                    Connection.Ended end = serve(fresh);
                    connection = null;
                    rivalry = rivalry.after(Duration.ofNanos(System.nanoTime() - sinceNs), end.takenOver());
                    failures = rivalry.takeovers();
                    if (!closed) {
                        ended(rivalry, end);
                    }
                } catch (MqttException e) {
                    failures++;
                    if (failures == 1) {
                        tell(() -> listener.lost("cannot connect to " + settings.uri() + ": " + Connection.explain(e)));
                    }
                    LOG.debug("Try {} to connect to {} failed: {}", failures, settings.uri(), Connection.explain(e));
                } catch (RuntimeException e) {
                    failures++;
                    LOG.error("Session {} failed and tries again", settings.clientId(), e);
                } finally {
                    connection = null;
                }
                backOff(failures);
            }
        } catch (InterruptedException e) {
            LOG.debug("Session {} closed", settings.clientId());
        }
    }

    private void ended(Rivalry rivalry, Connection.Ended end) {
        if (end.takenOver() && rivalry.isNews()) {
            LOG.error(
                    "Another program connects to {} as {}, again and again: has its key or its storage been copied?",
                    settings.uri(),
                    settings.clientId());
            tell(listener::rivalled);
        }
        tell(() -> listener.lost(end.cause()));
    }

    private Connection open() throws MqttException, InterruptedException {
        waits(true);
        try {
            return Connection.open(settings, signals);
        } finally {
            waits(false);
        }
    }

    private void backOff(int failures) throws InterruptedException {
        waits(true);
        try {
            TimeUnit.MILLISECONDS.sleep(backOffMs(failures));
        } finally {
            waits(false);
        }
    }

    /** Only while it waits may the thread be interrupted: a listener may be writing a file, which Java would close under it. */
    private void waits(boolean now) throws InterruptedException {
        synchronized (waiting) {
            if (now && closed) {
                throw new InterruptedException();
            }
            waits = now;
        }
    }

    /** @return how the connection ended */
    private Connection.Ended serve(Connection current) throws InterruptedException {
        while (!closed) {
            switch (signals.take()) {
                case Connection.Arrived arrived
                when arrived.connection() == current -> {
                    receivedBytes += arrived.payload().length;
                    tell(() -> listener.message(arrived.topic(), arrived.payload(), arrived.retained()));
                    current.acknowledge(arrived);
                }
                case Connection.Ended ended
                when ended.connection() == current -> {
                    return ended;
                }
                // A word from a connection that is over: the broker sends its messages again.
                case Connection.Arrived _, Connection.Ended _ -> {}
            }
        }
        return new Connection.Ended(current, "closed", false);
    }

    private void tell(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException e) {
            LOG.error("A listener of session {} failed; the session goes on", settings.clientId(), e);
        }
    }

    private static long backOffMs(int failures) {
        long full = Math.min(BACK_OFF_MAX.toMillis(), BACK_OFF_MIN.toMillis() << Math.min(failures, 10));
        return full / 2 + RandomGenerator.getDefault().nextLong(full / 2 + 1);
    }
}
