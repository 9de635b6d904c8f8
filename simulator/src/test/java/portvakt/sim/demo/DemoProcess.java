package portvakt.sim.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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
import org.awaitility.Awaitility;
import portvakt.sim.site.SimulatedSite;

/** The demo as a person has it: a process of its own, without workers, and its API. */
final class DemoProcess implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofSeconds(90);

    private final HttpClient http = HttpClient.newHttpClient();
    private final ObjectMapper json = new ObjectMapper();
    private final Path data;
    private final Process process;
    private final String output;
    private final JsonNode file;

    /** Returns when it is ready. */
    DemoProcess(Path folder) throws Exception {
        data = folder.resolve("data");
        Path log = Files.createTempFile(folder, "demo", ".log");
        process = new ProcessBuilder(List.of(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "--add-opens",
                        "java.smartcardio/sun.security.smartcardio=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Demo.class.getName(),
                        "--headless",
                        "--data",
                        data.toString(),
                        "--port",
                        Integer.toString(SimulatedSite.freePort())))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        Awaitility.await().atMost(PATIENCE).until(() -> Files.readString(log).contains("stop ") || !process.isAlive());
        output = Files.readString(log);
        assertThat(process.isAlive()).as(output).isTrue();
        file = json.readTree(data.resolve("demo.json").toFile());
    }

    /** What it has said until it was ready. */
    String output() {
        return output;
    }

    /** {@code demo.json}. */
    JsonNode file() {
        return file;
    }

    Path gateData(String gate) {
        return data.resolve("gates").resolve(gate).resolve("data");
    }

    String token() {
        return file.path("apiToken").asText();
    }

    /** Something to the workbench that has to be done. */
    JsonNode act(String path, String body) throws IOException, InterruptedException {
        HttpResponse<String> answer = workbench(path, body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return json.readTree(answer.body());
    }

    HttpResponse<String> workbench(String path, String body) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(URI.create(file.path("workbench").asText() + "/" + path))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** How a gate stands, by the workbench. */
    JsonNode gate(String name) throws IOException, InterruptedException {
        return look("gates/" + name);
    }

    /** Something that the workbench tells. */
    JsonNode look(String path) throws IOException, InterruptedException {
        return get(URI.create(file.path("workbench").asText() + "/" + path));
    }

    /** Something of the server's own API. */
    JsonNode api(String path) throws IOException, InterruptedException {
        return get(URI.create(file.path("api").asText() + "/" + path));
    }

    private JsonNode get(URI uri) throws IOException, InterruptedException {
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(uri)
                        .header("Authorization", "Bearer " + token())
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return json.readTree(answer.body());
    }

    /** Ends it as Ctrl-C does. */
    void interrupt() throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
