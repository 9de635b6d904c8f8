package portvakt.server.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
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
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import portvakt.server.port.LogEntry;

/** The console in a real browser: live without reload, in two languages, legible on a phone, and silent towards other hosts. */
class ConsoleIT {

    private static final File BROWSER = new File("/usr/bin/chromium");
    private static final File DRIVER = new File("/usr/bin/chromedriver");

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
    private ChromeDriver browser;

    @BeforeEach
    void start() throws Exception {
        assertThat(BROWSER).as("a browser: install the Debian package chromium").exists();
        assertThat(DRIVER)
                .as("its driver: install the Debian package chromium-driver")
                .exists();
        server = new TestServer(folder);
        new SampleDay(server).commit();
        LoggingPreferences logging = new LoggingPreferences();
        logging.enable(LogType.BROWSER, Level.ALL);
        logging.enable(LogType.PERFORMANCE, Level.ALL);
        ChromeOptions options = new ChromeOptions();
        options.setBinary(BROWSER);
        options.setCapability("goog:loggingPrefs", logging);
        options.addArguments(
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--user-data-dir=" + folder.resolve("profile"));
        options.setExperimentalOption("prefs", Map.of("intl.accept_languages", "nb-NO,nb"));
        browser = new ChromeDriver(
                new ChromeDriverService.Builder().usingDriverExecutable(DRIVER).build(), options);
    }

    @AfterEach
    void stop() {
        if (browser != null) {
            browser.quit();
        }
        server.close();
    }

    @Test
    void showsANewEventWithoutReload() throws IOException {
        logIn();
        browser.executeScript("window.notReloaded = true");
        await().until(() -> text("#link").equals("Direkte"));

        LogEntry denied = server.row("AccessDenied", "north", 900, TestServer.NOW)
                .holder("7654321", "Per Hansen", "Stillas AS")
                .reason("CREDENTIAL_SUSPENDED")
                .commit();

        WebElement row = await().until(() -> first("#row_bjorvika_north_900"), found -> found != null);
        assertThat(row.getText()).contains("Avvist", "Kortet er midlertidig ugyldig", "Per Hansen", "7654321");
        assertThat(text("#say")).contains("Avvist");
        server.row("AccessGranted", "north", 901, TestServer.NOW)
                .holder("7654322", "Anna Berg", null)
                .commit();
        server.row("AccessTaken", "north", 902, TestServer.NOW.plusSeconds(2))
                .completes(901)
                .commit();
        await().until(() -> first("#row_bjorvika_north_901.went-in") != null);
        assertThat(browser.findElements(By.cssSelector("#row_bjorvika_north_901")))
                .hasSize(1);
        assertThat(text("#row_bjorvika_north_901")).contains("Gikk inn", "Anna Berg");
        assertThat(browser.findElements(By.cssSelector("#row_bjorvika_north_" + denied.sequence())))
                .hasSize(1);
        assertThat(browser.executeScript("return window.notReloaded")).isEqualTo(true);
        assertQuiet();
    }

    @Test
    void showsWhatIsLiveApartUntilTheLogHasIt() throws IOException {
        logIn();
        await().until(() -> text("#link").equals("Direkte"));

        server.row("AccessDenied", "north", 950, TestServer.NOW)
                .holder("7654321", "Per Hansen", "Stillas AS")
                .reason("CREDENTIAL_SUSPENDED")
                .hear();
        WebElement row = await().until(() -> first("#live_bjorvika_north_950"), found -> found != null);
        assertThat(row.getText()).contains("Avvist", "Per Hansen", "Direkte, ennå ikke lagret i rekkefølge");
        assertThat(text("#live")).contains("Akkurat nå, ennå ikke i loggen");
        assertThat(browser.findElements(By.cssSelector("#say p"))).hasSize(1);

        server.row("AccessDenied", "north", 950, TestServer.NOW)
                .holder("7654321", "Per Hansen", "Stillas AS")
                .reason("CREDENTIAL_SUSPENDED")
                .commit();
        await().until(() -> first("#row_bjorvika_north_950") != null);
        await().until(() -> first("#live_bjorvika_north_950") == null);
        assertThat(text("#live")).isEmpty();
        assertThat(browser.findElements(By.cssSelector("#say p")))
                .as("said once")
                .hasSize(1);
        assertQuiet();
    }

    @Test
    void switchesLanguageAndRemembersIt() throws IOException {
        logIn();
        assertThat(text("#log-title")).isEqualTo("Passeringslogg");

        browser.findElement(By.cssSelector("button[value=en]")).click();
        // The page that the click brings may not be there yet, and the old one go away while it is read.
        await().ignoreExceptionsInstanceOf(WebDriverException.class)
                .untilAsserted(() -> assertThat(text("#log-title")).isEqualTo("Entry log"));
        assertThat(browser.findElement(By.tagName("html")).getDomAttribute("lang"))
                .isEqualTo("en");
        browser.navigate().refresh();
        assertThat(text("#log-title")).isEqualTo("Entry log");
        assertQuiet();
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
        assertFits(device + "-" + scheme + "-" + language + "-login");
        logIn();
        if (language.equals("en")) {
            browser.findElement(By.cssSelector("button[value=en]")).click();
        }
        await().until(() ->
                browser.findElement(By.id("link")).getDomAttribute("class").contains("live"));
        assertFits(device + "-" + scheme + "-" + language);
        browser.get(server.uri("/log?kind=AccessDenied&card=12x").toString());
        assertFits(device + "-" + scheme + "-" + language + "-search-fault");
        browser.get(server.uri("/log?kind=AccessDenied").toString());
        assertThat(browser.findElements(By.cssSelector("#log .denied"))).isNotEmpty();
        assertFits(device + "-" + scheme + "-" + language + "-search");
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
                        && text("#link").equals("Direkte"));
        int before = browser.findElements(By.cssSelector("#log > li")).size();

        server.row("AccessGranted", "north", 910, TestServer.NOW).commit();
        server.row("AccessDenied", "north", 911, TestServer.NOW)
                .holder("7654321", "Per Hansen", "Stillas AS")
                .reason("CREDENTIAL_SUSPENDED")
                .commit();

        await().until(() -> first("#row_bjorvika_north_911") != null);
        assertThat(browser.findElements(By.cssSelector("#log > li"))).hasSize(before + 1);
        assertQuiet();
    }

