package portvakt.server.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.lang.reflect.RecordComponent;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import portvakt.protocol.Direction;
import portvakt.server.port.Presence.CheckOut;
import portvakt.server.port.Presence.Contradiction;
import portvakt.server.port.Presence.DoubleEntry;
import portvakt.server.port.Presence.Kind;
import portvakt.server.port.Presence.Person;

/** Presence is corrected by those who may, with reason and author, and everybody sees that it was. */
class PresenceApiTest {

    private static final String PATH = "/api/v1/sites/bjorvika/presence";
    private static final String BODY =
            "{\"card\": \"NO 438 8261\", \"direction\": \"OUT\", \"at\": \"2026-11-23T15:30:00+01:00\","
                    + " \"reason\": \"seen leaving with the lorry\"}";
    private static final Person OLA =
            new Person(Optional.of("4388261"), Optional.empty(), Optional.of("Ola Nordmann"), Optional.of("Bygg AS"));

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

    private HttpResponse<String> post(String role, String path, String body) throws Exception {
        return server.send(server.request(path)
                .header("Content-Type", "application/json")
                .header("Authorization", "Bearer " + server.accounts.createToken("anne", role))
                .POST(BodyPublishers.ofString(body)));
    }

    private JsonNode get(String role, String path) throws Exception {
        HttpResponse<String> response = server.get(path, "Cookie", server.session("anne", role));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return Json.MAPPER.readTree(response.body());
    }

    private static CheckOut checkOut(Optional<Contradiction> by) {
        Instant at = TestServer.NOW.minus(Duration.ofHours(3));
        return new CheckOut(1, "bjorvika", OLA, at.minus(Duration.ofHours(20)), at, "DAILY", at, by.isPresent(), by);
    }

    private static DoubleEntry doubleEntry(Optional<Long> forgiven) {
        Instant at = TestServer.NOW.minusSeconds(600);
        return new DoubleEntry("bjorvika", OLA, at.minusSeconds(600), Optional.of("north"), at, "north", forgiven);
    }

    @Test
    void keepsWhatIsStatedWithAuthorAndReason() throws Exception {
        HttpResponse<String> response = post("site-manager", PATH + "/corrections", BODY);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
        JsonNode correction = Json.MAPPER.readTree(response.body());
        assertThat(correction.path("kind").asText()).isEqualTo("OUT");
        assertThat(correction.path("at").asText()).isEqualTo("2026-11-23T14:30:00Z");
        assertThat(correction.path("author").asText()).isEqualTo("anne");
        assertThat(correction.path("reason").asText()).isEqualTo("seen leaving with the lorry");
        assertThat(correction.path("cardNumber").asText()).isEqualTo("4388261");

        JsonNode log = get("guard", PATH + "/corrections");
        assertThat(log.path("corrections")).hasSize(1);
        assertThat(log.path("corrections").get(0).path("cardNumber").asText()).isEqualTo("43***61");
    }

    @Test
    void takesAChipThatIsBoundToNoCard() throws Exception {
        String body = BODY.replace("\"card\": \"NO 438 8261\"", "\"uid\": \"04A1B2C3D4E5F6\"");
        assertThat(post("program", PATH + "/corrections", body).statusCode()).isEqualTo(201);
        assertThat(server.presence.stated.getFirst().person().uid()).contains("04a1b2c3d4e5f6");
    }

    @Test
    void undoesByAnotherCorrection() throws Exception {
        post("admin", PATH + "/corrections", BODY);
        HttpResponse<String> response = post("admin", PATH + "/corrections/1/undo", "{\"reason\": \"another Ola\"}");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
        assertThat(server.presence.stated).hasSize(2);
        assertThat(Json.MAPPER.readTree(response.body()).path("undoes").asLong())
                .isOne();

        String reason = "{\"reason\": \"x\"}";
        assertThat(post("admin", PATH + "/corrections/2/undo", reason).statusCode())
                .isEqualTo(409);
        assertThat(post("admin", PATH + "/corrections/7/undo", reason).statusCode())
                .isEqualTo(404);
        assertThat(post("admin", PATH + "/corrections/one/undo", reason).statusCode())
                .isEqualTo(404);
        assertThat(post("admin", PATH + "/corrections/1/undo", "{}").statusCode())
                .isEqualTo(400);
    }

    @Test
    void forgives() throws Exception {
        String body = "{\"card\": \"4388261\", \"reason\": \"the arm was stuck\"}";
        assertThat(post("site-manager", PATH + "/forgivings", body).statusCode())
                .isEqualTo(409);
        server.presence.doubleEntries.add(doubleEntry(Optional.empty()));
        assertThat(post("site-manager", PATH + "/forgivings", body).statusCode())
                .isEqualTo(201);
        assertThat(server.presence.stated.getFirst().kind()).isEqualTo(Kind.FORGIVE);
    }

