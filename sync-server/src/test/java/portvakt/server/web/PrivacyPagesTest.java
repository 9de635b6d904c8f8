package portvakt.server.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.text.PDFTextStripper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import portvakt.protocol.CardNumber;
import portvakt.server.port.AccessAudit.Kind;
import portvakt.server.port.Erasure;
import portvakt.server.port.PersonalData.Item;
import portvakt.server.port.PersonalData.Part;
import portvakt.server.port.SiteList.Source;

/** What people may ask for by law is taken down, answered in time and carried out, by pages and by the API. */
class PrivacyPagesTest {

    private static final String PERSON = "/privacy/bjorvika/persons/4388261";
    private static final CardNumber OLA = new CardNumber("4388261");

    @TempDir
    private Path folder;

    private TestServer server;
    private String cookie;

    @BeforeEach
    void start() throws Exception {
        server = new TestServer(folder);
        cookie = server.session("olav", "privacy-officer");
        server.privacy.held.put(
                "bjorvika 4388261",
                List.of(
                        new Item(
                                Part.LOG,
                                Optional.of(TestServer.NOW.minusSeconds(60)),
                                "AccessTaken",
                                new TreeMap<>(
                                        Map.of("row_number", "1", "gate", "north", "holder_name", "Ola Nordmann"))),
                        new Item(
                                Part.SITE_LIST,
                                Optional.of(TestServer.NOW.minusSeconds(90)),
                                "ADDED",
                                new TreeMap<>(Map.of("row_number", "1", "name", "Ola Nordmann")))));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private String page(String path) throws Exception {
        return server.get(path, "Cookie", cookie, "Accept-Language", "en").body();
    }

    private HttpResponse<String> post(String path, String... fields) throws Exception {
        Map<String, String> form = new HashMap<>();
        form.put("form-token", FormToken.of(cookie.substring(cookie.indexOf('=') + 1)));
        for (int i = 0; i < fields.length; i += 2) {
            form.put(fields[i], fields[i + 1]);
        }
        return server.post(PERSON + path, cookie, form);
    }

    @Test
    void aPersonIsFoundByCardAndByPass() throws Exception {
        HttpResponse<String> card = server.get("/privacy?site=bjorvika&card=NO%204388261", "Cookie", cookie);
        assertThat(card.headers().firstValue("Location")).contains(PERSON);
        HttpResponse<String> pass =
                server.get("/privacy?site=bjorvika&card=" + FakePasses.EXAMPLE.digits(), "Cookie", cookie);
        assertThat(pass.headers().firstValue("Location").orElseThrow()).endsWith(FakePasses.EXAMPLE.digits());
        assertThat(page("/privacy?site=bjorvika&card=Ola")).contains("role=\"alert\"");
    }

    @Test
    void accessIsOneFileWithEverythingAndSaysWhoLooked() throws Exception {
        server.get("/log?site=bjorvika&card=4388261", "Cookie", server.session("kari", "site-manager"));
        String page = page(PERSON);
        assertThat(page).contains("Ola Nordmann", "Went through", "kari", "90 days after the passage");
        HttpResponse<String> file = server.get(PERSON + "/file", "Cookie", cookie, "Accept-Language", "en");
        assertThat(file.headers().firstValue("Content-Disposition").orElseThrow())
                .contains("attachment");
        assertThat(file.body())
                .contains("What is held about 4388261", "Ola Nordmann", "kari", "by olav")
                .doesNotContain("<form", "/static/");
        JsonNode json =
                Json.MAPPER.readTree(server.get("/api/v1/sites/bjorvika/privacy/persons/4388261", "Cookie", cookie)
                        .body());
        assertThat(json.path("card").asText()).isEqualTo("4388261");
        assertThat(json.path("items").findValuesAsText("holder_name")).containsExactly("Ola Nordmann");
        assertThat(json.path("viewed").findValuesAsText("account")).contains("kari", "olav");
        assertThat(server.audit.reads().getLast().kind()).isEqualTo(Kind.PRIVACY);
        assertThat(server.audit.reads().getLast().card()).contains("4388261");
    }

    @Test
    void aRequestIsDueInAMonthAndDecidedOnce() throws Exception {
        assertThat(post("/cases", "kind", "OBJECTION", "receivedOn", "2026-10-31", "grounds", "My shift is watched")
                        .statusCode())
                .isEqualTo(303);
        assertThat(server.privacy.open("bjorvika").getFirst().dueOn()).isEqualTo(LocalDate.of(2026, 11, 30));
        assertThat(page("/privacy?site=bjorvika")).contains("Objection", "6 days left", "My shift is watched");
        server.now = TestServer.NOW.plus(Duration.ofDays(8));
        assertThat(page("/privacy?site=bjorvika")).contains("2 days late");

        assertThat(post("/cases/1", "decision", "REFUSED", "answer", "").statusCode())
                .isEqualTo(422);
        assertThat(post("/cases/1", "decision", "REFUSED", "answer", "The gate does not measure shifts")
                        .statusCode())
                .isEqualTo(303);
        assertThat(post("/cases/1", "decision", "GRANTED", "answer", "again").statusCode())
                .isEqualTo(422);
        assertThat(page("/privacy?site=bjorvika")).contains("No request waits");
        assertThat(page(PERSON)).contains("Refused by olav", "The gate does not measure shifts", "My shift is watched");
    }

    @Test
    void whatIsNoRequestIsRefused() throws Exception {
        for (String[] wrong : List.of(
                new String[] {"kind", "GOSSIP", "receivedOn", "2026-11-24", "grounds", "x"},
                new String[] {"kind", "ACCESS", "receivedOn", "2026-11-25", "grounds", "x"},
                new String[] {"kind", "ACCESS", "receivedOn", "2026-11-24", "grounds", "31019012345"},
                new String[] {"kind", "ACCESS", "receivedOn", "2026-11-24", "grounds", "x".repeat(1001)})) {
            assertThat(post("/cases", wrong).statusCode()).isEqualTo(422);
        }
        assertThat(server.privacy.open("bjorvika")).isEmpty();
    }

    @Test
    void aRestrictionIsShownWhereverThePersonAppears() throws Exception {
        new SampleDay(server).commit();
        server.siteList.add("bjorvika", SamplePeople.ola(), Source.HAND, "kari", TestServer.NOW);
        assertThat(post("/restriction", "reason", "disputes a refusal").statusCode())
                .isEqualTo(303);
        String manager = server.session("kari", "site-manager");
        for (String path : List.of("/", "/log", "/presence?site=bjorvika", "/site-list?site=bjorvika")) {
            String shown =
                    server.get(path, "Cookie", manager, "Accept-Language", "en").body();
            if (shown.contains("4388261")) {
                assertThat(shown).as(path).contains("Data restricted since").doesNotContain("disputes a refusal");
            }
        }
        assertThat(server.get("/log?card=4388261", "Cookie", manager, "Accept-Language", "en")
                        .body())
                .contains("Data restricted since");
        assertThat(server.get("/site-list?site=bjorvika", "Cookie", manager, "Accept-Language", "en")
                        .body())
                .contains("Data restricted since");
        server.siteList.makeLink("bjorvika", TestServer.NOW.plusSeconds(60), "kari", TestServer.NOW);
        assertThat(server.get("/inspect/secret-1", "Accept-Language", "en").body())
                .contains("Data restricted since")
                .doesNotContain("disputes a refusal");
        byte[] pdf = server.client
                .send(
                        server.request("/api/v1/sites/bjorvika/site-list/export")
                                .headers("Cookie", manager, "Accept-Language", "en")
                                .build(),
                        HttpResponse.BodyHandlers.ofByteArray())
                .body();
        try (PDDocument document = Loader.loadPDF(pdf)) {
            assertThat(new PDFTextStripper().getText(document).replaceAll("\\s+", " "))
                    .contains("Data restricted since")
                    .doesNotContain("disputes a refusal");
        }
        assertThat(page("/log")).contains("disputes a refusal");
        assertThat(page("/privacy?site=bjorvika")).contains("disputes a refusal", "4388261");

        assertThat(post("/erasure", "reason", "asked").statusCode()).isEqualTo(422);
        assertThat(server.erasure.told).isEmpty();
        assertThat(post("/restriction/lift").statusCode()).isEqualTo(303);
        assertThat(post("/restriction/lift").statusCode()).isEqualTo(422);
        assertThat(server.get("/log?card=4388261", "Cookie", manager, "Accept-Language", "en")
                        .body())
                .doesNotContain("Data restricted since");
    }

    @Test
    void aCorrectionStandsBesideTheRowThatStays() throws Exception {
        server.row("AccessTaken", "north", 1, TestServer.NOW)
                .holder("4388261", "Ola Nordmann", "Bygg AS")
                .commit();
        assertThat(post("/corrections", "row", "LOG-1", "words", "It was my brother")
                        .statusCode())
                .isEqualTo(303);
        assertThat(page("/log")).contains("Ola Nordmann", "Corrected: It was my brother (olav");
        assertThat(page(PERSON)).contains("Corrected: It was my brother");
        assertThat(post("/corrections", "row", "LOG-2", "words", "x").statusCode())
                .isEqualTo(422);
        assertThat(post("/corrections", "row", "LOG", "words", "x").statusCode())
                .isEqualTo(422);
        assertThat(page(PERSON)).contains("corrected at the register");
    }

    @Test
    void erasureRunsWhenItIsLawfulAndElseSaysFromWhen() throws Exception {
        assertThat(page(PERSON)).contains("until six months after the building work, which goes on");
        server.siteList.state(
                "bjorvika", "Kaia 1", "X AS", Optional.of(LocalDate.of(2026, 8, 31)), "kari", TestServer.NOW);
        assertThat(page(PERSON)).contains("until it may go on 1 Mar 2027");
        assertThat(post("/erasure", "reason", "objection was granted").statusCode())
                .isEqualTo(303);
        assertThat(server.erasure.told)
                .extracting(FakeErasure.Told::scope)
                .containsExactly(new Erasure.Scope("bjorvika", Optional.of(OLA), Optional.empty()));
        server.erasure.onSite = true;
        assertThat(post("/erasure", "reason", "again").body()).contains("brann");
    }

    private HttpResponse<String> api(String method, String path, String body) throws Exception {
        return server.send(server.request("/api/v1/sites/bjorvika/privacy" + path)
                .header("Authorization", "Bearer " + server.accounts.createToken("office", "privacy-officer"))
                .method(
                        method,
                        body.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body)));
    }