    private void assertFits(String name) throws IOException {
        Path picture = Files.createDirectories(Path.of("target", "console")).resolve(name + ".png");
        Object whole = browser.executeCdpCommand("Page.captureScreenshot", Map.of("captureBeyondViewport", true))
                .get("data");
        Files.write(picture, Base64.getDecoder().decode(whole.toString()));
        assertThat((List<?>) browser.executeScript(TOO_FAINT))
                .as("contrast below 4.5, see %s", picture)
                .isEmpty();
        assertThat((List<?>) browser.executeScript(TOO_SMALL))
                .as("targets below 44 px, see %s", picture)
                .isEmpty();
        assertThat((Boolean) browser.executeScript(
                        "return document.documentElement.scrollWidth <= document.documentElement.clientWidth"))
                .as("no sideways scrolling, see %s", picture)
                .isTrue();
    }

    private void logIn() {
        browser.get(server.uri("/").toString());
        browser.findElement(By.id("name")).sendKeys("kari");
        browser.findElement(By.id("password")).sendKeys(TestServer.PASSWORD);
        browser.findElement(By.cssSelector("form.stack button")).click();
        await().atMost(Duration.ofSeconds(20)).until(() -> first("#log") != null);
    }

    /** No error in the browser's console, no request to any host but ours. */
    private void assertQuiet() throws IOException {
        assertThat(browser.manage().logs().get(LogType.BROWSER).getAll()).isEmpty();
        List<String> hosts = new ArrayList<>();
        for (var entry : browser.manage().logs().get(LogType.PERFORMANCE)) {
            JsonNode message = Json.MAPPER.readTree(entry.getMessage()).path("message");
            if (message.path("method").asText().equals("Network.requestWillBeSent")) {
                URI url = URI.create(
                        message.path("params").path("request").path("url").asText());
                // The browser's own start page is made of chrome: and data: addresses.
                if (List.of("http", "https", "ws", "wss").contains(url.getScheme())) {
                    hosts.add(url.getHost());
                }
            }
        }
        assertThat(hosts).isNotEmpty().containsOnly("localhost");
    }

    private WebElement first(String selector) {
        List<WebElement> found = browser.findElements(By.cssSelector(selector));
        return found.isEmpty() ? null : found.getFirst();
    }

    private String text(String selector) {
        return browser.findElement(By.cssSelector(selector)).getText();
    }
}
