package portvakt.sim.rig;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.awaitility.Awaitility;
import portvakt.protocol.mqtt.BrokerSession;
import portvakt.protocol.mqtt.TlsIdentity;

/** Somebody who has got hold of a certificate, and publishes what it pleases. */
final class BrokerClient implements AutoCloseable {

    private final BrokerSession session;

    private BrokerClient(URI broker, String clientId, Path folder, String name) throws IOException {
        session = new BrokerSession(
                new BrokerSession.Settings(
                        broker,
                        clientId,
                        TlsIdentity.load(
                                folder.resolve(name + ".p12"),
                                folder.resolve(name + ".p12.password"),
                                folder.resolve("ca.pem")),
                        Optional.empty(),
                        Duration.ofSeconds(20),
                        Duration.ZERO,
                        8),
                new Deaf());
        session.start();
    }

    /** With the server's own certificate, which may do everything. @param folder the server's {@code pki} */
    static BrokerClient asServer(URI broker, Path folder) throws IOException {
        return new BrokerClient(broker, "server:saboteur", folder, "server");
    }

    /** @param clientId the gate's own, and something after it: the broker would throw the gate out otherwise */
    static BrokerClient asGate(URI broker, String clientId, Path identityFolder) throws IOException {
        return new BrokerClient(broker, clientId, identityFolder, "gate");
    }

    /** Publishes, not retained, and has the broker's word for it. */
    void publish(String topic, byte[] payload) throws Exception {
        assertThat(isTaken(topic, payload)).as("broker takes %s", topic).isTrue();
    }

    /** @return whether the broker took it; it may end the connection instead, and there is a new one then */
    boolean isTaken(String topic, byte[] payload) throws InterruptedException {
        Awaitility.await().atMost(JavaProcess.PATIENCE).until(session::isConnected);
        try {
            session.publish(topic, payload, false).get(20, TimeUnit.SECONDS);
            return true;
        } catch (ExecutionException | TimeoutException e) {
            return false;
        }
    }

    @Override
    public void close() {
        session.close();
    }

    private static final class Deaf implements BrokerSession.Listener {
        @Override
        public void connected(boolean sessionPresent) {
            // Whoever publishes asks the session whether it is connected.
        }

        @Override
        public void lost(String cause) {
            // The session connects again by itself.
        }

        @Override
        public void message(String topic, byte[] payload, boolean retained) {
            // Subscribes to nothing.
        }
    }
}
