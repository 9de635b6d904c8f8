package portvakt.server.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.WebDriverException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.logging.LogType;
import portvakt.protocol.pass.PassCode;

/** The passes' pages in a real browser: a pass is issued, shown and withdrawn, legibly, on a phone too; the code is one. */
class PassesIT {

    @TempDir
    private Path folder;

    private TestServer server;
    private ChromeDriver browser;

    @BeforeEach
    void start() throws Exception {
        server = new TestServer(folder);
        browser = TestBrowser.chromium(folder.resolve("profile"), TestBrowser.NORWEGIAN, "--window-size=1280,1600");
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

    private void press(String css) {
        browser.findElement(By.cssSelector(css)).click();
    }

    private String page() {
        return browser.findElement(By.tagName("main")).getText();
    }

    /** The page that a click brings may not be there yet, and the old one go away while it is read. */
    private void awaitPage(String... texts) {
        await().ignoreExceptionsInstanceOf(WebDriverException.class)
                .untilAsserted(() -> assertThat(page()).contains(texts));
    }

    @Test
    void aPassIsIssuedShownAndWithdrawn() throws Exception {
        press(".places a[href='/passes']");
        awaitPage("Adgangsbevis");
        browser.findElement(By.cssSelector("option[value=PLACEMENT]")).click();
        browser.findElement(By.id("note")).sendKeys("Elev, uke 48");
        press("section form.stack button");
        awaitPage("Elev, uke 48", "Gjelder nå", "Utplassering", "24. november 2026");

        press("a[href^='/pass?code=']");
        awaitPage("Adgangsbevis for bjorvika", "Vis koden");
        assertThat(page()).doesNotContain("Elev");
        WebElement code = browser.findElement(By.tagName("img"));
        assertThat(code.getDomProperty("naturalWidth")).isNotEqualTo("0");
        byte[] shown = Base64.getDecoder().decode(code.getScreenshotAs(org.openqa.selenium.OutputType.BASE64));
        assertThat(PassCode.read(QrPictureTest.read(shown)).prove(server.passKeys.pair.getPublic()))
                .isEqualTo(server.passes
                        .list("bjorvika", Long.MAX_VALUE, 1)
                        .getFirst()
                        .pass());

        browser.navigate().back();
        awaitPage("Gjelder nå");
        browser.findElement(By.id("reason")).sendKeys("Ferdig");
        press(".danger");
        awaitPage("Trukket tilbake 24. november 2026 06:55");
        assertThat(browser.findElements(By.tagName("img"))).isEmpty();
        assertThat(browser.manage().logs().get(LogType.BROWSER).getAll()).isEmpty();
    }

    @Test
    void isLegibleAndFits() throws IOException {
        String one = "/passes/bjorvika/" + FakePasses.EXAMPLE.digits();
        browser.get(server.uri(one).toString());
        String holder =
                browser.findElement(By.cssSelector("a[href^='/pass?code=']")).getDomProperty("href");
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
                String kind = (phone ? "-phone-" : "-desktop-") + scheme;
                assertFits(server.uri("/passes").toString(), "passes" + kind);
                assertFits(server.uri(one).toString(), "pass" + kind);
                assertFits(holder, "holder" + kind);
            }
        }
    }

    private void assertFits(String url, String name) throws IOException {
        browser.get(url);
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
}
