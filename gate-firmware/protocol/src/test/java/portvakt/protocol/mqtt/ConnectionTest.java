package portvakt.protocol.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import javax.net.ssl.SSLContext;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.junit.jupiter.api.Test;

/** A broker that cannot be reached for days leaves nothing behind: no thread, and no word that fills the session's queue. */
class ConnectionTest {

    private static final int TRIES = 50;

    private final BlockingQueue<Connection.Signal> signals = new ArrayBlockingQueue<>(TRIES);

    private void failToOpen(int port) throws Exception {
        BrokerSession.Settings settings = new BrokerSession.Settings(
                URI.create("ssl://localhost:" + port),
                "leaktest",
                SSLContext.getDefault(),
                Optional.empty(),
                Duration.ofSeconds(5),
                Duration.ZERO,
                8);
        for (int attempt = 0; attempt < TRIES; attempt++) {
            assertThatThrownBy(() -> Connection.open(settings, signals)).isInstanceOf(MqttException.class);
        }
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().contains("leaktest"))
                .count();
    }

    @Test
    void aPortThatRefusesLeavesNothingBehind() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        failToOpen(port);
        await().untilAsserted(() -> assertThat(threads()).isZero());
        assertThat(signals).isEmpty();
    }

    @Test
    void aPortThatHangsUpLeavesNothingBehind() throws Exception {
        try (ServerSocket rude = new ServerSocket(0, TRIES, InetAddress.getByName("localhost"))) {
            Thread.ofVirtual().start(() -> {
                while (!rude.isClosed()) {
                    try (Socket _ = rude.accept()) {
                        continue;
                    } catch (java.io.IOException e) {
                        return;
                    }
                }
            });
            failToOpen(rude.getLocalPort());
        }
        await().untilAsserted(() -> assertThat(threads()).isZero());
        assertThat(signals).isEmpty();
    }
}
