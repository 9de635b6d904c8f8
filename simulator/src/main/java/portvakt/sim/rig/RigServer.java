package portvakt.sim.rig;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import portvakt.server.Main;

/** The server's program as a process. */
final class RigServer implements AutoCloseable {

    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(10);

    private final URI url;
    private final JavaProgram program;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(ANSWER_WITHIN).build();

    /** Starts nothing yet. */
    RigServer(URI url, Path config, Path log) {
        this.url = url;
        this.program = new JavaProgram(List.of(), log, "server runs", Main.class, config.toString());
    }

    JavaProgram program() {
        return program;
    }

    /** Where the register pushes to. */
    URI registerEndpoint() {
        return url.resolve("register/v1/events");
    }

    /** Whether it answers that database and broker are well. */
    boolean isReady() throws IOException {
        try {
            return http.send(
                                    HttpRequest.newBuilder(url.resolve("observe/health/ready"))
                                            .timeout(ANSWER_WITHIN)
                                            .build(),
                                    HttpResponse.BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the server was asked", e);
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        program.close();
        http.close();
    }
}
