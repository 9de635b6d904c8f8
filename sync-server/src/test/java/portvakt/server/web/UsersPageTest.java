package portvakt.server.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import portvakt.server.port.AccountAudit;
import portvakt.server.port.AccountKeeping.State;
import portvakt.server.port.Principal.Grant;
import portvakt.server.port.Role;

/** Who manages accounts invites, changes and closes them, and each change is noted; everybody keeps their own. */
class UsersPageTest {

    @TempDir
    private Path folder;

    private TestServer server;
    private String eva;
    private long vakt;

    @BeforeEach
    void start() throws Exception {
        server = new TestServer(folder);
        server.accounts.create("eva", TestServer.PASSWORD.toCharArray(), Role.ADMIN);
        vakt = server.keeping.named("vakt").orElseThrow().id();
        eva = logIn("eva", TestServer.PASSWORD);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private String logIn(String name, String password) throws Exception {
        HttpResponse<String> page = server.get("/login");
        return TestServer.cookie(server.post(
                "/login",
                TestServer.cookie(page),
                Map.of(FormToken.FIELD, TestServer.formToken(page.body()), "name", name, "password", password)));
    }

    private HttpResponse<String> post(String path, String cookie, Map<String, String> fields) throws Exception {
        Map<String, String> all = new HashMap<>(fields);
        all.put(FormToken.FIELD, FormToken.of(cookie.substring(cookie.indexOf('=') + 1)));
        return server.post(path, cookie, all);
    }

    private List<String> notes() {
        return server.accountAudit.notes.stream()
                .map(note -> note.actor() + " " + note.action() + " " + note.subject())
                .toList();
    }

    private static String link(HttpResponse<String> page) {
        Matcher matcher = Pattern.compile("value=\"http://localhost:\\d+(/invitation\\?token=[^\"]+)\"")
                .matcher(page.body());
        assertThat(matcher.find()).as(page.body()).isTrue();
        return matcher.group(1);
    }

    @Test
    void whoIsInvitedChoosesAPasswordByALinkThatIsShownOnce() throws Exception {
        HttpResponse<String> made =
                post("/users", eva, Map.of("name", " ola ", "role", "guard", "site", "fornebu", "until", "2026-12-31"));
        assertThat(made.statusCode()).isEqualTo(201);
        String link = link(made);
        long ola = server.keeping.named("ola").orElseThrow().id();
        assertThat(server.get("/users/" + ola, "Cookie", eva).body())
                .doesNotContain("/invitation")
                .contains("En engangslenke gjelder til")
                .contains("value=\"2026-12-31\"");

        HttpResponse<String> page = server.get(link);
        Map<String, String> form = new HashMap<>(Map.of(
                FormToken.FIELD,
                TestServer.formToken(page.body()),
                "token",
                link.substring(link.indexOf('=') + 1),
                "password",
                "passord12345"));
        HttpResponse<String> weak = server.post("/invitation", TestServer.cookie(page), form);
        assertThat(weak.statusCode()).isEqualTo(422);
        assertThat(weak.body()).contains("blant de første");
        form.put("password", "the crane turns at dawn");
        assertThat(server.post("/invitation", TestServer.cookie(page), form).statusCode())
                .isEqualTo(303);
        assertThat(server.get(link).statusCode()).isEqualTo(410);
        assertThat(server.post("/invitation", TestServer.cookie(page), form).statusCode())
                .isEqualTo(410);

        String session = logIn("ola", "the crane turns at dawn");
        assertThat(server.get("/?site=fornebu", "Cookie", session).statusCode()).isEqualTo(200);
        assertThat(server.get("/?site=bjorvika", "Cookie", session).statusCode())
                .isEqualTo(403);
        assertThat(notes()).containsExactly("eva INVITED ola: guard fornebu", "ola PASSWORD_SET ola");
    }

    @Test
    void aBadInvitationSaysWhatIsWrong() throws Exception {
        HttpResponse<String> taken = post("/users", eva, Map.of("name", "kari", "role", "guard", "site", ""));
        assertThat(taken.statusCode()).isEqualTo(400);
        assertThat(taken.body()).contains("Det finnes alt en konto som heter kari.");
        assertThat(post("/users", eva, Map.of("name", "", "role", "guard", "site", ""))
                        .statusCode())
                .isEqualTo(400);
        assertThat(post("/users", eva, Map.of("name", "ny", "role", "overlord", "site", ""))
                        .statusCode())
                .isEqualTo(400);
        assertThat(post("/users", eva, Map.of("name", "ny", "role", "guard", "site", "nowhere"))
                        .statusCode())
                .isEqualTo(400);
        assertThat(server.keeping.named("ny")).isEmpty();
        assertThat(notes()).isEmpty();
    }

    @Test
    void rolesAreGivenAndTakenAndCountAtOnce() throws Exception {
        String session = logIn("vakt", TestServer.PASSWORD);
        assertThat(server.get("/passes", "Cookie", session).statusCode()).isEqualTo(403);
        post("/users/" + vakt + "/roles/give", eva, Map.of("role", "site-manager", "site", "bjorvika"));
        assertThat(server.get("/passes", "Cookie", session).statusCode()).isEqualTo(200);
        post("/users/" + vakt + "/roles/withdraw", eva, Map.of("role", "site-manager", "site", "bjorvika"));
        assertThat(server.get("/passes", "Cookie", session).statusCode()).isEqualTo(403);
        assertThat(server.get("/users/" + vakt, "Cookie", eva).body()).contains("Vakt, alle plasser");
        assertThat(notes())
                .containsExactly(
                        "eva ROLE_GIVEN vakt: site-manager bjorvika", "eva ROLE_WITHDRAWN vakt: site-manager bjorvika");
    }

    @Test
    void disablingEndsSessionsAndIsTakenBack() throws Exception {
        String session = logIn("vakt", TestServer.PASSWORD);
        assertThat(post("/users/" + vakt + "/disable", eva, Map.of()).statusCode())
                .isEqualTo(303);
        assertThat(server.get("/", "Cookie", session).statusCode()).isEqualTo(303);
        HttpResponse<String> page = server.get("/login");
        HttpResponse<String> refused = server.post(
                "/login",
                TestServer.cookie(page),
                Map.of(
                        FormToken.FIELD,
                        TestServer.formToken(page.body()),
                        "name",
                        "vakt",
                        "password",
                        TestServer.PASSWORD));
        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(refused.body()).contains("Kontoen er sperret");
        post("/users/" + vakt + "/enable", eva, Map.of());
        assertThat(server.keeping.find(vakt).orElseThrow().state(TestServer.NOW))
                .isEqualTo(State.ACTIVE);
    }

    @Test
    void aLockIsShownAndOpened() throws Exception {
        for (int i = 0; i < FakeAccounts.FAILURES_MAX; i++) {
            server.accounts.logIn("vakt", "wrong".toCharArray(), TestServer.NOW);
        }
        assertThat(server.get("/users", "Cookie", eva).body()).contains("Låst til 07:05");
        post("/users/" + vakt + "/unlock", eva, Map.of());
        assertThat(server.get("/users", "Cookie", eva).body()).doesNotContain("Låst til");
    }

    @Test
    void aLastDayThatNoDatabaseHoldsIsNone() throws Exception {
        for (String day : List.of("+999999998-01-01", "-999999999-01-01", "9999-12-31", "2026-02-30")) {
            assertThat(post("/users", eva, Map.of("name", "ola", "role", "guard", "site", "fornebu", "until", day))
                            .statusCode())
                    .as(day)
                    .isEqualTo(400);
        }
        assertThat(server.keeping.named("ola")).isEmpty();
    }

    @Test
    void theLastAdministratorStays() throws Exception {
        long own = server.keeping.named("eva").orElseThrow().id();
        for (Map.Entry<String, Map<String, String>> change : Map.of(
                        "disable",
                        Map.<String, String>of(),
                        "roles/withdraw",
                        Map.of("role", "admin", "site", ""),
                        "end",
                        Map.of("until", "2026-12-31"))
                .entrySet()) {
            HttpResponse<String> refused = post("/users/" + own + "/" + change.getKey(), eva, change.getValue());
            assertThat(refused.statusCode()).as(change.getKey()).isEqualTo(409);
            assertThat(refused.body()).contains("Det må alltid være igjen én administrator");
        }
        assertThat(server.get("/users", "Cookie", eva).statusCode()).isEqualTo(200);
        assertThat(notes()).isEmpty();
    }

    @Test
    void theOwnPasswordTakesThePresentOne() throws Exception {
        String first = logIn("vakt", TestServer.PASSWORD);
        String second = logIn("vakt", TestServer.PASSWORD);
        String fresh = "the crane turns at dawn";
        HttpResponse<String> wrong =
                post("/account/password", first, Map.of("present", "guess guess guess", "password", fresh));
        assertThat(wrong.statusCode()).isEqualTo(422);
        assertThat(wrong.body()).contains("Nåværende passord er feil.");
        assertThat(post("/account/password", first, Map.of("present", TestServer.PASSWORD, "password", "short"))
                        .statusCode())
                .isEqualTo(422);

        HttpResponse<String> done =
                post("/account/password", first, Map.of("present", TestServer.PASSWORD, "password", fresh));
        assertThat(done.statusCode()).isEqualTo(303);
        assertThat(server.get("/account?changed", "Cookie", first).body()).contains("Passordet er byttet.");
        assertThat(server.get("/", "Cookie", second).statusCode()).isEqualTo(303);
        assertThat(logIn("vakt", fresh)).startsWith("portvakt=");
        assertThat(notes()).containsExactly("vakt PASSWORD_CHANGED vakt");
    }

    @Test
    void ownSessionsAreEndedAndNobodyElsesAre() throws Exception {
        String here = logIn("vakt", TestServer.PASSWORD);
        String there = logIn("vakt", TestServer.PASSWORD);
        String id = "id-" + there.substring(there.indexOf('=') + 1);
        assertThat(server.get("/account", "Cookie", here).body()).contains(id, "denne");
        post("/account/sessions/end", here, Map.of("session", "id-" + eva.substring(eva.indexOf('=') + 1)));
        assertThat(server.get("/", "Cookie", eva).statusCode()).isEqualTo(200);
        post("/account/sessions/end", here, Map.of("session", id));
        assertThat(server.get("/", "Cookie", there).statusCode()).isEqualTo(303);
        assertThat(server.get("/", "Cookie", here).statusCode()).isEqualTo(200);
    }

    @Test
    void changesAreShownAtTheBottom() throws Exception {
        server.accountAudit.note("per", "DISABLED", "<b>ola</b>", TestServer.NOW);
        server.accountAudit.note("per", "OF_A_LATER_VERSION", "x", TestServer.NOW);
        String page = server.get("/users", "Cookie", eva).body();
        assertThat(page).contains("Sperret", "&lt;b&gt;ola&lt;/b&gt;", "OF_A_LATER_VERSION");
        assertThat(server.accountAudit.newest(1))
                .extracting(AccountAudit.Note::action)
                .containsExactly("OF_A_LATER_VERSION");
    }

    @Test
    void aPersonWithoutARoleSeesTheirAccountAndNothingElse() throws Exception {
        server.accounts.create("ny", TestServer.PASSWORD.toCharArray(), Set.<Grant>of());
        String session = logIn("ny", TestServer.PASSWORD);
        assertThat(server.get("/account", "Cookie", session).body()).contains("ingen rolle ennå");
        assertThat(server.get("/", "Cookie", session).statusCode()).isEqualTo(403);
        assertThat(server.keeping.named("ny").orElseThrow().endsAt()).isEqualTo(Optional.empty());
    }
}
