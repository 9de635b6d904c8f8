package portvakt.server.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import portvakt.server.web.Route.Protection;

/** Nobody gets in without logging in, no other site can press our buttons, and every answer keeps the browser on a short lead. */
class LogInTest {

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

    @Test
    void letsNobodyPastWithoutALogIn() throws Exception {
        for (Route route : server.web.routes()) {
            HttpResponse<String> response = server.send(server.request(TestServer.example(route.path()))
                    .method(route.method().text(), BodyPublishers.noBody()));
            switch (route.protection()) {
                case API, STREAM ->
                    assertThat(response.statusCode()).as(route.path()).isEqualTo(401);
                case PAGE -> {
                    assertThat(response.statusCode()).as(route.path()).isEqualTo(303);
                    assertThat(response.headers().firstValue("Location").orElseThrow())
                            .matches("/login|/login\\?to=%2F[^/]+");
                }
                case PUBLIC -> assertThat(response.body()).as(route.path()).doesNotContain("Ola Nordmann");
            }
        }
        assertThat(server.web.routes().stream()
                        .filter(route -> route.protection() == Protection.PUBLIC)
                        .map(Route::path))
                .containsOnly(
                        "/login",
                        "/setup",
                        "/invitation",
                        "/language",
                        "/pass",
                        "/pass/code.png",
                        "/static/cards.js",
                        "/static/console.css",
                        "/static/console.js",
                        "/static/exports.js",
                        "/static/htmx.min.js",
                        "/static/icon.svg",
                        "/static/lists.js",
                        "/static/muster.js",
                        "/static/site-list.js",
                        "/static/sse.js",
                        "/inspect/{secret}",
                        "/inspect/{secret}/list.pdf",
                        "/privacy-notice",
                        "/cookies",
                        "/register/v1/events",
                        "/enrol/v1/server",
                        "/enrol/v1/gates",
                        "/openapi");
    }

    @Test
    void logsInAndOut() throws Exception {
        HttpResponse<String> welcome = logIn("kari", TestServer.PASSWORD);
        assertThat(welcome.statusCode()).isEqualTo(303);
        assertThat(welcome.headers().allValues("Set-Cookie"))
                .anySatisfy(cookie -> assertThat(cookie)
                        .startsWith("portvakt=session-")
                        .contains("HttpOnly", "SameSite=Strict", "Path=/")
                        .doesNotContain("Secure"));
        String session = TestServer.cookie(welcome);

        HttpResponse<String> console = server.get("/", "Cookie", session);
        assertThat(console.statusCode()).isEqualTo(200);

        HttpResponse<String> bye =
                server.post("/logout", session, Map.of(FormToken.FIELD, TestServer.formToken(console.body())));
        assertThat(bye.statusCode()).isEqualTo(303);
        assertThat(server.get("/", "Cookie", session).statusCode()).isEqualTo(303);
    }

    @Test
    void goesOnToThePageThatWasAskedFor() throws Exception {
        String asked = server.get("/log?site=bjorvika&card=4388261")
                .headers()
                .firstValue("Location")
                .orElseThrow();
        HttpResponse<String> page = server.get(asked);
        assertThat(page.body()).contains("name=\"to\" value=\"/log?site=bjorvika&amp;card=4388261\"");

        assertThat(goesOnTo("/log?site=bjorvika&card=4388261")).isEqualTo("/log?site=bjorvika&card=4388261");
        for (String elsewhere : List.of(
                "https://evil.example/",
                "//evil.example",
                "/\\evil.example",
                "\\\\evil",
                "javascript:x",
                "/a\r\nX: y",
                "/a b",
                "")) {
            assertThat(goesOnTo(elsewhere)).as(elsewhere).isEqualTo("/");
        }
    }

    private String goesOnTo(String to) throws Exception {
        HttpResponse<String> page = server.get("/login");
        return server.post(
                        "/login",
                        TestServer.cookie(page),
                        Map.of(
                                FormToken.FIELD,
                                TestServer.formToken(page.body()),
                                "name",
                                "kari",
                                "password",
                                TestServer.PASSWORD,
                                "to",
                                to))
                .headers()
                .firstValue("Location")
                .orElseThrow();
    }

    @Test
    void doesNotSayWhetherNameOrPasswordWasWrong() throws Exception {
        HttpResponse<String> wrongPassword = logIn("kari", "guess guess guess");
        HttpResponse<String> wrongName = logIn("nobody", "guess guess guess");

        assertThat(wrongPassword.statusCode()).isEqualTo(422);
        assertThat(wrongPassword.body()).contains("Feil brukernavn eller passord");
        assertThat(wrongName.body()).contains("Feil brukernavn eller passord");
    }

    @Test
    void saysUntilWhenAnAccountIsLocked() throws Exception {
        for (int i = 0; i < FakeAccounts.FAILURES_MAX; i++) {
            logIn("kari", "guess guess guess");
        }

        HttpResponse<String> locked = logIn("kari", TestServer.PASSWORD);

        assertThat(locked.statusCode()).isEqualTo(429);
        // 05:55 UTC and ten minutes, by the wall clock in Oslo.
        assertThat(locked.body()).contains("låst til 07:05");
        assertThat(locked.headers().firstValue("Retry-After")).hasValue("600");
    }

