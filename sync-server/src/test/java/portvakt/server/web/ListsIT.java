package portvakt.server.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.logging.LogType;

/** The lists' pages in a real browser: they say what the API says, follow, fit a phone, and are legible in light and dark. */
class ListsIT {

    private static final long SEED = 20_261_124;
    private static final Instant NOW = TestServer.NOW;
    private static final Instant DAYS_AGO = NOW.minus(Duration.ofDays(3));

    @TempDir
    private Path folder;

    private TestServer server;
    private ChromeDriver browser;

    @BeforeEach
    void start() throws Exception {
        server = new TestServer(folder);
        fill(server.spread);
        browser = TestBrowser.chromium(folder.resolve("profile"), TestBrowser.NORWEGIAN);
        browser.get(server.uri("/").toString());
        browser.findElement(By.id("name")).sendKeys("kari");
        browser.findElement(By.id("password")).sendKeys(TestServer.PASSWORD);
        browser.findElement(By.cssSelector("form.stack button")).click();
        await().atMost(Duration.ofSeconds(20))
                .until(() -> !browser.findElements(By.id("log")).isEmpty());
    }

    @AfterEach
    void stop() {
        if (browser != null) {
            browser.quit();
        }
        server.close();
    }

    @Test
    void leadsFromTheConsoleToAListAndFollowsIt() throws Exception {
        browser.findElement(By.cssSelector(".more summary")).click();
        browser.findElement(By.cssSelector(".more a[href='/lists']")).click();
        assertThat(browser.findElement(By.tagName("h1")).getText()).isEqualTo("Kortlister");
        browser.findElement(By.cssSelector("a[href='/lists/hms-kort']")).click();
        assertThat(browser.findElement(By.tagName("h1")).getText()).isEqualTo("Kortliste hms-kort");
        await().until(() -> browser.findElement(By.id("link")).getText().equals("Direkte"));
        assertThat(page()).contains("v4217", "Tilstand", "Henger etter", "Skadet", "Taus lenge", "Henter v4217");

        JsonNode spread = server.api("/api/v1/lists/hms-kort/spread");
        assertThat(spread.path("counts").path("gates").asInt()).isEqualTo(9);
        assertThat(spread.path("counts").path("lagging").asInt()).isEqualTo(2);
        assertThat(server.api("/api/v1/lists/hms-kort/spread?version=4217")
                        .path("have")
                        .asInt())
                .isEqualTo(6);
        assertThat(server.api("/api/v1/lists").path("lists").get(0).asText()).isEqualTo("hms-kort");

        server.spread.issue(4218, NOW, 1);
        await().atMost(Duration.ofSeconds(30)).until(() -> page().contains("v4218"));
        browser.findElement(By.cssSelector("button[value=en]")).click();
        await().ignoreExceptions()
                .until(() -> browser.findElement(By.tagName("h1")).getText().equals("Card list hms-kort"));
        assertThat(browser.getCurrentUrl()).endsWith("/lists/hms-kort");
        assertThat(browser.manage().logs().get(LogType.BROWSER).getAll()).isEmpty();
    }

    @Test
    void isLegibleAndFits() throws IOException {
        for (String scheme : List.of("light", "dark")) {
            for (boolean phone : List.of(true, false)) {
                browser.executeCdpCommand(
                        "Emulation.setEmulatedMedia",
                        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
                browser.executeCdpCommand(
                        "Emulation.setDeviceMetricsOverride",
                        Map.of(
                                "width",
                                phone ? 390 : 1280,
                                "height",
                                phone ? 844 : 800,
                                "deviceScaleFactor",
                                1,
                                "mobile",
                                phone));
                for (String path : List.of("/lists", "/lists/hms-kort")) {
                    browser.get(server.uri(path).toString());
                    assertFits(
                            path.substring(1).replace('/', '-') + "-" + (phone ? "phone" : "desktop") + "-" + scheme);
                }
            }
        }
    }

    private void assertFits(String name) throws IOException {
        Path picture = Files.createDirectories(Path.of("target", "console")).resolve(name + ".png");
        Object whole = browser.executeCdpCommand("Page.captureScreenshot", Map.of("captureBeyondViewport", true))
                .get("data");
        Files.write(picture, Base64.getDecoder().decode(whole.toString()));
        assertThat((List<?>) browser.executeScript(ConsoleIT.TOO_FAINT))
                .as("contrast below 4.5, see %s", picture)
                .isEmpty();
        assertThat((List<?>) browser.executeScript(ConsoleIT.TOO_SMALL))
                .as("targets below 44 px, see %s", picture)
                .isEmpty();
        assertThat((Boolean) browser.executeScript(
                        "return document.documentElement.scrollWidth <= document.documentElement.clientWidth"))
                .as("no sideways scrolling, see %s", picture)
                .isTrue();
    }

    private String page() {
        return browser.findElement(By.id("main")).getText();
    }

    /** A day with one version an hour, and a gate in each condition. */
    private static void fill(FakeSpreadLog spread) {
        SplittableRandom random = new SplittableRandom(SEED);
        List<String> quick = List.of("hovedport", "nord-inn", "nord-ut", "vest", "heis-a");
        for (int i = 0; i < 24; i++) {
            long version = 4194 + i;
            Instant at = NOW.minus(Duration.ofMinutes(3 + 60L * (23 - i)));
            spread.issue(version, at, 1 + random.nextInt(40));
            for (String gate : quick) {
                long ms = 150 + (long) (random.nextDouble() * random.nextDouble() * 3_000);
                spread.applied(gate, version, at.plusMillis(i == 9 ? ms * 8 : ms), DAYS_AGO);
            }
            if (i < 23) {
                spread.applied("sor", version, at.plusMillis(700 + random.nextInt(9_000)), DAYS_AGO);
                spread.applied("ost", version, at.plusMillis(300 + random.nextInt(900)), DAYS_AGO);
            }
            if (i < 12) {
                spread.applied("lager", version, at.plusMillis(400 + random.nextInt(900)), DAYS_AGO);
            }
        }
        Instant back = NOW.minusSeconds(95);
        spread.applied("brakke", 4217, back.plusMillis(1_900), back);
        quick.forEach(gate -> spread.gate(gate, true, DAYS_AGO, NOW.minusSeconds(4), "FRESH", 0, 0));
        spread.gate("sor", true, DAYS_AGO, NOW.minusSeconds(2), "FRESH", 0, 0);
        spread.gate("ost", true, DAYS_AGO, NOW.minusSeconds(3), "DAMAGED", 2, 4217);
        spread.gate("lager", false, DAYS_AGO, NOW.minus(Duration.ofHours(11)), "FRESH", 0, 0);
        spread.gate("brakke", true, back, NOW.minusSeconds(5), "FRESH", 0, 0);
    }
}
