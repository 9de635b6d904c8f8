package portvakt.server.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may bind a chip to a card can, from where they may, and is told exactly what was wrong; nothing is changed by halves. */
class EnrolmentApiTest {

    private static final String SITE = "/api/v1/sites/bjorvika/enrolments";
    private static final String CHIP = SITE + "/04a1b2c3d4e5f6";
    private static final String CARD = "{\"card\": \"4388261\"}";

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

    private HttpRequest.Builder put(String path, String body) {
        return server.request(path)
                .header("Content-Type", "application/json")
                .method("PUT", BodyPublishers.ofString(body));
    }

    private HttpRequest.Builder asProgram(HttpRequest.Builder request) {
        return request.header("Authorization", "Bearer " + server.accounts.createToken("crm", "program"));
    }

    private HttpResponse<String> program(String path, String body) throws Exception {
        return server.send(asProgram(put(path, body)));
    }

    private HttpResponse<String> remove(String path) throws Exception {
        return server.send(asProgram(server.request(path).DELETE()));
    }

    private JsonNode listed() throws Exception {
        return server.api(SITE).path("enrolments");
    }

    private static void assertProblem(HttpResponse<String> response, int status, String... words) throws Exception {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        JsonNode problem = Json.MAPPER.readTree(response.body());
        assertThat(problem.path("status").asInt()).isEqualTo(status);
        assertThat(problem.path("detail").asText()).contains(words).endsWith(".");
    }

    @Test
    void bindsListsAndUnbinds() throws Exception {
        HttpResponse<String> bound = program(CHIP, CARD);

        assertThat(bound.statusCode()).isEqualTo(201);
        assertThat(Json.MAPPER.readTree(bound.body()).path("card").asText()).isEqualTo("4388261");
        assertThat(program(CHIP, CARD).statusCode()).isEqualTo(200);
        JsonNode only = listed().get(0);
        assertThat(only.path("uid").asText()).isEqualTo("04a1b2c3d4e5f6");
        assertThat(only.path("card").asText()).isEqualTo("4388261");
        assertThat(only.path("by").asText()).isEqualTo("crm");
        assertThat(only.path("since").asText()).isEqualTo("2026-11-24T05:55:00Z");
        assertThat(server.api(SITE).path("version").asLong()).isEqualTo(1);

        HttpResponse<String> gone = remove(CHIP);
        assertThat(gone.statusCode()).isEqualTo(204);
        assertThat(gone.body()).isEmpty();
        assertThat(listed()).isEmpty();
        assertProblem(remove(CHIP), 404, "bound to no card");
    }

    @Test
    void takesUidAndNumberAsPeopleWriteThem() throws Exception {
        assertThat(program(SITE + "/04A1B2C3D4E5F6", "{\"card\": \"NO 438 8261\"}")
                        .statusCode())
                .isEqualTo(201);
        assertThat(program(CHIP, CARD).statusCode()).isEqualTo(200);
    }

