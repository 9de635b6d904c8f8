package portvakt.server.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

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
import java.util.stream.Stream;

/** A Keycloak as a process of its own, with a realm that has one public client, two groups and three users. */
final class Keycloak implements AutoCloseable {

    /** Where the build unpacks it. */
    private static final Path UNPACKED = Path.of("target", "provider");

    final URI issuer;
    private final Process process;
    private final Path output;

    /** @param client where the server under test is */
    Keycloak(Path folder, URI client) throws IOException {
        int port = WholeServer.freePort();
        issuer = URI.create("http://localhost:" + port + "/realms/portvakt");
        Path home = home();
        Path imports = Files.createDirectories(home.resolve("data").resolve("import"));
        Files.writeString(imports.resolve("portvakt-realm.json"), realm(client));
        output = folder.resolve("keycloak.log");
        ProcessBuilder builder = new ProcessBuilder(
                "bash",
                home.resolve("bin").resolve("kc.sh").toAbsolutePath().toString(),
                "start-dev",
                "--db=dev-mem",
                "--import-realm",
                "--cache=local",
                "--http-host=127.0.0.1",
                "--hostname-strict=false",
                "--http-port=" + port);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("JAVA_OPTS_KC_HEAP", "-Xms64m -Xmx512m");
        process = builder.redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        awaitReady();
    }

    private static Path home() throws IOException {
        assertThat(UNPACKED)
                .as("Keycloak, which Maven unpacks before the integration tests")
                .isDirectory();
        try (Stream<Path> inside = Files.list(UNPACKED)) {
            return inside.filter(each -> each.getFileName().toString().startsWith("keycloak-"))
                    .findAny()
                    .orElseThrow();
        }
    }

    private static String realm(URI client) throws IOException {
        return Files.readString(Path.of("src", "test", "resources", "portvakt", "server", "web", "keycloak-realm.json"))
                .replace("@client@", client.toString());
    }

    private void awaitReady() {
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(URI.create(issuer + "/.well-known/openid-configuration"))
                    .timeout(Duration.ofSeconds(5))
                    .build();
            await().atMost(Duration.ofMinutes(3))
                    .pollInterval(Duration.ofMillis(500))
                    .ignoreExceptionsInstanceOf(IOException.class)
                    .conditionEvaluationListener(condition -> assertThat(process.isAlive())
                            .as("Keycloak ended: %s", said())
                            .isTrue())
                    .until(() -> http.send(request, HttpResponse.BodyHandlers.discarding())
                                    .statusCode()
                            == 200);
        }
    }

    private String said() {
        try {
            List<String> lines = Files.readAllLines(output);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
        } catch (IOException e) {
            return "nothing: " + e;
        }
    }

    /** Ends the process and its children at once: nothing of it is kept. */
    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        try {
            process.waitFor(20, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
