package portvakt.server.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import portvakt.protocol.CardNumber;
import portvakt.server.port.Erasure;

/** Persons are erased for an administrator who says exactly whom and why, and for nobody else. */
class ErasureApiTest {

    private static final String PATH = "/api/v1/sites/bjorvika/erasures";
    private static final String BODY = "{\"card\": \"4388261\", \"reason\": \"asked for it\"}";

    @TempDir
    private Path folder;

    private TestServer server;

    @BeforeEach
    void start() throws Exception {
        server = new TestServer(folder);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private HttpResponse<String> post(String role, String body) throws Exception {
        return server.send(server.request(PATH)
                .header("Content-Type", "application/json")
                .header("Authorization", "Bearer " + server.accounts.createToken("anne", role))
                .POST(BodyPublishers.ofString(body)));
    }

    @Test
    void tellsWhatWasErased() throws Exception {
        HttpResponse<String> response = post("admin", BODY);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        JsonNode erased = Json.MAPPER.readTree(response.body());
        assertThat(erased.path("rows").asInt()).isEqualTo(7);
        assertThat(erased.path("presence").asBoolean()).isTrue();
        assertThat(erased.path("quarantined").asInt()).isEqualTo(1);
        assertThat(server.erasure.told)
                .containsExactly(new FakeErasure.Told(
                        new Erasure.Scope("bjorvika", Optional.of(new CardNumber("4388261")), Optional.empty()),
                        "anne",
                        "asked for it"));

        post("admin", "{\"before\": \"2026-01-31T00:00:00Z\", \"reason\": \"too old\"}");
        assertThat(server.erasure.told.getLast().scope())
                .isEqualTo(new Erasure.Scope(
                        "bjorvika", Optional.empty(), Optional.of(Instant.parse("2026-01-31T00:00:00Z"))));
    }

    @Test
    void whoIsOnSiteStays() throws Exception {
        server.erasure.onSite = true;
        assertThat(post("admin", BODY).statusCode()).isEqualTo(409);
    }

    @ParameterizedTest
    @CsvSource({"admin, 200", "program, 403", "site-manager, 403", "guard, 403", "privacy-officer, 200"})
    void isForAdministratorsAndPrivacyOfficers(String role, int status) throws Exception {
        assertThat(post(role, BODY).statusCode()).isEqualTo(status);
        assertThat(server.erasure.told).hasSize(status == 200 ? 1 : 0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "[]",
                "{\"reason\": \"everybody\"}",
                "{\"card\": \"4388261\"}",
                "{\"card\": \"4388261\", \"reason\": \" \"}",
                "{\"card\": 4388261, \"reason\": \"why\"}",
                "{\"card\": \"43***61\", \"reason\": \"why\"}",
                "{\"before\": \"yesterday\", \"reason\": \"why\"}",
                "{\"before\": \"2999-01-01T00:00:00Z\", \"reason\": \"why\"}",
                "{\"card\": \"4388261\", \"befor\": \"2026-01-31T00:00:00Z\", \"reason\": \"why\"}",
                "{\"card\": \"4388261\", \"card\": \"4388262\", \"reason\": \"why\"}",
            })
    void refusesWhatIsNotExactlyAnOrder(String body) throws Exception {
        HttpResponse<String> response = post("admin", body);
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("before");
        assertThat(server.erasure.told).isEmpty();
    }
}
