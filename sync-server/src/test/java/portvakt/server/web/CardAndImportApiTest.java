package portvakt.server.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import portvakt.protocol.CardStatus;

/** Who may change which list can, by card or by file, and is told exactly what was wrong; nothing is changed by halves. */
class CardAndImportApiTest {

    private static final String CARD = "/api/v1/lists/site-bjorvika/cards/4388261";
    private static final String FILE = "/api/v1/lists/hms-kort/imports";
    private static final String BAN = "{\"status\": \"REVOKED\", \"reason\": \"lost\"}";

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

    private HttpResponse<String> send(String role, HttpRequest.Builder request) throws Exception {
        return server.send(request.header("Authorization", "Bearer " + server.accounts.createToken("olga", role)));
    }

    private HttpResponse<String> put(String path, String body) throws Exception {
        return send(
                "site-manager",
                server.request(path).header("Content-Type", "application/json").PUT(BodyPublishers.ofString(body)));
    }

    private HttpResponse<String> file(String role, String query, String text) throws Exception {
        return send(
                role,
                server.request(FILE + query)
                        .header("Content-Type", "text/csv; charset=utf-8")
                        .POST(BodyPublishers.ofString(text)));
    }

    private static JsonNode json(HttpResponse<String> response) throws Exception {
        return Json.MAPPER.readTree(response.body());
    }

    private static void assertProblem(HttpResponse<String> response, int status, String... words) throws Exception {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(json(response).path("detail").asText()).contains(words).endsWith(".");
    }

    @Test
    void bansACardAndLetsItGo() throws Exception {
        assertThat(json(put(CARD, BAN)).path("status").asText()).isEqualTo("REVOKED");
        assertThat(server.register.all.getFirst()).satisfies(change -> {
            assertThat(change.list()).isEqualTo("site-bjorvika");
            assertThat(change.account()).hasValue("olga");
            assertThat(change.reason()).hasValue("lost");
        });
        JsonNode read = server.api(CARD);
        assertThat(read.path("history").get(0).path("reason").asText()).isEqualTo("lost");
        assertThat(read.path("history").get(0).path("card").asText()).isEqualTo("4388261");
        assertThat(send("admin", server.request(CARD + "?reason=found").DELETE())
                        .statusCode())
                .isEqualTo(204);
        assertThat(server.api(CARD).path("status").asText()).isEqualTo("VALID");
        assertThat(server.register.all.getLast().eventTime())
                .as("what was said last counts, also in the same millisecond")
                .isAfter(server.register.all.getFirst().eventTime());
    }

    @Test
    void leavesTheRegistersListToTheRegister() throws Exception {
        assertProblem(put("/api/v1/lists/hms-kort/cards/4388261", BAN), 403, "register alone", "site-<site>");
        assertThat(server.register.all).isEmpty();
        assertThat(server.records.notes)
                .singleElement()
                .satisfies(note -> assertThat(note.account()).hasValue("olga"));
    }

    @Test
    void namesWhatIsWrong() throws Exception {
        assertProblem(put(CARD, "{\"status\": \"LOST\", \"reason\": \"x\"}"), 400, "SUSPENDED");
        assertProblem(put(CARD, "{\"status\": \"REVOKED\"}"), 400, "reason");
        assertProblem(put(CARD, "{\"status\": \"REVOKED\", \"reason\": \"" + "x".repeat(301) + "\"}"), 400, "300");
        assertProblem(put("/api/v1/lists/site-bjorvika/cards/12", BAN), 400, "card number");
        assertProblem(put("/api/v1/lists/site-nowhere/cards/4388261", BAN), 404, "no list");
        assertProblem(send("guard", server.request(CARD).GET()), 403, "Your account");
        server.register.broken = true;
        assertProblem(put(CARD, BAN), 503, "again");
        assertThat(server.register.all).isEmpty();
    }

    @Test
    void tellsWhatAFileWouldChangeAndThenChangesIt() throws Exception {
        String text =
                "\uFEFFstatus;card_number;event_time;reason\r\nREVOKED;4388261;2026-03-02T07:00:00+01:00;\"left; for good\"\r\n"
                        + "suspended;7654321;2026-03-02T07:00:00Z;\r\nVALID;1111111;;";
        JsonNode plan = json(file("program", "", text));
        assertThat(plan.path("applied").asBoolean()).isFalse();
        assertThat(plan.path("added").asInt()).isEqualTo(2);
        assertThat(plan.path("unchanged").asInt()).isEqualTo(1);
        assertThat(server.register.all).isEmpty();

        assertThat(json(file("program", "?dryRun=false", text)).path("applied").asBoolean())
                .isTrue();
        assertThat(server.register.all)
                .hasSize(2)
                .allSatisfy(change -> assertThat(change.source()).isEqualTo("csv-import"));
        assertThat(server.register.all.getFirst().reason()).hasValue("left; for good");
        JsonNode again = json(file("program", "?dryRun=false", text));
        assertThat(again.path("unchanged").asInt()).isEqualTo(3);
        assertThat(server.register.all).hasSize(2);

        JsonNode whole = json(file("program", "?dryRun=false&full=true", "card_number,status\n4388261,REVOKED\n"));
        assertThat(whole.path("removed").asInt()).isEqualTo(1);
        assertThat(server.register.all.getLast().status()).isEqualTo(CardStatus.VALID);
    }

    @Test
    void takesAFileWholeOrNotAtAll() throws Exception {
        String text = "card_number,status\n4388261,REVOKED\n438,REVOKED\n7654321,LOST\n4388261,VALID\n1,2,3\n";
        HttpResponse<String> refused = file("admin", "?dryRun=false", text);
        assertProblem(refused, 422, "4 rows");
        JsonNode faults = json(refused).path("report").path("faults");
        assertThat(faults).extracting(fault -> fault.path("line").asInt()).containsExactly(3, 4, 5, 6);
        assertThat(faults.get(2).path("cause").asText()).contains("line 2");
        assertThat(server.register.all).isEmpty();
        assertProblem(file("admin", "", "number,state\n"), 400, "card_number, status");
        assertProblem(file("site-manager", "", "card_number,status\n"), 403, "administrators");
        assertProblem(file("admin", "?dryRun=maybe", "card_number,status\n"), 400, "true or false");
        assertProblem(
                send(
                        "admin",
                        server.request(FILE)
                                .header("Content-Type", "text/csv")
                                .POST(BodyPublishers.ofByteArray(
                                        "card_number,status\nblåbær,VALID\n".getBytes(StandardCharsets.ISO_8859_1)))),
                400,
                "UTF-8");
    }

    @Test
    void holdsAFileThatFreesManyCardsAtOnce() throws Exception {
        StringBuilder all = new StringBuilder("card_number,status,event_time\n");
        for (int i = 0; i < 3000; i++) {
            all.append(1_000_000 + i).append(",REVOKED,2026-03-02T07:00:00Z\n");
        }
        // Far larger than what other bodies may be.
        assertThat(file("program", "?dryRun=false", all.toString()).statusCode())
                .isEqualTo(200);
        String one = "card_number,status\n1000000,REVOKED\n";
        assertThat(json(file("program", "?full=true", one))
                        .path("needsConfirmation")
                        .asBoolean())
                .isTrue();
        assertProblem(file("program", "?full=true&dryRun=false", one), 409, "released=2999");
        assertThat(server.register.all).hasSize(3000);
        assertThat(file("program", "?full=true&dryRun=false&released=2999", one).statusCode())
                .isEqualTo(200);
        assertThat(server.register.all).hasSize(5999);
    }
}
