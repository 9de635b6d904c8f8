package portvakt.server.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.text.PDFTextStripper;
import org.dhatim.fastexcel.reader.Cell;
import org.dhatim.fastexcel.reader.ReadableWorkbook;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import portvakt.protocol.CardNumber;
import portvakt.server.port.AccessAudit.Kind;
import portvakt.server.port.AccessAudit.Read;
import portvakt.server.port.SiteList.Seen;
import portvakt.server.port.SiteList.Source;
import portvakt.server.port.SiteList.Version;

/** The site's list is kept on its page and by the API, and handed to an inspector by a link. */
class SiteListPageTest {

    @TempDir
    private Path folder;

    private TestServer server;
    private String cookie;

    @BeforeEach
    void start() throws Exception {
        server = new TestServer(folder);
        cookie = server.session("kari", "site-manager");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private String page() throws Exception {
        return server.get("/site-list?site=bjorvika", "Cookie", cookie, "Accept-Language", "en")
                .body();
    }

    private HttpResponse<String> post(String path, String... fields) throws Exception {
        Map<String, String> form = new HashMap<>();
        form.put("form-token", FormToken.of(cookie.substring(cookie.indexOf('=') + 1)));
        form.put("site", "bjorvika");
        for (int i = 0; i < fields.length; i += 2) {
            form.put(fields[i], fields[i + 1]);
        }
        return server.post(path, cookie, form);
    }

    private HttpResponse<String> add(String... changes) throws Exception {
        Map<String, String> fields = new HashMap<>(PersonFields.of(SamplePeople.ola()));
        for (int i = 0; i < changes.length; i += 2) {
            fields.put(changes[i], changes[i + 1]);
        }
        return post(
                "/site-list/rows",
                fields.entrySet().stream()
                        .flatMap(each -> java.util.stream.Stream.of(each.getKey(), each.getValue()))
                        .toArray(String[]::new));
    }

    @Test
    void aPersonIsAddedChangedAndRemoved() throws Exception {
        assertThat(add().statusCode()).isEqualTo(303);
        assertThat(page()).contains("Ola Nordmann", "31 Jan 1990", "974 760 673", "4388261", "One person");
        Version row = server.siteList.rows("bjorvika").getFirst();
        assertThat(row.author()).isEqualTo("kari");

        String url = "/site-list/bjorvika/rows/" + row.row();
        Map<String, String> changed = new HashMap<>(PersonFields.of(SamplePeople.employee("Ola Berg", "")));
        changed.put("form-token", FormToken.of(cookie.substring(cookie.indexOf('=') + 1)));
        assertThat(server.post(url, cookie, changed).statusCode()).isEqualTo(303);
        assertThat(server.get(url, "Cookie", cookie, "Accept-Language", "en").body())
                .contains("Ola Berg", "Ola Nordmann", "Changed by kari", "Added by kari", "On order");
        assertThat(post(url + "/remove").statusCode()).isEqualTo(303);
        assertThat(page()).contains("Nobody is on the list yet").doesNotContain("Ola Berg");
        assertThat(server.get(url, "Cookie", cookie, "Accept-Language", "en").body())
                .contains("removed from the list", "Ola Nordmann");
        assertThat(post(url + "/remove").statusCode()).isEqualTo(404);
    }

    @Test
    void whatIsWrongIsSaidAndNothingLost() throws Exception {
        HttpResponse<String> refused = add("birthDate", "1990-02-31", "organisationNumber", "974760674");
        assertThat(refused.statusCode()).isEqualTo(422);
        assertThat(refused.body()).contains("role=\"alert\"", "Ola Nordmann", "aria-invalid=\"true\"");
        assertThat(add("name", "31019012345").body()).contains("f\u00f8dselsnummer");
        assertThat(server.siteList.rows("bjorvika")).isEmpty();
        add();
        assertThat(add("name", "Somebody Else").statusCode()).isEqualTo(422);
        assertThat(server.siteList.rows("bjorvika")).hasSize(1);
    }

    @Test
    void whoWasSeenAtAGateIsProposedAndTakenOver() throws Exception {
        server.siteList.seen.put(
                "bjorvika", List.of(new Seen(new CardNumber("4388261"), "Ola Nordmann", Optional.of("Fjordbygg AS"))));
        String page = page();
        assertThat(page).contains("Seen at a gate, not on the list");
        Matcher link = Pattern.compile("href=\"(/site-list\\?site=bjorvika&amp;name=[^\"#]+)")
                .matcher(page);
        assertThat(link.find()).isTrue();
        String filled = server.get(link.group(1).replace("&amp;", "&"), "Cookie", cookie, "Accept-Language", "en")
                .body();
        assertThat(filled).contains("value=\"Ola Nordmann\"", "value=\"4388261\"");
        add();
        assertThat(server.siteList.rows("bjorvika").getFirst().source()).isEqualTo(Source.GATE);
        assertThat(page()).doesNotContain("Seen at a gate, not on the list");
    }

    @Test
    void theSiteIsDescribedAndTheListCheckedEachDay() throws Exception {
        assertThat(page()).contains("Not given yet", "Not checked today");
        assertThat(post("/site-list/facts", "address", "Kaia 1", "client", "Bygg-Eier AS", "endedOn", "")
                        .statusCode())
                .isEqualTo(303);
        assertThat(post("/site-list/facts", "address", "", "client", "x").statusCode())
                .isEqualTo(422);
        assertThat(post("/site-list/facts", "address", "Kaia 1", "client", "x", "endedOn", "2026-11-25")
                        .statusCode())
                .isEqualTo(422);
        post("/site-list/check");
        assertThat(page()).contains("Kaia 1", "Bygg-Eier AS", "Checked by kari").doesNotContain("Not checked today");
        server.now = TestServer.NOW.plus(Duration.ofDays(1));
        assertThat(page()).contains("Not checked today", "Checked by kari");
    }

    @Test
    void aFileIsTakenWholeOrNotAtAll() throws Exception {
        String head = "name;birthDate;employer;organisationNumber\n";
        String good = "Ola;1990-01-31;Fjordbygg AS;974760673\n";
        HttpResponse<String> refused =
                post("/site-list/import", "csv", head + good + "Per;1990-01-32;Fjordbygg AS;974760673\n");
        assertThat(refused.statusCode()).isEqualTo(422);
        assertThat(refused.body()).contains("Linje 3, F\u00f8dselsdato", "Ola;1990-01-31");
        assertThat(server.siteList.rows("bjorvika")).isEmpty();
        // Larger than other forms may be.
        HttpResponse<String> taken = post("/site-list/import", "csv", head + good.repeat(1000));
        assertThat(taken.statusCode()).isEqualTo(303);
        assertThat(server.get(taken.headers().firstValue("Location").orElseThrow(), "Cookie", cookie)
                        .body())
                .contains("lagt til");
        assertThat(server.siteList.rows("bjorvika")).hasSize(1000);
    }

    @Test
    void aLinkShowsTheListAloneUntilItRunsOut() throws Exception {
        add();
        assertThat(post("/site-list/links", "hours", "169").statusCode()).isEqualTo(422);
        HttpResponse<String> made = post("/site-list/links", "hours", "24");
        assertThat(made.body()).contains("http://localhost/inspect/secret-1");

        HttpResponse<String> opened = server.get("/inspect/secret-1", "Accept-Language", "en");
        assertThat(opened.statusCode()).isEqualTo(200);
        assertThat(opened.headers().firstValue("X-Robots-Tag").orElseThrow()).contains("noindex");
        assertThat(opened.headers().allValues("Set-Cookie")).isEmpty();
        assertThat(opened.body()).contains("Ola Nordmann", "Given by kari").doesNotContain("/log", "<form");
        Read read = server.audit.reads().getLast();
        assertThat(read.kind()).isEqualTo(Kind.SITE_LIST);
        assertThat(read.account()).isEqualTo("inspector link 1");
        assertThat(read.rows()).isEqualTo(1);

        int reads = server.audit.reads().size();
        server.now = TestServer.NOW.plus(Duration.ofHours(24));
        HttpResponse<String> late = server.get("/inspect/secret-1", "Accept-Language", "en");
        assertThat(late.statusCode()).isEqualTo(404);
        assertThat(late.body())
                .contains("opens nothing")
                .doesNotContain("Ola")
                .isEqualTo(server.get("/inspect/never-was", "Accept-Language", "en")
                        .body());
        assertThat(server.audit.reads()).hasSize(reads);
    }

    @Test
    void aLinkThatIsTakenBackOpensNothing() throws Exception {
        post("/site-list/links", "hours", "24");
        assertThat(post("/site-list/bjorvika/links/1/revoke").statusCode()).isEqualTo(303);
        assertThat(server.get("/inspect/secret-1").statusCode()).isEqualTo(404);
        assertThat(page()).contains("Taken back by kari");
        assertThat(post("/site-list/bjorvika/links/1/revoke").statusCode()).isEqualTo(404);
    }

    @Test
    void anInspectorSeesTheListAndKeepsNothing() throws Exception {
        add();
        String inspector = server.session("ina", "inspector");
        assertThat(server.get("/", "Cookie", inspector).headers().firstValue("Location"))
                .contains("/site-list");
        String page = server.get("/site-list?site=bjorvika", "Cookie", inspector, "Accept-Language", "en")
                .body();
        assertThat(page).contains("Ola Nordmann").doesNotContain("/site-list/rows\"", "Make a link", "name=\"csv\"");
    }

    @Test
    void aFileHasTheWholeListAndNoTimes() throws Exception {
        add();
        server.siteList.add("bjorvika", SamplePeople.hired(), Source.HAND, "kari", TestServer.NOW);
        post("/site-list/facts", "address", "Kaia 1", "client", "Bygg-Eier AS", "endedOn", "");
        byte[] pdf = bytes("/api/v1/sites/bjorvika/site-list/export?format=pdf", "Cookie", cookie);
        try (PDDocument document = Loader.loadPDF(pdf)) {
            assertThat(new PDFTextStripper().getText(document))
                    .contains("Bjørvika", "Kaia 1", "Bygg-Eier AS", "Ola Nordmann", "31.01.1990", "974 760 673")
                    .contains("4388261", "Jan Kowalski", "Bestilt", "Innleid", "923 609 016", "av kari");
        }
        byte[] xlsx = bytes("/api/v1/sites/bjorvika/site-list/export?format=xlsx", "Cookie", cookie);
        try (ReadableWorkbook book = new ReadableWorkbook(new ByteArrayInputStream(xlsx))) {
            assertThat(book.getFirstSheet().read().stream()
                            .flatMap(row -> row.stream().filter(Objects::nonNull))
                            .map(Cell::getText))
                    .contains("HMS-kortnummer", "4388261", "Jan Kowalski");
        }
        assertThat(server.audit.reads().getLast().question()).isEqualTo("format=xlsx");
        assertThat(server.audit.reads().getLast().rows()).isEqualTo(2);

        post("/site-list/links", "hours", "24");
        try (PDDocument document = Loader.loadPDF(bytes("/inspect/secret-1/list.pdf", "Accept-Language", "en"))) {
            assertThat(new PDFTextStripper().getText(document)).contains("Ola Nordmann", "by inspector link 1");
        }
        server.now = TestServer.NOW.plus(Duration.ofHours(24));
        assertThat(server.get("/inspect/secret-1/list.pdf").statusCode()).isEqualTo(404);
    }

    private byte[] bytes(String path, String... headers) throws Exception {
        HttpResponse<byte[]> response = server.client.send(
                server.request(path).headers(headers).build(), HttpResponse.BodyHandlers.ofByteArray());
        assertThat(response.statusCode()).isEqualTo(200);
        return response.body();
    }

    private HttpResponse<String> api(String method, String path, String type, String body) throws Exception {
        HttpRequest.Builder request = server.request("/api/v1/sites/bjorvika/site-list" + path)
                .header("Authorization", "Bearer " + server.accounts.createToken("crew", "program"))
                .method(
                        method,
                        body.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body));
        return server.send(type.isEmpty() ? request : request.header("Content-Type", type));
    }

