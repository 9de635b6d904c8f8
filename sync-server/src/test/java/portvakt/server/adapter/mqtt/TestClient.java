package portvakt.server.adapter.mqtt;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.awaitility.Awaitility;
import portvakt.protocol.mqtt.BrokerException;
import portvakt.protocol.mqtt.BrokerSession;
import portvakt.protocol.mqtt.TlsIdentity;

/** A gate's or somebody's MQTT client, over real TLS. */
public final class TestClient implements AutoCloseable, BrokerSession.Listener {

    /** What came. */
    public record Message(String topic, byte[] payload) {}

    public final List<Message> messages = new CopyOnWriteArrayList<>();
    private final BrokerSession session;
    private volatile boolean wasLost;
    private volatile boolean rivalled;

    private TestClient(BrokerSession.Settings settings) {
        session = new BrokerSession(settings, this);
        session.start();
    }

    /** Starts connecting with the identity in a gate's folder. */
    public static TestClient start(int port, String clientId, Path folder) throws Exception {
        return start(port, clientId, folder, Optional.empty());
    }

    public static TestClient start(int port, String clientId, Path folder, Optional<BrokerSession.Will> will)
            throws Exception {
        return new TestClient(new BrokerSession.Settings(
                URI.create("ssl://localhost:" + port),
                clientId,
                TlsIdentity.load(
                        folder.resolve("gate.p12"), folder.resolve("gate.p12.password"), folder.resolve("ca.pem")),
                will,
                Duration.ofSeconds(10),
                Duration.ofMinutes(5),
                8));
    }

    public TestClient awaitConnected() {
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(session::isConnected);
        return this;
    }

    /** Waits until a try to connect failed, or a connection was lost. */
    public TestClient awaitLost() {
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> wasLost);
        return this;
    }

    public boolean isConnected() {
        return session.isConnected();
    }

    /** Waits until it has heard that another client has its name. */
    public TestClient awaitRivalled() {
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> rivalled);
        return this;
    }

    /** @return whether the broker took it */
    public boolean publish(String topic, byte[] payload) throws Exception {
        return took(() -> session.publish(topic, payload, false).get(20, TimeUnit.SECONDS));
    }

    /** @return whether the broker took it */
    public boolean subscribe(String filter) throws Exception {
        return took(() -> session.subscribe(filter).get(20, TimeUnit.SECONDS));
    }

    private interface Asking {
        Object ask() throws InterruptedException, ExecutionException, TimeoutException;
    }

    private static boolean took(Asking asking) throws Exception {
        try {
            asking.ask();
            return true;
        } catch (ExecutionException refused) {
            if (refused.getCause() instanceof BrokerException) {
                return false;
            }
            throw refused;
        }
    }

    @Override
    public void connected(boolean sessionPresent) {
        wasLost = false;
    }

    @Override
    public void lost(String cause) {
        wasLost = true;
    }

    @Override
    public void rivalled() {
        rivalled = true;
    }

    @Override
    public void message(String topic, byte[] payload, boolean retained) {
        messages.add(new Message(topic, payload));
    }

    @Override
    public void close() {
        session.close();
    }
}
