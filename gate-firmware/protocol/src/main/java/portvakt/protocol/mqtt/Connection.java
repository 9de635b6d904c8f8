package portvakt.protocol.mqtt;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttActionListener;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.MqttSubscription;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import portvakt.protocol.Topics;

/** One connection, with the Paho client that lives exactly as long. */
final class Connection implements AutoCloseable {

    /** Most unacknowledged messages that the broker may send us (MQTT 5 § 3.1.2.11.3). */
    static final int RECEIVE_MAX = 64;

    private static final int CONNECT_TIMEOUT_SECONDS = 15;
    private static final int FAILURE = 0x80;
    /** MQTT 5 § 3.8.3.1. */
    private static final int RETAIN_SEND = 0;

    private static final int RETAIN_DO_NOT_SEND = 2;
    private static final int PACKET_OVERHEAD_BYTES = 4096;
    /** MQTT 5 § 3.14.2.1: another connection by the same client identifier. */
    private static final int SESSION_TAKEN_OVER = 0x8e;

    /** What Paho's threads hand to the session's thread. */
    sealed interface Signal {}

    /** @param qos 0: there is nothing to acknowledge */
    record Arrived(Connection connection, String topic, byte[] payload, boolean retained, int id, int qos)
            implements Signal {}

    /** @param takenOver whether the broker says that another client has come by our identifier */
    record Ended(Connection connection, String cause, boolean takenOver) implements Signal {}

    private final MqttAsyncClient client;
    private final Semaphore window;
    private final Set<CompletableFuture<Void>> pending = ConcurrentHashMap.newKeySet();
    private volatile boolean over;
    private boolean sessionPresent;

    private Connection(MqttAsyncClient client, int inFlightMax) {
        this.client = client;
        this.window = new Semaphore(inFlightMax);
    }

    static Connection open(BrokerSession.Settings settings, BlockingQueue<Signal> signals)
            throws MqttException, InterruptedException {
        MqttAsyncClient client =
                new MqttAsyncClient(settings.uri().toString(), settings.clientId(), new MemoryPersistence());
        Connection connection = new Connection(client, settings.inFlightMax());
        client.setManualAcks(true);
        client.setCallback(connection.new Inbound(signals));
        try {
            IMqttToken token = client.connect(options(settings));
            token.waitForCompletion(TimeUnit.SECONDS.toMillis(CONNECT_TIMEOUT_SECONDS + 5));
            connection.sessionPresent = token.getSessionPresent();
            return connection;
        } catch (MqttException e) {
            connection.close();
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            throw e;
        }
    }

    private static MqttConnectionOptions options(BrokerSession.Settings settings) {
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setCleanStart(settings.sessionExpiry().isZero());
        options.setAutomaticReconnect(false);
        options.setSessionExpiryInterval(settings.sessionExpiry().toSeconds());
        options.setKeepAliveInterval((int) settings.keepAlive().toSeconds());
        options.setConnectionTimeout(CONNECT_TIMEOUT_SECONDS);
        options.setReceiveMaximum(RECEIVE_MAX);
        options.setMaximumPacketSize((long) Topics.PAYLOAD_BYTES_MAX + PACKET_OVERHEAD_BYTES);
        options.setTopicAliasMaximum(0);
        options.setSocketFactory(settings.tls().getSocketFactory());
        options.setHttpsHostnameVerificationEnabled(true);
        settings.will().ifPresent(will -> {
            MqttMessage message = new MqttMessage(will.payload());
            message.setQos(1);
            message.setRetained(will.retained());
            options.setWill(will.topic(), message);
        });
        return options;
    }

    boolean sessionPresent() {
        return sessionPresent;
    }

