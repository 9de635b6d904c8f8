package portvakt.server.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import portvakt.protocol.CardStatus;
import portvakt.protocol.pass.HolderKind;
import portvakt.protocol.pass.Pass;
import portvakt.protocol.pass.PassCode;
import portvakt.protocol.pass.PassNumber;
import portvakt.server.port.StatusChange;

/** Who may issue passes can, gets a code that says what was asked for, and can take it back; nobody else can. */
class PassApiTest {

    private static final String SITE = "/api/v1/sites/bjorvika/passes";
    private static final String EXAMPLE = SITE + "/" + FakePasses.EXAMPLE.digits();
    private static final String WISH = "{\"kind\": \"PLACEMENT\", \"validFrom\": \"2026-11-24T05:00:00Z\","
            + " \"validUntil\": \"2026-12-24T05:00:00Z\", \"note\": \"Elev, uke 48\"}";

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

    private HttpRequest.Builder as(String role, HttpRequest.Builder request) {
        return request.header("Authorization", "Bearer " + server.accounts.createToken("crm", role));
    }

    private HttpResponse<String> post(String body) throws Exception {
        return server.send(as("program", server.request(SITE))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body)));
    }

    private HttpResponse<String> get(String path) throws Exception {
        return server.send(as("program", server.request(path)));
    }

    private HttpResponse<String> delete(String path) throws Exception {
        return server.send(as("program", server.request(path)).DELETE());
    }

    private static JsonNode json(HttpResponse<String> response) throws Exception {
        return Json.MAPPER.readTree(response.body());
    }

    private static void assertProblem(HttpResponse<String> response, int status, String word) throws Exception {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(json(response).path("detail").asText()).contains(word).endsWith(".");
    }

    @Test
    void aPassIsIssuedAndItsCodeSaysWhatWasAskedFor() throws Exception {
        HttpResponse<String> issued = post(WISH);
        assertThat(issued.statusCode()).as(issued.body()).isEqualTo(201);
        JsonNode pass = json(issued);
        String number = pass.path("number").asText();
        assertThat(issued.headers().firstValue("Location")).hasValue(SITE + "/" + number);
        assertThat(pass.path("state").asText()).isEqualTo("OPEN");
        assertThat(pass.path("issuedBy").asText()).isEqualTo("crm");
        assertThat(pass.path("note").asText()).isEqualTo("Elev, uke 48");
        String code = pass.path("code").asText();
        assertThat(PassCode.read(code).prove(server.passKeys.pair.getPublic()))
                .isEqualTo(new Pass(
                        "bjorvika",
                        new PassNumber(number),
                        HolderKind.PLACEMENT,
                        Instant.parse("2026-11-24T05:00:00Z"),
                        Instant.parse("2026-12-24T05:00:00Z")));

        assertThat(json(get(SITE + "/" + number))).isEqualTo(pass);
        JsonNode listed = json(get(SITE)).path("passes");
        assertThat(listed).hasSize(2);
        assertThat(listed.get(0).path("number").asText()).isEqualTo(number);
        assertThat(listed.get(0).has("code")).as("a list opens nothing").isFalse();
        HttpResponse<byte[]> picture = server.client.send(
                as("program", server.request(SITE + "/" + number + "/code.png")).build(), BodyHandlers.ofByteArray());
        assertThat(picture.headers().firstValue("Content-Type")).hasValue("image/png");
        assertThat(QrPictureTest.read(picture.body())).isEqualTo(code);
    }

    @Test
    void twoPassesHaveTwoNumbers() throws Exception {
        assertThat(json(post(WISH)).path("number").asText())
                .isNotEqualTo(json(post(WISH)).path("number").asText());
    }

    @Test
    void aWithdrawnPassIsOnTheSitesListAndItsCodeIsShownNoMore() throws Exception {
        assertThat(delete(EXAMPLE + "?reason=lost").statusCode()).isEqualTo(204);
        StatusChange change = server.register.all.getFirst();
        assertThat(change.list()).isEqualTo("site-bjorvika");
        assertThat(change.card()).isEqualTo(FakePasses.EXAMPLE.card());
        assertThat(change.status()).isEqualTo(CardStatus.REVOKED);
        assertThat(change.account()).contains("crm");
        assertThat(change.reason()).contains("lost");
        JsonNode pass = json(get(EXAMPLE));
        assertThat(pass.path("state").asText()).isEqualTo("WITHDRAWN");
        assertThat(pass.path("withdrawnAt").asText()).isEqualTo("2026-11-24T05:55:00Z");
        assertThat(pass.has("code")).isFalse();
        assertProblem(get(EXAMPLE + "/code.png"), 410, "opens no more");

        assertThat(delete(EXAMPLE).statusCode()).as("again").isEqualTo(204);
        assertThat(server.register.all).hasSize(1);
    }

    @Test
    void pagesFollowEachOther() throws Exception {
        post(WISH);
        post(WISH);
        JsonNode first = json(get(SITE + "?limit=2"));
        assertThat(first.path("passes")).hasSize(2);
        JsonNode second =
                json(get(SITE + "?limit=2&before=" + first.path("next").asLong()));
        assertThat(second.path("passes")).hasSize(1);
        assertThat(second.path("passes").get(0).path("number").asText()).isEqualTo(FakePasses.EXAMPLE.digits());
        assertThat(second.has("next")).isFalse();
        assertProblem(get(SITE + "?limit=0"), 400, "1 to 1000");
        assertProblem(get(SITE + "?before=x"), 400, "has to be a number");
        assertProblem(get(SITE + "?page=2"), 400, "page");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "PLACEMENT | VISIT | has to be CARD_ON_ORDER",
                "2026-11-24T05:00:00Z | tomorrow | instants such as",
                "2026-12-24T05:00:00Z | 2026-11-24T05:00:00Z | instants such as",
                "2026-12-24T05:00:00Z | 2026-11-24T05:54:00Z | over already",
                "2026-12-24T05:00:00Z | 2028-12-24T05:00:00Z | 366",
                "Elev, uke 48 | 010170 12345 | national identity number",
                "kind | type | has to be JSON",
                "\"Elev, uke 48\" | 7 | has to be JSON",
                "} | }} | has to be JSON",
            })
    void whatIsWrongIsSaidAndNothingIsIssued(String right, String wrong, String word) throws Exception {
        assertProblem(post(WISH.replace(right, wrong)), 400, word);
        assertThat(json(get(SITE)).path("passes")).hasSize(1);
    }

    @Test
    void whereThereIsNoListNoPassIsIssued() throws Exception {
        assertProblem(get("/api/v1/sites/fornebu/passes"), 404, "list of its own");
        assertProblem(get(SITE + "/9999999999999999"), 404, "no pass of that number");
        assertProblem(get(SITE + "/4388261"), 404, "no pass of that number");
        assertProblem(delete(SITE + "/9999999999999999"), 404, "no pass of that number");
    }

    @Test
    void guardsAndInspectorsMayNot() throws Exception {
        for (String role : new String[] {"guard", "inspector", "privacy-officer"}) {
            assertProblem(server.send(as(role, server.request(SITE))), 403, "Your account");
            assertProblem(server.send(as(role, server.request(EXAMPLE)).DELETE()), 403, "Your account");
        }
        assertThat(server.register.all).isEmpty();
    }

    @Test
    void aBrokenDatabaseIsSaidToBeOne() throws Exception {
        server.passes.broken = true;
        HttpResponse<String> response = post(WISH);
        assertProblem(response, 503, "in a moment");
        assertThat(response.headers().firstValue("Retry-After")).hasValue("5");
    }
}
