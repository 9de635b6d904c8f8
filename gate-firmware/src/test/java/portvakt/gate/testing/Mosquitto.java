package portvakt.gate.testing;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;

/** Debian's mosquitto as a child process on a free port, over TLS with client certificates; it can be killed and come back. */
public final class Mosquitto implements AutoCloseable {

    private static final Path PROGRAM = Path.of("/usr/sbin/mosquitto");

    private final Path config;
    private final Path log;
    private final int port;
    private Process process;

    /**
     * @param folder   holds {@code broker.pem}, {@code broker.key} and {@code authority.pem}; takes the broker's files
     * @param settings further lines of its configuration
     */
    public Mosquitto(Path folder, String settings) throws IOException {
        if (!Files.isExecutable(PROGRAM)) {
            throw new IllegalStateException(PROGRAM + " is missing: install the Debian package mosquitto");
        }
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        log = folder.resolve("mosquitto.log");
        config = folder.resolve("mosquitto.conf");
        Path data = Files.createDirectories(folder.resolve("mosquitto"));
        Files.writeString(
                config, """
                listener %d localhost
                cafile %s/authority.pem
                certfile %s/broker.pem
                keyfile %s/broker.key
                require_certificate true
                use_identity_as_username true
                allow_anonymous true
                persistence true
                persistence_location %s/
                autosave_interval 1
                autosave_on_changes true
                max_queued_messages 10000
                user %s
                %s
                """.formatted(port, folder, folder, folder, data, System.getProperty("user.name"), settings));
    }

    public URI uri() {
        return URI.create("ssl://localhost:" + port);
    }

    public void start() throws IOException {
        process = new ProcessBuilder(PROGRAM.toString(), "-c", config.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        Awaitility.await("mosquitto answers; its log: " + log)
                .atMost(Duration.ofSeconds(20))
                .until(this::answers);
    }

    private boolean answers() {
        try (Socket socket = new Socket("localhost", port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    /** As a power cut would: {@code kill -9}. */
    public void kill() {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        if (process != null) {
            kill();
        }
    }
}