    @Test
    void refusesAFormThatIsNotOurs() throws Exception {
        String session = server.session("kari", "site-manager");

        assertThat(server.post("/logout", session, Map.of()).statusCode()).isEqualTo(403);
        assertThat(server.post("/logout", session, Map.of(FormToken.FIELD, "0".repeat(64)))
                        .statusCode())
                .isEqualTo(403);
        Map<String, String> typesByBody = Map.of("name=kari", "; charset=klingon", "name=%zz", "");
        for (Map.Entry<String, String> broken : typesByBody.entrySet()) {
            assertThat(server.send(server.request("/login")
                                    .header("Content-Type", "application/x-www-form-urlencoded" + broken.getValue())
                                    .POST(BodyPublishers.ofString(broken.getKey())))
                            .statusCode())
                    .as(broken.getKey())
                    .isEqualTo(403);
        }
        assertThat(server.post("/login", "", Map.of("name", "kari", "password", TestServer.PASSWORD))
                        .statusCode())
                .isEqualTo(403);
        assertThat(server.get("/", "Cookie", session).statusCode()).isEqualTo(200);
    }

    @Test
    void setsTheSecurityHeadersOnEveryAnswer() throws Exception {
        String session = server.session("kari", "site-manager");
        for (String path :
                new String[] {"/", "/login", "/api/v1/gates", "/nowhere", "/api/nowhere", "/static/console.js"}) {
            HttpResponse<String> response = server.get(path, "Cookie", session);
            assertThat(response.headers().allValues("Content-Security-Policy"))
                    .as(path)
                    .singleElement()
                    .asString()
                    .contains("default-src 'self'", "frame-ancestors 'none'")
                    .doesNotContain("unsafe");
            assertThat(response.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
            assertThat(response.headers().firstValue("Referrer-Policy")).hasValue("no-referrer");
            assertThat(response.headers().firstValue("Cache-Control"))
                    .hasValue(path.startsWith("/static/") ? "public, max-age=31536000, immutable" : "no-store");
        }
        assertThat(server.get("/nowhere").body()).contains("<html", "Her er det ingen side");
    }

    @Test
    void bindsCookiesToTlsWhenSecure(@TempDir Path other) throws Exception {
        try (TestServer secure = new TestServer(other, true, true)) {
            HttpResponse<String> page = secure.get("/login");

            assertThat(page.headers().allValues("Set-Cookie"))
                    .singleElement()
                    .asString()
                    .startsWith("__Host-portvakt-form=")
                    .contains("Secure");
            assertThat(page.headers().firstValue("Strict-Transport-Security")).isPresent();
        }
    }

    @Test
    void makesTheFirstAccountOnceByTheLink(@TempDir Path other) throws Exception {
        try (TestServer empty = new TestServer(other, false, false)) {
            String link = empty.web.setupLink().orElseThrow().getPath() + "?"
                    + empty.web.setupLink().orElseThrow().getQuery();
            HttpResponse<String> page = empty.get(link);
            String cookie = TestServer.cookie(page);
            String formToken = TestServer.formToken(page.body());
            String token = link.substring(link.indexOf('=') + 1);

            assertThat(empty.get("/setup?token=guess").statusCode()).isEqualTo(303);
            assertThat(empty.post(
                                    "/setup",
                                    cookie,
                                    Map.of(
                                            FormToken.FIELD,
                                            formToken,
                                            "token",
                                            token,
                                            "name",
                                            "a",
                                            "password",
                                            "short"))
                            .statusCode())
                    .isEqualTo(422);
            assertThat(empty.accounts.isEmpty()).isTrue();

            Map<String, String> good =
                    Map.of(FormToken.FIELD, formToken, "token", token, "name", "eva", "password", TestServer.PASSWORD);
            assertThat(empty.post("/setup", cookie, good).statusCode()).isEqualTo(303);
            assertThat(empty.accounts.isEmpty()).isFalse();
            assertThat(empty.get(link).statusCode()).isEqualTo(303);
        }
        assertThat(server.web.setupLink()).isEmpty();
    }

    @Test
    void showsHealthAndMetricsWithoutALogIn() throws Exception {
        server.row("AccessDenied", "north", 1, TestServer.NOW)
                .holder("4388261", "Ola Nordmann", "Bygg AS")
                .commit();

        HttpResponse<String> ready = server.get("/observe/health/ready");
        HttpResponse<String> metrics = server.get("/observe/metrics", "Accept", "text/plain");

        assertThat(ready.statusCode()).isEqualTo(200);
        assertThat(ready.body()).contains("database", "UP");
        assertThat(server.get("/observe/health/live").statusCode()).isBetween(200, 204);
        assertThat(metrics.body())
                .contains(
                        "portvakt_events_committed",
                        "portvakt_access_denied",
                        "portvakt_access_granted",
                        "portvakt_register_tokens_accepted",
                        "portvakt_register_tokens_refused",
                        "portvakt_console_listeners")
                .containsPattern("portvakt_list_version\\S* 4217")
                .doesNotContain("Nordmann", "4388261");

        server.databaseUp = false;
        assertThat(server.get("/observe/health/ready").statusCode()).isEqualTo(503);
    }

    private HttpResponse<String> logIn(String name, String password) throws Exception {
        HttpResponse<String> page = server.get("/login");
        return server.post(
                "/login",
                TestServer.cookie(page),
                Map.of(FormToken.FIELD, TestServer.formToken(page.body()), "name", name, "password", password));
    }
}
