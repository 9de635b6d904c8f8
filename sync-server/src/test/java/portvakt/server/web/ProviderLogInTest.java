package portvakt.server.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
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
import portvakt.server.port.AccountKeeping.Outsider;
import portvakt.server.port.IdentityProvider.Vouched;
import portvakt.server.port.Principal.Grant;
import portvakt.server.port.Role;

/** Who comes back from the provider is let in by what began the log-in, and by that alone. */
class ProviderLogInTest {

    private static final Grant GUARD = new Grant(Role.GUARD, Optional.of("bjorvika"));

    @TempDir
    private Path folder;

    private final FakeProvider provider = new FakeProvider();
    private TestServer server;

    @BeforeEach
    void start() throws Exception {
        server = new TestServer(folder, true, false, Optional.of(provider));
        provider.maps = true;
        provider.knows("c-1", gunnar(Optional.of(Set.of(GUARD))));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static Vouched gunnar(Optional<Set<Grant>> grants) {
        return new Vouched(
                new Outsider("https://id.example", "s-1", "gunnar", Optional.of("Gunnar Vakt")), grants, "id-token");
    }

    /** A log-in that was begun: our cookie, and the state that the provider sends back. */
    private record Begun(String cookie, String state) {}

    private Begun begin(String to) throws Exception {
        HttpResponse<String> leaving =
                server.get("/login/provider?to=" + URLEncoder.encode(to, StandardCharsets.UTF_8));
        assertThat(leaving.statusCode()).isEqualTo(303);
        Matcher there = Pattern.compile(
                        "https://id\\.example/authorize\\?state=([0-9a-f]{64})&redirect_uri=http://localhost:\\d+/login/callback")
                .matcher(leaving.headers().firstValue("Location").orElseThrow());
        assertThat(there.matches()).isTrue();
        assertThat(leaving.headers().allValues("Set-Cookie"))
                .singleElement()
                .asString()
                .startsWith("portvakt-login=")
                .contains("HttpOnly", "SameSite=Lax", "Max-Age=600");
        return new Begun(TestServer.cookie(leaving), there.group(1));
    }

    private HttpResponse<String> comeBack(String cookie, String state, String code) throws Exception {
        return server.get("/login/callback?state=" + state + "&code=" + code, "Cookie", cookie);
    }

    private static Optional<String> session(HttpResponse<?> response) {
        return response.headers().allValues("Set-Cookie").stream()
                .filter(cookie -> cookie.startsWith("portvakt="))
                .map(cookie -> cookie.split(";", 2)[0])
                .findAny();
    }

    @Test
    void leadsOnByAPageOfOurOwnToWhereTheyWereGoing() throws Exception {
        Begun begun = begin("/log?site=bjorvika&card=1");
        HttpResponse<String> welcome = comeBack(begun.cookie, begun.state, "c-1");

        assertThat(welcome.statusCode()).isEqualTo(200);
        assertThat(welcome.body())
                .contains("<meta http-equiv=\"refresh\" content=\"0; url=/log?site=bjorvika&amp;card=1\">");
        String session = session(welcome).orElseThrow();
        assertThat(server.get("/account", "Cookie", session).body())
                .contains("Gunnar Vakt", "Vakt, bjorvika", "har ikke passord her");
        assertThat(server.accountAudit.notes)
                .extracting(AccountAudit.Note::action, AccountAudit.Note::subject)
                .containsExactly(org.assertj.core.groups.Tuple.tuple("CAME", "gunnar: guard bjorvika"));
        assertThat(comeBack(begun.cookie, begun.state, "c-1").statusCode())
                .as("the code again")
                .isEqualTo(403);
    }

    @Test
    void aSessionOfBeforeIsNotTheOneOfAfter() throws Exception {
        String before = server.session("vakt", "guard");
        Begun begun = begin("");
        HttpResponse<String> welcome = comeBack(begun.cookie + "; " + before, begun.state, "c-1");
        assertThat(session(welcome)).isPresent().get().isNotEqualTo(before);
        assertThat(server.get("/", "Cookie", before).statusCode()).isEqualTo(303);
    }

    @Test
    void refusesWhatThisBrowserDidNotBegin() throws Exception {
        Begun begun = begin("/log");
        Begun other = begin("/log");
        String value = begun.cookie.substring(begun.cookie.indexOf('=') + 1);
        String[] parts = value.split("\\.");
        ProviderLogIn.Flow old =
                new ProviderLogIn.Flow(parts[0], TestServer.NOW.minus(ProviderLogIn.Flow.VALID), "/log");
        String tampered = "portvakt-login=" + parts[0] + "." + parts[1] + ".Ly9ldmlsLmV4YW1wbGU";
        for (String cookie : List.of(
                "x=y",
                other.cookie,
                "portvakt-login=" + old.text(),
                tampered,
                "portvakt-login=a.b.c",
                "portvakt-login=x")) {
            HttpResponse<String> refused = comeBack(cookie, begun.state, "c-1");
            assertThat(refused.statusCode()).as(cookie).isEqualTo(400);
            assertThat(session(refused)).isEmpty();
        }
        assertThat(comeBack("portvakt-login=" + old.text(), old.challenge().state(), "c-1")
                        .statusCode())
                .as("too old")
                .isEqualTo(400);
        assertThat(comeBack(begun.cookie, "0".repeat(64), "c-1").statusCode()).isEqualTo(400);
        assertThat(comeBack(begun.cookie, "", "c-1").statusCode()).isEqualTo(400);
    }

    @Test
    void neverLeadsElsewhere() throws Exception {
        for (String to : List.of("https://evil.example/", "//evil.example", "/\\evil.example")) {
            provider.knows("c-2", gunnar(Optional.of(Set.of(GUARD))));
            Begun begun = begin(to);
            assertThat(comeBack(begun.cookie, begun.state, "c-2").body())
                    .contains("content=\"0; url=/\"")
                    .doesNotContain("evil");
        }
    }

    @Test
    void doesNotRepeatWhatTheAddressSays() throws Exception {
        Begun begun = begin("");
        HttpResponse<String> refused = server.get(
                "/login/callback?state=" + begun.state + "&error=access_denied&error_description=Call+22225555",
                "Cookie",
                begun.cookie);
        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(refused.body()).contains("bekreftet ikke innloggingen").doesNotContain("22225555");
    }

    @Test
    void whomNobodyKnowsIsToldWhomToAsk() throws Exception {
        for (Optional<Set<Grant>> grants : List.of(Optional.<Set<Grant>>empty(), Optional.of(Set.<Grant>of()))) {
            provider.knows("c-3", gunnar(grants));
            Begun begun = begin("");
            HttpResponse<String> unknown = comeBack(begun.cookie, begun.state, "c-3");
            assertThat(unknown.statusCode()).isEqualTo(403);
            assertThat(unknown.body()).contains("Be den som administrerer brukere");
            assertThat(session(unknown)).isEmpty();
        }
        assertThat(server.keeping.named("gunnar")).isEmpty();
    }

    @Test
    void rolesThatTheProviderTakesBackAreGoneAlsoForOpenSessions() throws Exception {
        Begun begun = begin("");
        String session = session(comeBack(begun.cookie, begun.state, "c-1")).orElseThrow();
        assertThat(server.get("/?site=bjorvika", "Cookie", session).statusCode())
                .isEqualTo(200);
        provider.knows("c-4", gunnar(Optional.of(Set.of())));
        Begun again = begin("");
        assertThat(comeBack(again.cookie, again.state, "c-4").statusCode()).isEqualTo(403);
        assertThat(server.get("/?site=bjorvika", "Cookie", session).statusCode())
                .isEqualTo(403);
        assertThat(server.accountAudit.newest(1))
                .extracting(AccountAudit.Note::action)
                .containsExactly("ROLES_MAPPED");
    }

    @Test
    void aDisabledAccountStaysOut() throws Exception {
        Begun begun = begin("");
        comeBack(begun.cookie, begun.state, "c-1");
        long id = server.keeping.named("gunnar").orElseThrow().id();
        server.keeping.disable(id, TestServer.NOW);
        provider.knows("c-5", gunnar(Optional.of(Set.of(GUARD))));
        Begun again = begin("");
        HttpResponse<String> closed = comeBack(again.cookie, again.state, "c-5");
        assertThat(closed.statusCode()).isEqualTo(403);
        assertThat(closed.body()).contains("Kontoen er sperret");
        assertThat(session(closed)).isEmpty();
    }

    @Test
    void anAccountIsInvitedForTheProviderWithoutALink() throws Exception {
        server.accounts.create("eva", TestServer.PASSWORD.toCharArray(), Role.ADMIN);
        String eva = "portvakt=" + server.accounts.openSession("eva", TestServer.NOW);
        String form = FormToken.of(eva.substring(eva.indexOf('=') + 1));
        HttpResponse<String> made = server.post(
                "/users",
                eva,
                Map.of(FormToken.FIELD, form, "name", "gunnar", "role", "guard", "site", "bjorvika", "outside", "yes"));
        assertThat(made.statusCode()).isEqualTo(201);
        assertThat(made.body()).doesNotContain("/invitation?").contains("Rollene kommer fra innloggingstjenesten");
        long id = server.keeping.named("gunnar").orElseThrow().id();
        assertThat(server.post("/users/" + id + "/link", eva, Map.of(FormToken.FIELD, form))
                        .statusCode())
                .isEqualTo(409);
    }

    @Test
    void awayIsSaidAndLocalAccountsWork() throws Exception {
        assertThat(server.get("/login?to=/log").body())
                .contains("href=\"/login/provider?to=%2Flog\"", "Logg inn med Byggfirma AS");
        Begun begun = begin("");
        provider.away = true;
        assertThat(server.get("/login").body())
                .contains("Byggfirma AS svarer ikke nå", "name=\"password\"")
                .doesNotContain("/login/provider");
        assertThat(server.get("/login/provider").statusCode()).isEqualTo(503);
        assertThat(comeBack(begun.cookie, begun.state, "c-1").statusCode()).isEqualTo(503);
    }

    @Test
    void logOutGoesByTheProvider() throws Exception {
        Begun begun = begin("");
        String session = session(comeBack(begun.cookie, begun.state, "c-1")).orElseThrow();
        Map<String, String> form = Map.of(FormToken.FIELD, FormToken.of(session.substring(session.indexOf('=') + 1)));
        HttpResponse<String> bye = server.post("/logout", session, form);
        assertThat(bye.statusCode()).isEqualTo(200);
        assertThat(bye.body()).contains("content=\"0; url=https://id.example/end?hint=id-token\"");
        assertThat(bye.headers().allValues("Set-Cookie"))
                .anySatisfy(
                        cookie -> assertThat(cookie).startsWith("portvakt=;").contains("1 Jan 1970"));
        assertThat(server.get("/", "Cookie", session).statusCode()).isEqualTo(303);

        String local = "portvakt=" + server.accounts.openSession("vakt", TestServer.NOW);
        assertThat(server.post(
                                "/logout",
                                local,
                                Map.of(FormToken.FIELD, FormToken.of(local.substring(local.indexOf('=') + 1))))
                        .statusCode())
                .as("a local account has nothing to end there")
                .isEqualTo(303);
    }
}
