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
import org.openqa.selenium.By;
import org.openqa.selenium.WebDriverException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;

/** A real browser that asks for Norwegian, driven by a test. */
final class Browser implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    final ChromeDriver driver;

    /** @param profile a folder of its own, so of other cookies than another browser's */
    Browser(Path profile) {
        driver = TestBrowser.chromium(profile, TestBrowser.NORWEGIAN, "--window-size=1280,1600");
    }

    WebElement find(String css) {
        return await().atMost(PATIENCE)
                .ignoreExceptionsInstanceOf(WebDriverException.class)
                .until(() -> driver.findElement(By.cssSelector(css)), WebElement::isDisplayed);
    }

    void fill(String css, String text) {
        WebElement field = find(css);
        field.clear();
        field.sendKeys(text);
    }

    void press(String css) {
        find(css).click();
    }

    /** The page that a click brings may not be there yet, and the old one go away while it is read. */
    void awaitPage(String... texts) {
        await().atMost(PATIENCE)
                .ignoreExceptionsInstanceOf(WebDriverException.class)
                .untilAsserted(
                        () -> assertThat(driver.findElement(By.tagName("body")).getText())
                                .contains(texts));
    }

    String text() {
        return driver.findElement(By.tagName("body")).getText();
    }

    /** Dark and light, on a phone and a desk: legible, large enough to hit, no sideways scrolling. Leaves pictures behind. */
    void assertFits(String url, String name) throws IOException {
        for (String scheme : List.of("light", "dark")) {
            for (boolean phone : List.of(true, false)) {
                driver.executeCdpCommand(
                        "Emulation.setEmulatedMedia",
                        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
                driver.executeCdpCommand(
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
                driver.get(url);
                Path picture = Files.createDirectories(Path.of("target", "console"))
                        .resolve(name + (phone ? "-phone-" : "-desktop-") + scheme + ".png");
                Object whole = driver.executeCdpCommand("Page.captureScreenshot", Map.of("captureBeyondViewport", true))
                        .get("data");
                Files.write(picture, Base64.getDecoder().decode(whole.toString()));
                assertThat((List<?>) driver.executeScript(ConsoleIT.TOO_FAINT))
                        .as("contrast below 4.5, see %s", picture)
                        .isEmpty();
                assertThat((List<?>) driver.executeScript(ConsoleIT.TOO_SMALL))
                        .as("targets below 44 px, see %s", picture)
                        .isEmpty();
                assertThat((Boolean) driver.executeScript(
                                "return document.documentElement.scrollWidth <= document.documentElement.clientWidth"))
                        .as("no sideways scrolling, see %s", picture)
                        .isTrue();
            }
        }
        driver.executeCdpCommand("Emulation.clearDeviceMetricsOverride", Map.of());
    }

    @Override
    public void close() {
        driver.quit();
    }
}
