package portvakt.server.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.WebDriverException;

/** From the first account to a guard who is let in and out again, in real browsers against the whole server. */
class AccountsIT {

    private static final String PASSWORD = "the crane turns at dawn";
    /** Less than the heartbeat at which a stream would look by itself. */
    private static final Duration AT_ONCE = Duration.ofSeconds(8);

    @TempDir
    private Path folder;

    private WholeServer server;
    private Browser eva;
    private Browser gunnar;

    @BeforeEach
    void start() throws Exception {
        server = new WholeServer(folder, WholeServer.freePort());
        eva = new Browser(folder.resolve("eva"));
        gunnar = new Browser(folder.resolve("gunnar"));
    }

    @AfterEach
    void stop() {
        eva.close();
        gunnar.close();
        server.close();
    }

    private void logIn(Browser browser, String name) {
        browser.fill("#name", name);
        browser.fill("#password", PASSWORD);
        browser.press("form.stack button");
    }

    @Test
    void aGuardIsInvitedSeesWhatTheRoleAllowsAndLosesItAtOnce() throws Exception {
        eva.driver.get(server.setupLink().toString());
        eva.awaitPage("Lag den første kontoen");
        logIn(eva, "eva");
        eva.awaitPage("Logg inn");
        eva.driver.get(server.at("/users"));
        logIn(eva, "eva");
        eva.awaitPage("Brukere og roller", "Inviter noen", "Laget den første kontoen");

        eva.fill("#name", "gunnar");
        eva.press("#site option[value=bjorvika]");
        eva.press("form[action='/users'] button");
        eva.awaitPage("Lenke for å velge passord", "Invitert, har ikke logget inn", "Vakt, bjorvika");
        String account = eva.driver.getCurrentUrl();
        String link = eva.find("#link").getDomProperty("value");
        assertThat(account).endsWith("/users");

        gunnar.driver.get(link);
        gunnar.awaitPage("Velg passord");
        assertThat(gunnar.find("#name").getDomProperty("value")).isEqualTo("gunnar");
        gunnar.fill("#password", PASSWORD);
        gunnar.press("form.stack button");
        gunnar.awaitPage("Logg inn");
        logIn(gunnar, "gunnar");
        gunnar.awaitPage("På plassen", "Kortlister", "Direkte");
        assertThat(gunnar.text()).doesNotContain("Adgangsbevis", "Brukere");
        gunnar.driver.get(server.at("/users"));
        gunnar.awaitPage("Ikke for deg");
        gunnar.driver.get(link);
        gunnar.awaitPage("Lenken gjelder ikke lenger");
        gunnar.driver.get(server.at("/"));
        gunnar.awaitPage("Direkte");

        eva.driver.get(server.at("/users"));
        eva.awaitPage("gunnar", "Sist innlogget");
        pictures();
        eva.driver.get(server.at("/users"));
        eva.press("a[href='/users/2']");
        eva.awaitPage("Ta bort");
        eva.press("form[action$='/roles/withdraw'] button");
        eva.awaitPage("Ingen rolle");
        // Nobody has touched this browser: its stream ended, and the page asked anew.
        await().atMost(AT_ONCE)
                .ignoreExceptionsInstanceOf(WebDriverException.class)
                .untilAsserted(() -> assertThat(gunnar.text()).contains("Ikke for deg"));
        gunnar.press("a.brand");
        gunnar.awaitPage("Ikke for deg");
        gunnar.driver.get(server.at("/account"));
        gunnar.awaitPage("ingen rolle ennå");

        eva.press("form[action$='/disable'] button");
        eva.awaitPage("Sperret");
        gunnar.driver.get(server.at("/account"));
        gunnar.awaitPage("Logg inn");
        assertThat(gunnar.driver.findElements(By.id("password"))).hasSize(1);
    }

    private void pictures() throws Exception {
        eva.driver.get(server.at("/users/tokens"));
        eva.fill("#name", "Lønnssystem");
        eva.press("form[action='/users/tokens'] button");
        eva.awaitPage("Vises bare nå");
        eva.assertFits(server.at("/users"), "users");
        eva.assertFits(server.at("/users/2"), "user");
        eva.assertFits(server.at("/users/tokens"), "tokens");
        eva.assertFits(server.at("/account"), "account");
        eva.assertFits(server.at("/login"), "login");
    }
}
