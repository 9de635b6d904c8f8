package portvakt.server.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.By;
import org.openqa.selenium.WebDriverException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import portvakt.server.port.LogEntry;

/** The console in a real browser: live without reload, in two languages, legible on a phone, and silent towards other hosts. */
class ConsoleIT {

    /** Every text's contrast with the nearest painted ground behind it: WCAG 2.2, 1.4.3. */
    static final String TOO_FAINT = """
            const lum = c => { const v = c.map(x => { x /= 255; return x <= .03928 ? x / 12.92 : ((x + .055) / 1.055) ** 2.4; });
              return .2126 * v[0] + .7152 * v[1] + .0722 * v[2]; };
            const rgb = s => s.match(/[\\d.]+/g).map(Number);
            const ground = e => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor);
              if (c.length < 4 || c[3] > 0) return c.slice(0, 3); } return [255, 255, 255]; };
            const faint = [];
            const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
            while (walker.nextNode()) {
              const e = walker.currentNode.parentElement;
              if (!walker.currentNode.data.trim() || !e.getClientRects().length || e.closest('noscript')) continue;
              const a = lum(rgb(getComputedStyle(e).color).slice(0, 3)), b = lum(ground(e));
              const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
              if (ratio < 4.5) faint.push(walker.currentNode.data.trim() + ' ' + ratio.toFixed(2));
            }
            return faint;""";

    static final String TOO_SMALL = """
            return [...document.querySelectorAll('button, a.button, .chips label, a.number')]
              .filter(e => e.getBoundingClientRect().height < 44 && e.getClientRects().length)
              .map(e => e.textContent.trim());""";

    @TempDir
    private Path folder;

    private TestServer server;
    private TestBrowser page;
    private ChromeDriver browser;

    @BeforeEach
    void start() throws Exception {
        server = new TestServer(folder);
        new SampleDay(server).commit();
        page = new TestBrowser(server, folder.resolve("profile"));
        browser = page.driver;
    }

    @AfterEach
    void stop() {
        if (page != null) {
            page.close();
        }
        server.close();
    }

    @Test
    void showsANewEventWithoutReload() throws IOException {
        logIn();
        browser.executeScript("window.notReloaded = true");
        await().until(() -> page.text("#link").equals("Direkte"));

        LogEntry denied = server.row("AccessDenied", "north", 900, TestServer.NOW)
                .holder("7654321", "Per Hansen", "Stillas AS")
                .reason("CREDENTIAL_SUSPENDED")
                .commit();

        WebElement row = await().until(() -> page.first("#row_bjorvika_north_900"), found -> found != null);
        assertThat(row.getText()).contains("Avvist", "Kortet er midlertidig ugyldig", "Per Hansen", "7654321");
        assertThat(page.text("#say")).contains("Avvist");
        server.row("AccessGranted", "north", 901, TestServer.NOW)
                .holder("7654322", "Anna Berg", null)
                .commit();
        server.row("AccessTaken", "north", 902, TestServer.NOW.plusSeconds(2))
                .completes(901)
                .commit();
        await().until(() -> page.first("#row_bjorvika_north_901.went-in") != null);
        assertThat(browser.findElements(By.cssSelector("#row_bjorvika_north_901")))
                .hasSize(1);
        assertThat(page.text("#row_bjorvika_north_901")).contains("Gikk inn", "Anna Berg");
        assertThat(browser.findElements(By.cssSelector("#row_bjorvika_north_" + denied.sequence())))
                .hasSize(1);
        assertThat(browser.executeScript("return window.notReloaded")).isEqualTo(true);
        page.assertQuiet();
    }

    @Test
    void showsWhatIsLiveApartUntilTheLogHasIt() throws IOException {
        logIn();
        await().until(() -> page.text("#link").equals("Direkte"));

        server.row("AccessDenied", "north", 950, TestServer.NOW)
                .holder("7654321", "Per Hansen", "Stillas AS")
                .reason("CREDENTIAL_SUSPENDED")
                .hear();
        WebElement row = await().until(() -> page.first("#live_bjorvika_north_950"), found -> found != null);
        assertThat(row.getText()).contains("Avvist", "Per Hansen", "Direkte, ennå ikke lagret i rekkefølge");
        assertThat(page.text("#live")).contains("Akkurat nå, ennå ikke i loggen");
        assertThat(browser.findElements(By.cssSelector("#say p"))).hasSize(1);

        server.row("AccessDenied", "north", 950, TestServer.NOW)
                .holder("7654321", "Per Hansen", "Stillas AS")
                .reason("CREDENTIAL_SUSPENDED")
                .commit();
        await().until(() -> page.first("#row_bjorvika_north_950") != null);
        await().until(() -> page.first("#live_bjorvika_north_950") == null);
        assertThat(page.text("#live")).isEmpty();
        assertThat(browser.findElements(By.cssSelector("#say p")))
                .as("said once")
                .hasSize(1);
        page.assertQuiet();
    }