    @Test
    void aUidOrACardThatIsTakenIsOnlyReplacedOnWish() throws Exception {
        program(CHIP, CARD);

        assertProblem(program(CHIP, "{\"card\": \"4388262\"}"), 409, "43***61", "replace=true");
        assertProblem(program(SITE + "/04a1b2c3d4e5f7", CARD), 409, "04**********f6", "replace=true");
        assertProblem(program(CHIP + "?replace=false", "{\"card\": \"4388262\"}"), 409, "43***61");
        assertThat(listed().get(0).path("card").asText()).isEqualTo("4388261");

        assertThat(program(CHIP + "?replace=true", "{\"card\": \"4388262\"}").statusCode())
                .isEqualTo(200);
        assertThat(listed()).hasSize(1);
        assertThat(listed().get(0).path("card").asText()).isEqualTo("4388262");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "4388261",
                "\"4388261\"",
                "[\"4388261\"]",
                "{}",
                "{\"card\": 4388261}",
                "{\"card\": null}",
                "{\"card\": [\"4388261\"]}",
                "{\"Card\": \"4388261\"}",
                "{\"card\": \"4388261\", \"replace\": true}",
                "{\"card\": \"4388261\", \"card\": \"4388262\"}",
                "{\"card\": \"4388261\"} {}",
                "{'card': '4388261'}",
                "{\"card\": \"4388261\"",
                "card=4388261",
                "{\"card\": \"438826\"}",
                "{\"card\": \"43882611\"}",
                "{\"card\": \"438826x\"}",
                "{\"card\": \"\"}",
            })
    void refusesABodyThatIsNotExactlyACard(String body) throws Exception {
        assertProblem(program(CHIP, body), 400, "card");
        assertThat(listed()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "/api/v1/sites/bjorvika/enrolments/08a1b2c3, 400, drawn anew",
        "/api/v1/sites/bjorvika/enrolments/04a1b2c3d4e5, 400, hexadecimal",
        "/api/v1/sites/bjorvika/enrolments/04:a1:b2:c3, 400, hexadecimal",
        "/api/v1/sites/bjorvika/enrolments/04a1b2cg, 400, hexadecimal",
        "/api/v1/sites/elsewhere/enrolments/04a1b2c3d4e5f6, 404, no site",
        "/api/v1/sites/Bj%C3%B8rvika/enrolments/04a1b2c3d4e5f6, 404, no site",
        "/api/v1/sites/bjorvika/enrolments/04a1b2c3d4e5f6?replace=yes, 400, replace",
        "/api/v1/sites/bjorvika/enrolments/04a1b2c3d4e5f6?force=true, 400, force",
    })
    void namesWhatIsWrongWithTheAddress(String path, int status, String word) throws Exception {
        assertProblem(program(path, CARD), status, word);
        assertThat(listed()).isEmpty();
    }

    @Test
    void wantsJson() throws Exception {
        assertProblem(
                server.send(asProgram(server.request(CHIP)
                        .header("Content-Type", "text/plain")
                        .method("PUT", BodyPublishers.ofString(CARD)))),
                415,
                "application/json");
        assertProblem(
                server.send(asProgram(server.request(CHIP).method("PUT", BodyPublishers.ofString(CARD)))),
                415,
                "application/json");
        assertThat(listed()).isEmpty();
    }

    @Test
    void aSiteIsKnownByTheSettingsOrByAGate() throws Exception {
        assertThat(server.api("/api/v1/sites/fornebu/enrolments").path("enrolments"))
                .isEmpty();
        assertThat(server.api("/api/v1/sites/elsewhere/enrolments")
                        .path("status")
                        .asInt())
                .isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource({
        "admin, 200",
        "site-manager, 200",
        "program, 200",
        "guard, 403",
        "inspector, 403",
        "privacy-officer, 403",
        "a-role-of-tomorrow, 403",
    })
    void isForThoseWhoManageTheSite(String role, int status) throws Exception {
        program(CHIP, CARD);
        String token = "Bearer " + server.accounts.createToken("somebody", role);

        assertThat(server.get(SITE, "Authorization", token).statusCode()).isEqualTo(status);
        assertThat(server.send(put(CHIP, CARD).header("Authorization", token)).statusCode())
                .isEqualTo(status);
        assertThat(server.send(server.request(CHIP).DELETE().header("Authorization", token))
                        .statusCode())
                .isEqualTo(status == 200 ? 204 : 403);
        assertThat(listed()).hasSize(status == 200 ? 0 : 1);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "same-origin, -, true",
                "same-origin, https://evil.example, true",
                "-, OWN, true",
                "-, http://localhost, true",
                "same-site, OWN, false",
                "cross-site, OWN, false",
                "none, OWN, false",
                "-, https://evil.example, false",
                "-, http://localhost.evil.example, false",
                "-, null, false",
                "-, -, false",
            })
    void aSessionCountsOnlyForOurOwnPages(String fetchSite, String origin, boolean taken) throws Exception {
        String cookie = server.session("kari", "site-manager");
        HttpRequest.Builder bind = put(CHIP, CARD).header("Cookie", cookie);
        HttpRequest.Builder unbind =
                server.request(SITE + "/04ffffffffffff").DELETE().header("Cookie", cookie);
        program(SITE + "/04ffffffffffff", "{\"card\": \"7777777\"}");
        for (HttpRequest.Builder each : new HttpRequest.Builder[] {bind, unbind}) {
            if (fetchSite != null) {
                each.header("Sec-Fetch-Site", fetchSite);
            }
            if (origin != null) {
                each.header("Origin", origin.equals("OWN") ? "http://localhost:" + server.web.port() : origin);
            }
        }

        assertThat(server.send(bind).statusCode()).isEqualTo(taken ? 201 : 403);
        assertThat(server.send(unbind).statusCode()).isEqualTo(taken ? 204 : 403);
        assertThat(listed()).hasSize(1);
        assertThat(listed().get(0).path("card").asText()).isEqualTo(taken ? "4388261" : "7777777");
    }

    @Test
    void aBadTokenIsNotHelpedByASession() throws Exception {
        assertProblem(
                server.send(put(CHIP, CARD)
                        .header("Cookie", server.session("kari", "site-manager"))
                        .header("Authorization", "Bearer guess")),
                401,
                "Bearer");
        assertThat(listed()).isEmpty();
    }

    @Test
    void asksToTryAgainWhereTheDatabaseIsAway() throws Exception {
        server.enrolments.broken = true;
        HttpResponse<String> response = program(CHIP, CARD);

        assertProblem(response, 503, "again");
        assertThat(response.headers().firstValue("Retry-After")).hasValue("5");
    }

    @Test
    void saysWhenASiteIsFull() throws Exception {
        for (int i = 1; i <= 3; i++) {
            program(SITE + "/04a1b2c" + i, "{\"card\": \"438826" + i + "\"}");
        }
        assertProblem(program(SITE + "/04a1b2c4", "{\"card\": \"4388264\"}"), 409, "the most");
    }
}
