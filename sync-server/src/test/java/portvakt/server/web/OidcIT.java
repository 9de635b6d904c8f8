package portvakt.server.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import portvakt.server.OidcSettings;
import portvakt.server.port.AccountAudit;
import portvakt.server.port.Principal.Grant;
import portvakt.server.port.Role;

/** Log-in by a real OpenID provider: Keycloak as a process, Chromium as the browser, the whole server between them. */
class OidcIT {

    private static final String BUTTON = "a[href^='/login/provider']";

    private static Keycloak keycloak;
    private static int port;

    @TempDir
    private Path folder;

    private WholeServer server;
    private Browser browser;
    private final HttpClient http =
            HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NEVER).build();

    @BeforeAll
    static void startProvider(@TempDir Path logs) throws Exception {
        port = WholeServer.freePort();
        keycloak = new Keycloak(logs, URI.create("http://localhost:" + port + "/"));
    }

    @AfterAll
    static void stopProvider() {
        if (keycloak != null) {
            keycloak.close();
        }
    }

    @BeforeEach
    void start() throws Exception {
        open(keycloak.issuer);
        browser = new Browser(folder.resolve("profile"));
    }

    private void open(URI issuer) throws Exception {
        server = new WholeServer(
                folder,
                port,
                Optional.of(new OidcSettings(
                        issuer,
                        "portvakt",
                        Optional.empty(),
                        null,
                        "preferred_username",
                        Optional.of("groups"),
                        List.of(new OidcSettings.MappedRole("gate-guards", "guard", Optional.of("bjorvika"))),
                        "Byggfirma AS")));
        if (server.server.parts().accounts().isEmpty()) {
            server.server.parts().accounts().create("eva", "the crane turns at dawn".toCharArray(), Role.ADMIN);
        }
    }

    @AfterEach
    void stop() {
        if (browser != null) {
            browser.close();
        }
        if (server != null) {
            server.close();
        }
        http.close();
    }

    private void logInAtTheProvider(String name, String password) {
        browser.press(BUTTON);
        // The provider's own page, at its own address.
        browser.find("#kc-login");
        assertThat(browser.driver.getCurrentUrl())
                .startsWith(keycloak.issuer.toString())
                .contains("code_challenge_method=S256", "nonce=", "state=");
        browser.fill("#username", name);
        browser.fill("#password", password);
        browser.press("#kc-login");
    }

    @Test
    void theProvidersGroupGivesTheRoleAndLogOutEndsBothSessions() throws Exception {
        browser.driver.get(server.at("/presence"));
        browser.awaitPage("Logg inn", "Logg inn med Byggfirma AS");
        logInAtTheProvider("gunnar", "gunnar at the gate");
        // Back where they were going, by a page of ours: with the provider's redirect no Strict cookie would come
        // along.
        await().atMost(Duration.ofSeconds(30))
                .until(() -> browser.driver.getCurrentUrl().equals(server.at("/presence")));
        browser.awaitPage("gunnar", "Logg ut");
        assertThat(browser.text()).doesNotContain("Adgangsbevis", "Brukere");
        assertThat(browser.driver.manage().getCookieNamed("portvakt").getSameSite())
                .isEqualTo("Strict");
        assertThat(browser.driver.manage().getCookieNamed("portvakt-login")).isNull();
        assertThat(server.server
                        .parts()
                        .accountKeeping()
                        .named("gunnar")
                        .orElseThrow()
                        .grants())
                .containsExactly(new Grant(Role.GUARD, Optional.of("bjorvika")));
        assertThat(server.server.parts().accountAudit().newest(1))
                .extracting(AccountAudit.Note::actor, AccountAudit.Note::action, AccountAudit.Note::subject)
                .containsExactly(org.assertj.core.groups.Tuple.tuple("provider", "CAME", "gunnar: guard bjorvika"));
        browser.driver.get(server.at("/account"));
        browser.awaitPage("Gunnar Vakt", "Vakt, bjorvika", "har ikke passord her");

        browser.press("form[action='/logout'] button");
        // By the provider and back, and there too: the button asks for the password again.
        await().atMost(Duration.ofSeconds(30))
                .until(() -> browser.driver.getCurrentUrl().startsWith(server.at("/login")));
        browser.awaitPage("Logg inn med Byggfirma AS");
        browser.press(BUTTON);
        browser.find("#kc-login");
    }

    @Test
    void whoHasNoRoleIsToldWhomToAsk() {
        browser.driver.get(server.at("/login"));
        logInAtTheProvider("petra", "petra in the office");
        browser.awaitPage("Du har ikke tilgang her", "Be den som administrerer brukere");
        assertThat(browser.driver.manage().getCookieNamed("portvakt")).isNull();
        assertThat(server.server.parts().accountKeeping().named("petra")).isEmpty();
    }

    /** What a browser would have at the end of a log-in, before it goes to our callback: the address, and our cookie. */
    private record Caught(String callback, String cookie) {}

    private Caught caught() throws Exception {
        HttpResponse<String> leaving = send(server.at("/login/provider"), "");
        String cookie = cookies(leaving);
        assertThat(leaving.headers().firstValue("Set-Cookie").orElseThrow())
                .startsWith("portvakt-login=")
                .contains("HttpOnly", "SameSite=Lax", "Max-Age=600");
        HttpResponse<String> page =
                send(leaving.headers().firstValue("Location").orElseThrow(), "");
        Matcher action = Pattern.compile("<form id=\"kc-form-login\"[^>]* action=\"([^\"]+)\"")
                .matcher(page.body());
        assertThat(action.find()).as(page.body()).isTrue();
        HttpResponse<String> sent = http.send(
                HttpRequest.newBuilder(URI.create(action.group(1).replace("&amp;", "&")))
                        .header("Cookie", cookies(page))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString(
                                "username=gunnar&password=gunnar+at+the+gate&credentialId="))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        String callback = sent.headers().firstValue("Location").orElseThrow();
        assertThat(callback).startsWith(server.at("/login/callback?")).contains("code=", "state=");
        return new Caught(callback, cookie);
    }

    private static String cookies(HttpResponse<?> response) {
        return TestServer.cookie(response);
    }

    @Test
    void aCodeCountsOnceAndOnlyInTheBrowserThatBegan() throws Exception {
        Caught caught = caught();
        assertThat(send(caught.callback, "").statusCode())
                .as("without the cookie")
                .isEqualTo(400);
        String otherState = caught.callback.replaceAll("state=[0-9a-f]+", "state=" + "0".repeat(64));
        assertThat(send(otherState, caught.cookie).statusCode())
                .as("another state")
                .isEqualTo(400);
        ProviderLogIn.Flow other = new ProviderLogIn.Flow("x".repeat(43), Instant.now(), "");
        assertThat(send(caught.callback, "portvakt-login=" + other.text()).statusCode())
                .as("another browser's cookie")
                .isEqualTo(400);
        assertThat(server.server.parts().accountKeeping().named("gunnar")).isEmpty();

        HttpResponse<String> welcome = send(caught.callback, caught.cookie);
        assertThat(welcome.statusCode()).as(welcome.body()).isEqualTo(200);
        assertThat(welcome.headers().allValues("Set-Cookie"))
                .anySatisfy(cookie -> assertThat(cookie).startsWith("portvakt=").contains("SameSite=Strict"))
                .anySatisfy(cookie ->
                        assertThat(cookie).startsWith("portvakt-login=;").contains("1 Jan 1970"));
        HttpResponse<String> replayed = send(caught.callback, caught.cookie);
        assertThat(replayed.statusCode()).as("the code again").isEqualTo(403);
        assertThat(replayed.headers().allValues("Set-Cookie")).noneMatch(cookie -> cookie.startsWith("portvakt="));
    }

    @Test
    void aCodeOfAnotherLogInDoesNotFitThisOnesVerifierAndNonce() throws Exception {
        Caught victim = caught();
        // The attacker's own log-in, begun in their own browser, with the victim's code put in.
        ProviderLogIn.Flow own = new ProviderLogIn.Flow("y".repeat(43), Instant.now(), "");
        String injected = victim.callback.replaceAll(
                "state=[0-9a-f]+", "state=" + own.challenge().state());
        assertThat(send(injected, "portvakt-login=" + own.text()).statusCode()).isEqualTo(403);
        assertThat(server.server.parts().accountKeeping().named("gunnar")).isEmpty();
    }

    @Test
    void withTheProviderAwayLocalAccountsWork() throws Exception {
        server.close();
        open(URI.create("http://localhost:" + WholeServer.freePort() + "/realms/portvakt"));
        browser.driver.get(server.at("/login/provider"));
        browser.awaitPage("Innloggingstjenesten svarer ikke");
        browser.driver.get(server.at("/login"));
        browser.awaitPage("Byggfirma AS svarer ikke nå");
        assertThat(browser.driver.findElements(By.cssSelector(BUTTON))).isEmpty();
        browser.fill("#name", "eva");
        browser.fill("#password", "the crane turns at dawn");
        browser.press("form.stack button");
        browser.awaitPage("eva", "Logg ut");
    }

    private HttpResponse<String> send(String url, String cookie) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofSeconds(20));
        return http.send(
                (cookie.isEmpty() ? request : request.header("Cookie", cookie)).build(),
                HttpResponse.BodyHandlers.ofString());
    }
}