    @Test
    void aProgramMayDoTheSame() throws Exception {
        String person = "/persons/4388261";
        HttpResponse<String> opened = api(
                "POST",
                person + "/cases",
                "{\"kind\":\"ACCESS\",\"receivedOn\":\"2026-11-24\",\"grounds\":\"wants a copy\"}");
        assertThat(opened.statusCode()).isEqualTo(201);
        assertThat(opened.body()).contains("\"card\":\"4388261\"", "\"dueOn\":\"2026-12-24\"");
        assertThat(api("GET", "/cases", "").body()).contains("wants a copy");
        assertThat(api("POST", "/cases/1/decision", "{\"decision\":\"GRANTED\",\"answer\":\"sent\"}")
                        .statusCode())
                .isEqualTo(200);
        assertThat(api("POST", "/cases/1/decision", "{\"decision\":\"GRANTED\",\"answer\":\"sent\"}")
                        .statusCode())
                .isEqualTo(404);
        assertThat(api("PUT", person + "/restriction", "{\"reason\":\"disputed\"}")
                        .statusCode())
                .isEqualTo(200);
        assertThat(server.privacy.frozen("bjorvika")).containsOnlyKeys(OLA);
        assertThat(api("DELETE", person + "/restriction", "").statusCode()).isEqualTo(204);
        assertThat(api("DELETE", person + "/restriction", "").statusCode()).isEqualTo(404);
        assertThat(api("POST", person + "/corrections", "{\"about\":\"LOG\",\"row\":\"1\",\"words\":\"not me\"}")
                        .statusCode())
                .isEqualTo(201);
        assertThat(api("POST", person + "/corrections", "{\"about\":\"LOG\",\"row\":\"9\",\"words\":\"not me\"}")
                        .statusCode())
                .isEqualTo(404);
        assertThat(api("POST", person + "/corrections", "{\"row\":9}").statusCode())
                .isEqualTo(400);
    }
}
