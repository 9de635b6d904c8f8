package portvakt.server.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import portvakt.protocol.pass.PassCode;
import portvakt.server.port.Passes.Issued;

/** A manager issues a pass and takes it back without a script, and its holder needs no account. */
class PassPagesTest {

    private static final String EXAMPLE = "/passes/bjorvika/" + FakePasses.EXAMPLE.digits();

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

    /** What a browser holds after it has opened a page: session, form secret, form token. */
    private record Browser(String cookie, String formToken) {}

    private Browser browser(String role) throws Exception {
        String session = server.session("kari", role);
        HttpResponse<String> page = server.get("/passes", "Cookie", session, "Accept-Language", "en");
        assertThat(page.statusCode()).as(page.body()).isEqualTo(200);
        return new Browser(session + "; " + TestServer.cookie(page), TestServer.formToken(page.body()));
    }

    private HttpResponse<String> send(Browser browser, String path, Map<String, String> fields) throws Exception {
        Map<String, String> all = new TreeMap<>(fields);
        all.put("form-token", browser.formToken());
        return server.post(path, browser.cookie(), all);
    }

    private static Map<String, String> wish(String kind, String from, String until) {
        return Map.of("site", "bjorvika", "kind", kind, "from", from, "until", until, "note", "Anne <Arkitekt>");
    }

    private static String found(String page, String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(page);
        assertThat(matcher.find()).as("%s in %s", pattern, page).isTrue();
        return matcher.group(1).replace("&amp;", "&");
    }

    @Test
    void aManagerIssuesAPassForWholeDaysWhereTheSiteIs() throws Exception {
        Browser browser = browser("site-manager");
        HttpResponse<String> sent = send(browser, "/passes", wish("VISITOR", "2026-11-24", "2026-11-25"));
        assertThat(sent.statusCode()).as(sent.body()).isEqualTo(303);
        Issued issued = server.passes.list("bjorvika", Long.MAX_VALUE, 1).getFirst();
        assertThat(issued.pass().validFrom()).isEqualTo(Instant.parse("2026-11-23T23:00:00Z"));
        assertThat(issued.pass().validUntil()).isEqualTo(Instant.parse("2026-11-25T23:00:00Z"));
        assertThat(issued.by()).isEqualTo("kari");

        String own = sent.headers().firstValue("Location").orElseThrow();
        String page = server.get(own, "Cookie", browser.cookie(), "Accept-Language", "en")
                .body();
        assertThat(page)
                .contains("Anne &lt;Arkitekt&gt;", "Counts now", "24 November 2026 – 25 November 2026")
                .doesNotContain("<Arkitekt>");
        String list = server.get("/passes", "Cookie", browser.cookie(), "Accept-Language", "nb")
                .body();
        assertThat(list).contains("href=\"" + own + "\"", "Gjelder nå", "Besøk");

        // The holder has no session.
        String holderPath = found(page, "href=\"(/pass\\?code=[^\"]+)\"");
        HttpResponse<String> holder = server.get(holderPath, "Accept-Language", "nb");
        assertThat(holder.statusCode()).isEqualTo(200);
        assertThat(holder.body())
                .contains("Adgangsbevis for bjorvika", "24. november 2026 – 25. november 2026")
                .doesNotContain("Arkitekt", "kari", "<script");
        HttpResponse<byte[]> picture = server.client.send(
                server.request(found(holder.body(), "src=\"(/pass/code.png\\?code=[^\"]+)\""))
                        .build(),
                BodyHandlers.ofByteArray());
        assertThat(PassCode.read(QrPictureTest.read(picture.body())).prove(server.passKeys.pair.getPublic()))
                .isEqualTo(issued.pass());
    }

    @Test
    void aWithdrawnPassIsShownAsSuchAndItsPictureIsGone() throws Exception {
        Browser browser = browser("site-manager");
        String page = server.get(EXAMPLE, "Cookie", browser.cookie()).body();
        String holderPath = found(page, "href=\"(/pass\\?code=[^\"]+)\"");
        String picturePath = found(page, "src=\"(/pass/code.png\\?code=[^\"]+)\"");

        HttpResponse<String> withoutReason = send(browser, EXAMPLE + "/withdraw", Map.of("reason", " "));
        assertThat(withoutReason.statusCode()).isEqualTo(400);
        assertThat(withoutReason.body()).contains("Skriv en grunn");
        assertThat(server.register.all).isEmpty();

        assertThat(send(browser, EXAMPLE + "/withdraw", Map.of("reason", "Mistet"))
                        .statusCode())
                .isEqualTo(303);
        assertThat(server.register.all.getFirst().reason()).contains("Mistet");
        assertThat(server.get(EXAMPLE, "Cookie", browser.cookie()).body())
                .contains("Trukket tilbake 24. november 2026 06:55")
                .doesNotContain("code.png", "<form class=\"stack\"");
        assertThat(server.get(holderPath).body()).contains("Trukket tilbake").doesNotContain("code.png");
        assertThat(server.get(picturePath).statusCode()).isEqualTo(404);
    }

    @Test
    void whatIsWrongIsSaidInTheReadersLanguageAndTheFormKeepsWhatWasEntered() throws Exception {
        Browser browser = browser("admin");
        HttpResponse<String> sent = send(browser, "/passes", wish("DELIVERY", "2026-11-24", "2027-11-24"));
        assertThat(sent.statusCode()).isEqualTo(400);
        assertThat(sent.body())
                .contains("Så lenge kan ikke et slikt bevis gjelde", "value=\"2027-11-24\"")
                .containsPattern("value=\"DELIVERY\"\\s+selected");
        assertThat(send(browser, "/passes", wish("DELIVERY", "", "x")).body()).contains("Datoene stemmer ikke");
        assertThat(server.passes.list("bjorvika", Long.MAX_VALUE, 9)).hasSize(1);
    }

    @Test
    void nothingComesOfAForgedFormAnotherRoleOrAnotherCode() throws Exception {
        Browser browser = browser("site-manager");
        assertThat(server.post("/passes", browser.cookie(), wish("VISITOR", "2026-11-24", "2026-11-24"))
                        .statusCode())
                .isEqualTo(403);
        assertThat(server.post(EXAMPLE + "/withdraw", browser.cookie(), Map.of("reason", "x"))
                        .statusCode())
                .isEqualTo(403);
        HttpResponse<String> guard = server.get("/passes", "Cookie", server.session("vakt", "guard"));
        assertThat(guard.statusCode()).isEqualTo(403);
        assertThat(guard.body()).contains("Ikke for deg");
        String foreign = new FakePassKeys()
                .sign(server.passes
                        .find("bjorvika", FakePasses.EXAMPLE)
                        .orElseThrow()
                        .pass())
                .text();
        for (String code : new String[] {"", "PV1:", "PV1:BB8", foreign}) {
            for (String path : new String[] {"/pass", "/pass/code.png"}) {
                URI uri = server.uri(
                        path + "?code=" + java.net.URLEncoder.encode(code, java.nio.charset.StandardCharsets.UTF_8));
                assertThat(server.get(uri.getPath() + "?" + uri.getRawQuery()).statusCode())
                        .as("%s of %s", path, code)
                        .isEqualTo(404);
            }
        }
        assertThat(server.passes.list("bjorvika", Long.MAX_VALUE, 9)).hasSize(1);
        assertThat(server.register.all).isEmpty();
    }
}
