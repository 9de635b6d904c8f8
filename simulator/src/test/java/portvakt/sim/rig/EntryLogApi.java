package portvakt.sim.rig;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.awaitility.Awaitility;

/** The entry log as programs read it, over HTTP. */
final class EntryLogApi {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http = HttpClient.newHttpClient();
    private final URI url;
    private final String token;

    EntryLogApi(URI url, String token) {
        this.url = url;
        this.token = token;
    }

    boolean isReady() {
        try {
            return get("observe/health/ready").statusCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    /** Rows with an id above, in the order of their arrival. */
    List<JsonNode> after(long id) {
        List<JsonNode> rows = new ArrayList<>();
        long last = id;
        while (true) {
            JsonNode page = json("api/v1/events?limit=1000&after=" + last);
            if (page.path("events").isEmpty()) {
                return rows;
            }
            page.path("events").forEach(rows::add);
            last = page.path("next").asLong();
        }
    }

    /**
     * All rows of a gate by its sequence, the order of its events. That of their commits may differ: a batch that a starting server was
     * not yet listening for comes again behind those after it.
     */
    List<JsonNode> ofGate(String gate) {
        return after(0).stream()
                .filter(row -> row.path("gate").asText().equals(gate))
                .sorted(Comparator.comparingLong(row -> row.path("sequence").asLong()))
                .toList();
    }

    /** The newest id; 0 in an empty log. */
    long newest() {
        List<JsonNode> rows = after(0);
        return rows.isEmpty() ? 0 : rows.getLast().path("id").asLong();
    }

    /** The newest version of a list that the server has issued; 0 before the first. */
    long listVersion(String list) {
        try {
            return JSON.readTree(get("api/v1/lists/" + list).body())
                    .path("version")
                    .asLong();
        } catch (IOException e) {
            throw new AssertionError("the server does not answer", e);
        }
    }

    /** A gate's chain, as it is exported to be proved. */
    String chain(String site, String gate) {
        try {
            HttpResponse<String> answer = get("api/v1/sites/" + site + "/gates/" + gate + "/chain");
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            return answer.body();
        } catch (IOException e) {
            throw new AssertionError("the server gives no chain", e);
        }
    }

    /** The first row after the id that is of this kind and fits, as soon as there is one. */
    JsonNode await(long afterId, String kind, Predicate<JsonNode> fits) {
        List<JsonNode> seen = new ArrayList<>();
        try {
            return Awaitility.await()
                    .atMost(JavaProcess.PATIENCE)
                    .pollInterval(Duration.ofMillis(50))
                    .until(
                            () -> {
                                seen.clear();
                                seen.addAll(after(afterId));
                                return first(seen, kind, fits);
                            },
                            Optional::isPresent)
                    .orElseThrow();
        } catch (RuntimeException e) {
            throw new AssertionError("no " + kind + " that fits came; what came: " + seen, e);
        }
    }

    private static Optional<JsonNode> first(List<JsonNode> rows, String kind, Predicate<JsonNode> fits) {
        return rows.stream()
                .filter(row -> row.path("kind").asText().equals(kind))
                .filter(fits)
                .findFirst();
    }

    private JsonNode json(String path) {
        try {
            HttpResponse<String> answer = get(path);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            return JSON.readTree(answer.body());
        } catch (IOException e) {
            throw new AssertionError("the server does not answer " + path, e);
        }
    }

    private HttpResponse<String> get(String path) throws IOException {
        try {
            return http.send(
                    HttpRequest.newBuilder(url.resolve(path))
                            .timeout(Duration.ofSeconds(30))
                            .header("Authorization", "Bearer " + token)
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }
}
