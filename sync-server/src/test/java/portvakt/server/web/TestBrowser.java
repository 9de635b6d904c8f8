package portvakt.server.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import org.openqa.selenium.By;
import org.openqa.selenium.Cookie;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import portvakt.server.port.Principal;

/** A real browser before a {@link TestServer}. */
final class TestBrowser implements AutoCloseable {

    private static final File BROWSER = new File("/usr/bin/chromium");
    private static final File DRIVER = new File("/usr/bin/chromedriver");

    /** Asks for Norwegian. */
    static final Map<String, Object> NORWEGIAN = Map.of("intl.accept_languages", "nb-NO,nb");

    final ChromeDriver driver;
    private final TestServer server;

    /** @param profile a folder of its own */
    TestBrowser(TestServer server, Path profile) {
        this.server = server;
        this.driver = chromium(profile, NORWEGIAN);
    }

    /** @param profile a folder of its own, so of other cookies than another browser's @param further arguments */
    static ChromeDriver chromium(Path profile, Map<String, Object> preferences, String... further) {
        assertThat(BROWSER).as("a browser: install the Debian package chromium").exists();
        assertThat(DRIVER)
                .as("its driver: install the Debian package chromium-driver")
                .exists();
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
                // Else a page may still glide when it is clicked at.
                "--force-prefers-reduced-motion",
                "--user-data-dir=" + profile);
        options.addArguments(further);
        options.setExperimentalOption("prefs", preferences);
        return new ChromeDriver(
                new ChromeDriverService.Builder().usingDriverExecutable(DRIVER).build(), options);
    }

    /** Opens a page as somebody who is logged in. */
    void open(String path, Principal principal) {
        driver.get(server.uri(LogInPages.PATH).toString());
        String session = server.session(principal);
        driver.manage().addCookie(new Cookie("portvakt", session.substring(session.indexOf('=') + 1)));
        open(path);
    }

    void open(String path) {
        driver.get(server.uri(path).toString());
    }

    /** @param scheme {@code light} or {@code dark} */
    void becomePhone(String scheme) {
        become(390, 844, 2, true, scheme);
    }

    void becomeDesktop(String scheme) {
        become(1280, 800, 1, false, scheme);
    }

    private void become(int width, int height, int scale, boolean mobile, String scheme) {
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", scale, "mobile", mobile));
    }

    void cutNetwork(boolean cut) {
        driver.executeCdpCommand("Network.enable", Map.of());
        driver.executeCdpCommand(
                "Network.emulateNetworkConditions",
                Map.of("offline", cut, "latency", 0, "downloadThroughput", -1, "uploadThroughput", -1));
    }

    WebElement first(String selector) {
        List<WebElement> found = driver.findElements(By.cssSelector(selector));
        return found.isEmpty() ? null : found.getFirst();
    }

    String text(String selector) {
        return driver.findElement(By.cssSelector(selector)).getText();
    }

    /** Opens a page as if never before: nothing comes from the browser's cache. */
    void openAfresh(String path) {
        driver.executeCdpCommand("Network.enable", Map.of());
        driver.executeCdpCommand("Network.setCacheDisabled", Map.of("cacheDisabled", true));
        open(path);
    }

    /** Switches the language of a page that is open. */
    void speak(String language) {
        if (first("html[lang=" + language + "]") == null) {
            driver.findElement(By.cssSelector("button[value=" + language + "]")).click();
            await().until(() -> first("html[lang=" + language + "]") != null);
        }
    }

    /** What the page that is open has loaded, heads included: page, styles, scripts, pictures; not what a stream brings. */
    long loadedBytes() {
        return (Long) driver.executeScript("""
                return performance.getEntries()
                  .filter(e => e.entryType === 'navigation' || (e.entryType === 'resource' && !e.name.includes('stream')))
                  .reduce((sum, e) => sum + e.transferSize, 0);""");
    }

    /** A picture of the whole page, PNG. */
    byte[] picture() {
        return Base64.getDecoder()
                .decode(driver.executeCdpCommand("Page.captureScreenshot", Map.of("captureBeyondViewport", true))
                        .get("data")
                        .toString());
    }

    /** What makes the page that is open hard to read or to hit. */
    List<String> faults() {
        List<String> faults = new ArrayList<>();
        ((List<?>) driver.executeScript(ConsoleIT.TOO_FAINT))
                .forEach(text -> faults.add("contrast below 4.5: " + text));
        ((List<?>) driver.executeScript(ConsoleIT.TOO_SMALL))
                .forEach(text -> faults.add("target below 44 px: " + text));
        if (!(Boolean) driver.executeScript(
                "return document.documentElement.scrollWidth <= document.documentElement.clientWidth")) {
            faults.add("has to be scrolled sideways");
        }
        return faults;
    }

    /** Takes a picture of the whole page into {@code target/console}, and holds it to what makes it legible. */
    void assertFits(String name) throws IOException {
        Path picture = Files.createDirectories(Path.of("target", "console")).resolve(name + ".png");
        Files.write(picture, picture());
        assertThat(faults()).as("see %s", picture).isEmpty();
    }

    /** No error in the browser's console, no request to any host but ours. */
    void assertQuiet() throws IOException {
        assertThat(driver.manage().logs().get(LogType.BROWSER).getAll()).isEmpty();
        assertOnlyOwnHost();
    }

    void assertOnlyOwnHost() throws IOException {
        List<String> hosts = new ArrayList<>();
        for (var entry : driver.manage().logs().get(LogType.PERFORMANCE)) {
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

    @Override
    public void close() {
        driver.quit();
    }
}