    @Test
    void switchesLanguageAndRemembersIt() throws IOException {
        logIn();
        assertThat(page.text("#log-title")).isEqualTo("Passeringslogg");

        browser.findElement(By.cssSelector("button[value=en]")).click();
        // The page that the click brings may not be there yet, and the old one go away while it is read.
        await().ignoreExceptionsInstanceOf(WebDriverException.class)
                .untilAsserted(() -> assertThat(page.text("#log-title")).isEqualTo("Entry log"));
        assertThat(browser.findElement(By.tagName("html")).getDomAttribute("lang"))
                .isEqualTo("en");
        browser.navigate().refresh();
        assertThat(page.text("#log-title")).isEqualTo("Entry log");
        page.assertQuiet();
    }

    @ParameterizedTest
    @CsvSource({
        "phone, 390, 844, light, nb",
        "phone, 390, 844, dark, en",
        "desktop, 1280, 800, light, en",
        "desktop, 1280, 800, dark, nb",
    })
    void isLegibleAndFits(String device, int width, int height, String scheme, String language) throws IOException {
        browser.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
        browser.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of(
                        "width",
                        width,
                        "height",
                        height,
                        "deviceScaleFactor",
                        device.equals("phone") ? 2 : 1,
                        "mobile",
                        device.equals("phone")));
        server.row("AccessGranted", "north", 960, TestServer.NOW)
                .holder("7654322", "Anna Berg", "Stillas AS")
                .hear();
        browser.get(server.uri("/login").toString());
        page.assertFits(device + "-" + scheme + "-" + language + "-login");
        logIn();
        if (language.equals("en")) {
            browser.findElement(By.cssSelector("button[value=en]")).click();
        }
        await().until(() ->
                browser.findElement(By.id("link")).getDomAttribute("class").contains("live"));
        page.assertFits(device + "-" + scheme + "-" + language);
        browser.get(server.uri("/log?kind=AccessDenied&card=12x").toString());
        page.assertFits(device + "-" + scheme + "-" + language + "-search-fault");
        browser.get(server.uri("/log?kind=AccessDenied").toString());
        assertThat(browser.findElements(By.cssSelector("#log .denied"))).isNotEmpty();
        page.assertFits(device + "-" + scheme + "-" + language + "-search");
    }

    @Test
    void aSearchByTheFormStandsInTheAddressAndGrows() throws IOException {
        logIn();
        browser.get(server.uri("/log").toString());
        browser.findElement(By.cssSelector("#search-kind option[value=AccessDenied]"))
                .click();
        browser.findElement(By.cssSelector(".search .primary")).click();
        await().ignoreExceptionsInstanceOf(WebDriverException.class)
                .until(() -> browser.getCurrentUrl().contains("kind=AccessDenied")
                        && page.text("#link").equals("Direkte"));
        int before = browser.findElements(By.cssSelector("#log > li")).size();

        server.row("AccessGranted", "north", 910, TestServer.NOW).commit();
        server.row("AccessDenied", "north", 911, TestServer.NOW)
                .holder("7654321", "Per Hansen", "Stillas AS")
                .reason("CREDENTIAL_SUSPENDED")
                .commit();

        await().until(() -> page.first("#row_bjorvika_north_911") != null);
        assertThat(browser.findElements(By.cssSelector("#log > li"))).hasSize(before + 1);
        page.assertQuiet();
    }

    private void logIn() {
        browser.get(server.uri("/").toString());
        browser.findElement(By.id("name")).sendKeys("kari");
        browser.findElement(By.id("password")).sendKeys(TestServer.PASSWORD);
        browser.findElement(By.cssSelector("form.stack button")).click();
        await().atMost(Duration.ofSeconds(20)).until(() -> page.first("#log") != null);
    }
}