    @ParameterizedTest
    @CsvSource({
        "/corrections, admin, 201",
        "/corrections, program, 201",
        "/corrections, guard, 403",
        "/corrections, inspector, 403",
        "/corrections, privacy-officer, 403",
        "/corrections/1/undo, site-manager, 201",
        "/corrections/1/undo, guard, 403",
        "/forgivings, site-manager, 201",
        "/forgivings, guard, 403",
    })
    void isForThoseWhoMay(String path, String role, int status) throws Exception {
        server.presence.doubleEntries.add(doubleEntry(Optional.empty()));
        post("admin", PATH + "/corrections", BODY);
        String body = switch (path) {
            case "/corrections" -> BODY;
            case "/forgivings" -> "{\"card\": \"4388261\", \"reason\": \"why\"}";
            default -> "{\"reason\": \"why\"}";
        };
        HttpResponse<String> response = post(role, PATH + path, body);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type"))
                .hasValue(status == 201 ? "application/json" : "application/problem+json");
        assertThat(server.presence.stated).hasSize(status == 201 ? 2 : 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/corrections", "/check-outs", "/double-entries"})
    void isReadByAnybodyWhoIsLoggedInAndNobodyElse(String path) throws Exception {
        assertThat(server.get(PATH + path, "Cookie", server.session("vakt", "guard"))
                        .statusCode())
                .isEqualTo(200);
        assertThat(server.get(PATH + path).statusCode()).isEqualTo(401);
        assertThat(server.get("/api/v1/sites/nowhere/presence" + path, "Cookie", server.session("vakt", "guard"))
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void tellsOfCheckOutsThatTheyAreAutomaticAndWhatSupersededThem() throws Exception {
        server.presence.checkOuts.add(checkOut(Optional.empty()));
        server.presence.checkOuts.add(checkOut(
                Optional.of(new Contradiction(TestServer.NOW, Direction.OUT, Optional.of("south"), Optional.empty()))));
        JsonNode rows = get("guard", PATH + "/check-outs").path("checkOuts");
        assertThat(rows).hasSize(2);
        assertThat(rows.get(0).path("automatic").asBoolean()).isTrue();
        assertThat(rows.get(0).path("cardNumber").asText()).isEqualTo("43***61");
        assertThat(rows.get(0).path("superseded").asBoolean()).isFalse();
        assertThat(rows.get(1).path("supersededBy").path("gate").asText()).isEqualTo("south");

        JsonNode presence = get("guard", "/api/v1/presence?site=bjorvika");
        assertThat(presence.path("checkedOut")).hasSize(1);
        assertThat(get("guard", "/api/v1/presence?site=other").path("checkedOut"))
                .isEmpty();
    }

    @Test
    void tellsOfDoubleEntriesThatAreOpen() throws Exception {
        server.presence.doubleEntries.add(doubleEntry(Optional.empty()));
        server.presence.doubleEntries.add(doubleEntry(Optional.of(3L)));
        assertThat(get("guard", PATH + "/double-entries").path("doubleEntries")).hasSize(2);
        JsonNode open = get("site-manager", "/api/v1/presence").path("doubleEntries");
        assertThat(open).hasSize(1);
        assertThat(open.get(0).path("cardNumber").asText()).isEqualTo("4388261");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"OUT\" | \"GONE\" | direction",
                "\"NO 438 8261\" | \"43***61\" | card",
                "\"2026-11-23T15:30:00+01:00\" | \"2026-11-23T15:30:00\" | at",
                "\"2026-11-23T15:30:00+01:00\" | \"2026-11-24T06:55:01+01:00\" | past",
                "\"2026-11-23T15:30:00+01:00\" | \"2026-08-01T00:00:00Z\" | 90",
                "\"seen leaving with the lorry\" | \" \" | reason",
                "\"reason\" | \"raeson\" | reason",
                "\"card\": | \"uid\": \"04a1b2c3d4e5f6\", \"card\": | card",
                "\"OUT\" | \"OUT\", \"direction\": \"IN\" | direction",
                "\"OUT\" | 1 | direction",
            })
    void namesWhatIsWrong(String right, String wrong, String named) throws Exception {
        HttpResponse<String> response = post("admin", PATH + "/corrections", BODY.replace(right, wrong));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
        assertThat(response.body()).contains(named);
        assertThat(server.presence.stated).isEmpty();
    }

    @Test
    void saysWhatElseIsWrong() throws Exception {
        assertThat(post("admin", "/api/v1/sites/nowhere/presence/corrections", BODY)
                        .statusCode())
                .isEqualTo(404);
        assertThat(server.send(server.request(PATH + "/corrections")
                                .header("Authorization", "Bearer " + server.accounts.createToken("a", "admin"))
                                .POST(BodyPublishers.ofString(BODY)))
                        .statusCode())
                .isEqualTo(415);
        server.presence.up = false;
        HttpResponse<String> down = post("admin", PATH + "/corrections", BODY);
        assertThat(down.statusCode()).isEqualTo(503);
        assertThat(down.headers().firstValue("Retry-After")).isPresent();
    }

    @Test
    void pagesTheLogOfCorrections() throws Exception {
        for (int i = 0; i < 3; i++) {
            post("admin", PATH + "/corrections", BODY);
        }
        JsonNode first = get("admin", PATH + "/corrections?limit=2");
        assertThat(first.path("corrections").get(0).path("id").asLong()).isEqualTo(3);
        JsonNode second = get(
                "admin",
                PATH + "/corrections?limit=2&before=" + first.path("next").asLong());
        assertThat(second.path("corrections").get(0).path("id").asLong()).isOne();
        assertThat(second.has("next")).isFalse();
    }

    @Test
    void documentsEachField() throws Exception {
        JsonNode schemas = new YAMLMapper()
                .readTree(server.get("/openapi").body())
                .path("components")
                .path("schemas");
        Map.of(
                        "PresenceCorrection", PresenceJson.Correction.class,
                        "CheckOut", PresenceJson.CheckOut.class,
                        "DoubleEntry", PresenceJson.DoubleEntry.class)
                .forEach((name, type) -> {
                    List<String> documented = new ArrayList<>();
                    schemas.path(name).path("properties").fieldNames().forEachRemaining(documented::add);
                    assertThat(documented)
                            .as(name)
                            .containsExactlyInAnyOrder(Arrays.stream(type.getRecordComponents())
                                    .map(RecordComponent::getName)
                                    .toArray(String[]::new));
                });
    }
}
