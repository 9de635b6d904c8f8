package portvakt.sim.outage;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
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

    /** @param heapBytes in use after a collection of garbage @param residentBytes of the process */
    record Memory(long heapBytes, long residentBytes) {}

    /** Asks the process's own JVM to collect garbage first. */
    Memory memory() throws IOException, InterruptedException {
        tool("jcmd", String.valueOf(process.pid()), "GC.run");
        String[] lines = tool("jstat", "-gc", String.valueOf(process.pid())).split("\\R");
        List<String> names = List.of(lines[0].strip().split("\\s+"));
        String[] values = lines[1].strip().split("\\s+");
        double kilobytes = 0;
        for (String used : List.of("S0U", "S1U", "EU", "OU")) {
            kilobytes += Double.parseDouble(values[names.indexOf(used)].replace(',', '.'));
        }
        long resident = Files.readAllLines(Path.of("/proc", String.valueOf(process.pid()), "status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024)
                .findFirst()
                .orElseThrow();
        return new Memory(Math.round(kilobytes * 1024), resident);
    }

    private static String tool(String name, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", name).toString()));
        command.addAll(List.of(arguments));
        Process tool = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(tool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (tool.waitFor() != 0) {
            throw new IOException(name + " failed: " + said);
        }
        return said;
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
