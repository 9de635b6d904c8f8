package portvakt.sim.outage;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import portvakt.server.Main;

/** The server's program as a process of its own, which may be killed. */
final class ServerChild implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final int POLL_MS = 25;
    private static final int OUTPUT_CHARS_MAX = 2_000;
    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

    private final Process process;
    private final URI health;
    private final Path output;

    private ServerChild(Process process, URI health, Path output) {
        this.process = process;
        this.health = health;
        this.output = output;
    }

    /** @param output what it says is appended to this file */
    static ServerChild start(Path config, URI url, Path output) throws IOException {
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx384m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        config.toString()))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
                .start();
        return new ServerChild(process, url.resolve("observe/health/ready"), output);
    }

    /** Returns when database and broker are well. @throws IllegalStateException if it ends instead, or takes too long */
    void awaitReady() throws IOException, InterruptedException {
        long deadlineNs = System.nanoTime() + PATIENCE.toNanos();
        while (!isReady()) {
            if (!process.isAlive() || System.nanoTime() > deadlineNs) {
                String said = Files.readString(output);
                throw new IllegalStateException(
                        "the server " + (process.isAlive() ? "does not get ready" : "ended by itself") + "; it said: …"
                                + said.substring(Math.max(0, said.length() - OUTPUT_CHARS_MAX)));
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MS);
        }
    }

    private boolean isReady() throws InterruptedException {
        try {
            return HTTP.send(
                                    HttpRequest.newBuilder(health)
                                            .timeout(Duration.ofSeconds(5))
                                            .build(),
                                    HttpResponse.BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException e) {
            return false;
        }
    }

    /** SIGKILL. Returns when it is dead. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** SIGTERM, and SIGKILL for one that does not end. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
