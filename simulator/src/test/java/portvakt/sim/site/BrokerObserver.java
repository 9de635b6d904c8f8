package portvakt.sim.site;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.eclipse.paho.mqttv5.client.IMqttToken;
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
import portvakt.protocol.mqtt.TlsIdentity;

/** Hears everything that a broker keeps and carries, with the server's own certificate, which may. Safe for any thread. */
final class BrokerObserver implements AutoCloseable {

    private static final long PATIENCE_MS = TimeUnit.SECONDS.toMillis(30);

    /** One message. @param retained whether it lay there before the observer came @param expirySeconds what is left of its time */
    record Seen(String topic, byte[] payload, int qos, boolean retained, Optional<Long> expirySeconds) {
        @Override
        public String toString() {
            return topic + ": " + payload.length + " bytes, QoS " + qos + (retained ? ", retained" : "")
                    + expirySeconds.map(seconds -> ", for " + seconds + " s").orElse("");
        }
    }

    private final List<Seen> seen = new CopyOnWriteArrayList<>();
    private final MqttAsyncClient client;

    /** Connects and subscribes. @param name not another observer's @param pki the server's folder of certificates */
    BrokerObserver(URI broker, String name, Path pki) throws IOException, MqttException {
        client = new MqttAsyncClient(broker.toString(), "server:" + name, new MemoryPersistence());
        client.setCallback(new Inbound());
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setCleanStart(true);
        options.setAutomaticReconnect(false);
        options.setTopicAliasMaximum(0);
        options.setSocketFactory(
                TlsIdentity.load(pki.resolve("server.p12"), pki.resolve("server.p12.password"), pki.resolve("ca.pem"))
                        .getSocketFactory());
        client.connect(options).waitForCompletion(PATIENCE_MS);
        MqttSubscription all = new MqttSubscription(Topics.ROOT + "/#", 1);
        client.subscribe(new MqttSubscription[] {all}, null, null, new MqttProperties())
                .waitForCompletion(PATIENCE_MS);
    }

    /** All until now, in the order in which they came. */
    List<Seen> seen() {
        return List.copyOf(seen);
    }

    @Override
    public void close() throws MqttException {
        client.disconnectForcibly(0, 1_000, true);
        client.close(true);
    }

    private final class Inbound implements MqttCallback {
        @Override
        public void messageArrived(String topic, MqttMessage message) {
            seen.add(new Seen(
                    topic,
                    message.getPayload(),
                    message.getQos(),
                    message.isRetained(),
                    Optional.ofNullable(message.getProperties()).map(MqttProperties::getMessageExpiryInterval)));
        }

        @Override
        public void disconnected(MqttDisconnectResponse response) {
            // What it then lacks, the test misses.
        }

        @Override
        public void mqttErrorOccurred(MqttException error) {
            // Followed by disconnected() where it ends the connection.
        }

        @Override
        public void deliveryComplete(IMqttToken token) {
            // Publishes nothing.
        }

        @Override
        public void connectComplete(boolean reconnect, String uri) {
            // The constructor waits for the token.
        }

        @Override
        public void authPacketArrived(int reasonCode, MqttProperties properties) {
            // Identity is the TLS certificate.
        }
    }
}