    CompletableFuture<Void> publish(String topic, byte[] payload, boolean retained, Optional<Duration> expiry) {
        try {
            while (!window.tryAcquire(1, TimeUnit.SECONDS)) {
                if (over) {
                    return CompletableFuture.failedFuture(new BrokerException("the connection was lost"));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return CompletableFuture.failedFuture(new BrokerException("interrupted"));
        }
        MqttMessage message = new MqttMessage(payload);
        message.setQos(1);
        message.setRetained(retained);
        if (expiry.isPresent()) {
            MqttProperties properties = new MqttProperties();
            properties.setMessageExpiryInterval(expiry.get().toSeconds());
            message.setProperties(properties);
        }
        CompletableFuture<Void> done =
                track("publish to " + topic, asked -> client.publish(topic, message, null, asked));
        done.whenComplete((_, _) -> window.release());
        return done;
    }

    /** Hands a message to the connection and forgets it: QoS 0, beside the window of those that are acknowledged. Does not wait. */
    void publishAtMostOnce(String topic, byte[] payload) {
        MqttMessage message = new MqttMessage(payload);
        message.setQos(0);
        CompletableFuture<Void> _ = track("publish to " + topic, asked -> client.publish(topic, message, null, asked));
    }

    /** @param retained whether the broker shall send what it has there already */
    CompletableFuture<Void> subscribe(boolean retained, String... filters) {
        List<MqttSubscription> subscriptions = new ArrayList<>();
        for (String filter : filters) {
            MqttSubscription subscription = new MqttSubscription(filter, 1);
            subscription.setRetainHandling(retained ? RETAIN_SEND : RETAIN_DO_NOT_SEND);
            subscriptions.add(subscription);
        }
        return track(
                "subscribe to " + String.join(", ", filters),
                asked -> client.subscribe(
                        subscriptions.toArray(MqttSubscription[]::new), null, asked, new MqttProperties()));
    }

    CompletableFuture<Void> unsubscribe(String... filters) {
        return track(
                "unsubscribe from " + String.join(", ", filters),
                asked -> client.unsubscribe(filters, null, asked, new MqttProperties()));
    }

    void acknowledge(Arrived arrived) {
        if (arrived.qos() == 0) {
            // A PUBACK for what has no packet identifier would be a protocol error (MQTT 5 § 2.2.1).
            return;
        }
        try {
            client.messageArrivedComplete(arrived.id(), 1);
        } catch (MqttException e) {
            // The connection is going down; the broker will send the message again, and Ended is on its way.
            over = true;
        }
    }

    @Override
    public void close() {
        over = true;
        try {
            if (client.isConnected()) {
                client.disconnect(500).waitForCompletion(2_000);
            }
        } catch (MqttException e) {
            // It was going down anyway; the broker notices and publishes the will.
            over = true;
        }
        try {
            client.disconnectForcibly(0, 0, false);
        } catch (MqttException e) {
            over = true;
        }
        try {
            client.close(true);
        } catch (MqttException e) {
            over = true;
        }
        failPending("the connection was lost");
    }

    static String explain(MqttException e) {
        Throwable cause = e.getCause();
        return cause == null ? "reason " + e.getReasonCode() + ", " + e.getMessage() : cause.toString();
    }

    private interface Asking {
        void with(MqttActionListener listener) throws MqttException;
    }

    private CompletableFuture<Void> track(String what, Asking asking) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        pending.add(done);
        done.whenComplete((_, _) -> pending.remove(done));
        try {
            asking.with(new Answer(what, done));
        } catch (MqttException e) {
            done.completeExceptionally(new BrokerException(what + ": " + explain(e)));
        }
        if (over) {
            done.completeExceptionally(new BrokerException(what + ": the connection was lost"));
        }
        return done;
    }

    private void failPending(String cause) {
        for (CompletableFuture<Void> each : List.copyOf(pending)) {
            each.completeExceptionally(new BrokerException(cause));
        }
    }

    /** A refused publish completes "normally" in Paho: only the reason codes tell. */
    private record Answer(String what, CompletableFuture<Void> done) implements MqttActionListener {
        @Override
        public void onSuccess(IMqttToken token) {
            int[] codes = token.getReasonCodes();
            for (int code : codes == null ? new int[0] : codes) {
                if (code >= FAILURE) {
                    done.completeExceptionally(new BrokerException(what + " was refused with reason code " + code));
                    return;
                }
            }
            done.complete(null);
        }

        @Override
        public void onFailure(IMqttToken token, Throwable cause) {
            done.completeExceptionally(new BrokerException(what + " failed: " + cause));
        }
    }

    private final class Inbound implements MqttCallback {
        private final BlockingQueue<Signal> signals;

        Inbound(BlockingQueue<Signal> signals) {
            this.signals = signals;
        }

        @Override
        public void messageArrived(String topic, MqttMessage message) throws InterruptedException {
            signals.put(new Arrived(
                    Connection.this,
                    topic,
                    message.getPayload(),
                    message.isRetained(),
                    message.getId(),
                    message.getQos()));
        }

        @Override
        public void disconnected(MqttDisconnectResponse response) {
            over = true;
            failPending("the connection was lost");
            String cause = response.getException() == null
                    ? "the broker said reason code " + response.getReturnCode()
                    : explain(response.getException());
            try {
                signals.put(new Ended(Connection.this, cause, response.getReturnCode() == SESSION_TAKEN_OVER));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void mqttErrorOccurred(MqttException error) {
            // Followed by disconnected() where it ends the connection.
        }

        @Override
        public void deliveryComplete(IMqttToken token) {
            // Each publish has its own listener.
        }

        @Override
        public void connectComplete(boolean reconnect, String uri) {
            // open() waits for the token instead.
        }

        @Override
        public void authPacketArrived(int reasonCode, MqttProperties properties) {
            // Identity is the TLS certificate; no AUTH exchange is asked for.
        }
    }
}
