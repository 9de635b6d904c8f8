package portvakt.sim.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A cable carries both ways while it is in, and nothing at all while it is out. */
class NetworkCableTest {

    private ServerSocket server;
    private final BlockingQueue<Socket> accepted = new LinkedBlockingQueue<>();
    private NetworkCable cable;

    @BeforeEach
    void lay() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(() -> {
            try {
                while (true) {
                    accepted.add(server.accept());
                }
            } catch (IOException e) {
                // The test is over.
                return;
            }
        });
        cable = new NetworkCable(server.getLocalPort());
    }

    @AfterEach
    void takeAway() throws IOException {
        cable.close();
        server.close();
    }

    @Test
    void carriesBothWays() throws Exception {
        try (Socket device = connect();
                Socket there = accepted()) {
            device.getOutputStream().write(7);
            assertThat(there.getInputStream().read()).isEqualTo(7);
            there.getOutputStream().write(9);
            assertThat(device.getInputStream().read()).isEqualTo(9);
        }
    }

    @Test
    void endsBothEndsWhenItIsPulled() throws Exception {
        try (Socket device = connect();
                Socket there = accepted()) {
            device.getOutputStream().write(7);
            assertThat(there.getInputStream().read()).isEqualTo(7);

            cable.plug(false);

            assertThatThrownBy(() -> device.getInputStream().read())
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("reset");
            assertThatThrownBy(() -> there.getInputStream().read()).isInstanceOf(IOException.class);
        }
    }

    @Test
    void letsNobodyThroughUntilItIsBack() throws Exception {
        cable.plug(false);
        try (Socket device = connect()) {
            assertThatThrownBy(() -> {
                        device.getOutputStream().write(7);
                        assertThat(device.getInputStream().read()).isEqualTo(-1);
                        throw new IOException("ended");
                    })
                    .isInstanceOf(IOException.class);
        }
        assertThat(accepted.poll(200, TimeUnit.MILLISECONDS)).isNull();

        cable.plug(true);
        try (Socket device = connect();
                Socket there = accepted()) {
            device.getOutputStream().write(8);
            assertThat(there.getInputStream().read()).isEqualTo(8);
        }
    }

    @Test
    void theServerHearsThatTheDeviceHasLeft() throws Exception {
        Socket device = connect();
        try (Socket there = accepted()) {
            device.close();
            Awaitility.await()
                    .atMost(Duration.ofSeconds(10))
                    .until(() -> there.getInputStream().read() == -1);
        }
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), cable.port());
        socket.setSoTimeout(10_000);
        return socket;
    }

    private Socket accepted() throws InterruptedException, IOException {
        Socket socket = accepted.poll(10, TimeUnit.SECONDS);
        assertThat(socket).as("the server heard of a connection").isNotNull();
        socket.setSoTimeout(10_000);
        return socket;
    }
}
