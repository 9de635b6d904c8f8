package portvakt.sim.display;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.logging.Level;
import javax.imageio.ImageIO;
import org.awaitility.Awaitility;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import portvakt.server.web.Axe;

/** Chromium as it stands in front of a gate: one page, at the size of a small screen. */
final class Kiosk implements AutoCloseable {

    /** Screens that are sold for a Raspberry Pi, and one on its side. */
    record Size(int width, int height) {
        static final List<Size> ALL = List.of(new Size(800, 480), new Size(480, 320), new Size(480, 800));

        @Override
        public String toString() {
            return width + "x" + height;
        }
    }

    private static final File BROWSER = new File("/usr/bin/chromium");
    private static final File DRIVER = new File("/usr/bin/chromedriver");
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** What is cut off or could be scrolled, words that stand outside the screen, and a shape that is missing or small. */
    private static final String MISFITS = """
            const found = [];
            const root = document.documentElement;
            if (root.scrollHeight > innerHeight || root.scrollWidth > innerWidth) found.push('the page scrolls');
            for (const e of document.querySelectorAll('header, header *, main, main div, #words h1, #words span, footer, footer *')) {
              const r = e.getBoundingClientRect();
              if (r.width && (r.left < -0.5 || r.top < -0.5 || r.right > innerWidth + 0.5 || r.bottom > innerHeight + 0.5))
                found.push(e.tagName + ' ' + e.textContent.slice(0, 40) + ' stands outside');
            }
            const words = document.getElementById('words');
            if (words.scrollHeight > words.clientHeight || words.scrollWidth > words.clientWidth) found.push('words are cut off');
            if (words.getBoundingClientRect().bottom > document.querySelector('main').getBoundingClientRect().bottom + 0.5)
              found.push('words run over the bottom line');
            const shapes = [...document.querySelectorAll('#symbol svg')].map(e => e.getBoundingClientRect()).filter(r => r.width);
            if (shapes.length !== 1 || Math.min(shapes[0].width, shapes[0].height) < Math.min(innerWidth, innerHeight) * 0.45)
              found.push('shapes to be seen: ' + shapes.map(r => r.width + 'x' + r.height).join());
            return found;""";

    private final ChromeDriver browser;

    Kiosk(Path profile) {
        assertThat(BROWSER).as("a browser: install the Debian package chromium").exists();
        assertThat(DRIVER)
                .as("its driver: install the Debian package chromium-driver")
                .exists();
        LoggingPreferences logging = new LoggingPreferences();
        logging.enable(LogType.BROWSER, Level.ALL);
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
                "--user-data-dir=" + profile);
        browser = new ChromeDriver(
                new ChromeDriverService.Builder().usingDriverExecutable(DRIVER).build(), options);
    }

    void open(URI page) {
        browser.get(page.toString());
        browser.executeScript("window.notReloaded = true");
    }

    void resize(Size size) {
        Map<String, Object> metrics = new TreeMap<>();
        metrics.put("width", size.width());
        metrics.put("height", size.height());
        metrics.put("deviceScaleFactor", 1);
        metrics.put("mobile", false);
        browser.executeCdpCommand("Emulation.setDeviceMetricsOverride", metrics);
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> browser.executeScript("return innerWidth + 'x' + innerHeight")
                        .equals(size.toString()));
        // After the page has had its say about the new size.
        browser.executeAsyncScript("requestAnimationFrame(() => requestAnimationFrame(arguments[0]))");
    }

    /** Waits until the page looks so. @return what it says */
    String await(String look) {
        Awaitility.await()
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> look.equals(browser.executeScript("return document.body.dataset.look")));
        return text();
    }

    String text() {
        return (String) browser.executeScript("return document.body.innerText");
    }

    void awaitText(String part) {
        Awaitility.await().atMost(PATIENCE).until(() -> text().contains(part));
    }

    boolean notReloaded() {
        return Boolean.TRUE.equals(browser.executeScript("return window.notReloaded === true"));
    }

    List<?> misfits() {
        return (List<?>) browser.executeScript(MISFITS);
    }

    /** Height of the headlines' letters' line, CSS pixels. */
    double headlinePx() {
        return ((Number) browser.executeScript(
                        "return parseFloat(getComputedStyle(document.querySelector('#words h1')).fontSize)"))
                .doubleValue();
    }

    List<String> complaints() {
        return browser.manage().logs().get(LogType.BROWSER).getAll().stream()
                .map(entry -> entry.getMessage())
                .toList();
    }

    /** What axe-core objects to. */
    List<String> violations() {
        return Axe.of(browser).violations();
    }

    BufferedImage picture() throws IOException {
        return ImageIO.read(new ByteArrayInputStream(browser.getScreenshotAs(OutputType.BYTES)));
    }

    @Override
    public void close() {
        browser.quit();
    }
}