    @Test
    void aProgramKeepsItToo() throws Exception {
        String ola = Json.MAPPER.writeValueAsString(PersonFields.of(SamplePeople.ola()));
        assertThat(api("POST", "/rows", "application/json", ola).statusCode()).isEqualTo(201);
        assertThat(api("POST", "/rows", "application/json", ola).statusCode()).isEqualTo(409);
        assertThat(api("POST", "/rows", "application/json", ola.replace("1990-01-31", "1990-01-32"))
                        .body())
                .contains("birthDate is no day");
        assertThat(api("POST", "/rows", "application/json", "{\"shoe\":\"42\"}").statusCode())
                .isEqualTo(400);
        JsonNode answer = Json.MAPPER.readTree(api("GET", "", "", "").body());
        assertThat(answer.path("persons").get(0).path("birthDate").asText()).isEqualTo("1990-01-31");
        long row = answer.path("persons").get(0).path("id").asLong();
        assertThat(api("PUT", "/rows/" + row, "application/json", ola.replace("Nordmann", "Berg"))
                        .body())
                .contains("Ola Berg");
        assertThat(api("DELETE", "/rows/" + row, "", "").statusCode()).isEqualTo(204);
        assertThat(api("DELETE", "/rows/" + row, "", "").statusCode()).isEqualTo(404);

        assertThat(api("POST", "/imports", "text/csv", "name,birthDate,employer,organisationNumber\nA,x,B,974760673\n")
                        .body())
                .contains("Nothing was taken. Line 2: birthDate");
        assertThat(api(
                                "POST",
                                "/imports",
                                "text/csv",
                                "name,birthDate,employer,organisationNumber\nA,1990-01-31,B,974760673\n")
                        .body())
                .isEqualTo("{\"added\":1,\"edited\":0,\"unchanged\":0}");
    }
}
