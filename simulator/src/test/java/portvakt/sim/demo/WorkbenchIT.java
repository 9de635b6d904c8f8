package portvakt.sim.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import portvakt.gate.adapter.file.FolderDisk;
import portvakt.gate.journal.JournalReader;
import portvakt.protocol.v1.ChainedEvent;
import portvakt.protocol.v1.EventFacts;
import portvakt.server.web.Axe;

/** The workbench in a real browser, over a whole demo: what a hand does there, the real gate does, and both sides show it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WorkbenchIT {

    private static final File BROWSER = new File("/usr/bin/chromium");
    private static final File DRIVER = new File("/usr/bin/chromedriver");
    /** Nobody drags faster. */
    private static final Duration GESTURE = Duration.ofMillis(250);

    private static final int DRAGS_MAX = 4;

    private static final int PICTURE_BYTES_MAX = 250_000;

    /** Every text's contrast with the nearest painted ground behind it: WCAG 2.2, 1.4.3. Disabled controls are exempt. */
    private static final String TOO_FAINT = """
            const lum = c => { const v = c.map(x => { x /= 255; return x <= .03928 ? x / 12.92 : ((x + .055) / 1.055) ** 2.4; });
              return .2126 * v[0] + .7152 * v[1] + .0722 * v[2]; };
            const rgb = s => s.match(/[\\d.]+/g).map(Number);
            const ground = e => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor);
              if (c.length < 4 || c[3] > 0) return c.slice(0, 3); } return [255, 255, 255]; };
            const faint = [];
            const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
            while (walker.nextNode()) {
              const e = walker.currentNode.parentElement;
              if (!walker.currentNode.data.trim() || !e.getClientRects().length || e.closest(':disabled')) continue;
              const a = lum(rgb(getComputedStyle(e).color).slice(0, 3)), b = lum(ground(e));
              const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
              if (ratio < 4.5) faint.push(walker.currentNode.data.trim() + ' ' + ratio.toFixed(2));
            }
            return faint;""";

    @TempDir
    private static Path folder;

    private DemoProcess demo;
    private ChromeDriver browser;

    @BeforeAll
    void start() throws Exception {
        assertThat(BROWSER).as("a browser: install the Debian package chromium").exists();
        assertThat(DRIVER)
                .as("its driver: install the Debian package chromium-driver")
                .exists();
        demo = new DemoProcess(folder);
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
                "--user-data-dir=" + folder.resolve("profile"));
        options.setExperimentalOption("prefs", Map.of("intl.accept_languages", "en-GB,en"));
        browser = new ChromeDriver(
                new ChromeDriverService.Builder().usingDriverExecutable(DRIVER).build(), options);
    }

    @AfterAll
    void stop() {
        if (browser != null) {
            browser.quit();
        }
        if (demo != null) {
            demo.close();
        }
    }

    @BeforeEach
    void openAtRest() throws Exception {
        for (String gate : List.of("entrance", "exit")) {
            demo.act("gates/" + gate + "/power", "{\"on\":true}");
            demo.act("gates/" + gate + "/cable", "{\"in\":true}");
            demo.act("gates/" + gate + "/fire", "{\"active\":false}");
            demo.act("gates/" + gate + "/clock", "{\"aheadHours\":0,\"synchronised\":true}");
        }
        await().until(() -> isOnline("entrance") && isOnline("exit"));
        browser.manage().logs().get(LogType.BROWSER);
        view(1280, 900, false, "light");
        open();
        await().until(() -> data("entrance", "relay").equals("locked"));
    }

    @Test
    void aCardThatIsDroppedOnTheReaderOpensTheArmAndOneMoreIsOnSite() throws Exception {
        // Of nobody who may be inside by another test.
        String card = card(7);
        int before = onSite();
        browser.executeScript("window.notReloaded = true");

        dropOnReader(card);
        await().until(() -> data("entrance", "relay").equals("released"));
        assertThat(text("entrance", ".relay")).isEqualTo("Open for one");
        assertThat(text("entrance", ".verdict")).contains("Granted", card);
        assertThat(demo.act("gates/entrance/arm", "{}").path("passage").asText())
                .isEqualTo("TAKEN");
        await().until(() -> data("entrance", "relay").equals("locked"));
        await().untilAsserted(() ->
                assertThat(onSite()).as(() -> text("entrance", ".journal")).isEqualTo(before + 1));
        await().until(() -> browser.findElement(By.id("on-site")).getText().startsWith(before + 1 + " "));
        assertThat(browser.executeScript("return window.notReloaded")).isEqualTo(true);
        assertQuiet();
    }

    @Test
    void theRegisterRevokesAndTheNextTapIsDeniedWithItsReason() {
        String card = card(1);
        WebElement entry = browser.findElement(By.cssSelector("[data-entry='" + card + "']"));

        entry.findElement(By.cssSelector("[data-set=REVOKED]")).click();
        await().until(() -> entry.findElement(By.cssSelector(".knew"))
                .getText()
                .matches("Entrance knew after \\d+ ms · Exit knew after \\d+ ms"));
        await().until(() -> entry.findElement(By.cssSelector(".status")).getText(), status -> status.equals("Revoked"));
        tile(card).click();
        press("entrance", "hold");

        await().until(() -> data("entrance", "decision").equals("denied"));
        assertThat(text("entrance", ".verdict")).contains("Card revoked", card);
        assertThat(text("entrance", ".remedy")).contains("new card");
        assertThat(data("entrance", "relay")).isEqualTo("locked");
        assertQuiet();
    }

    @Test
    void withoutItsCableAGateStillDecidesAndItsQueueEmptiesWhenItIsBack() throws Exception {
        press("entrance", "cable");
        await().until(() -> data("entrance", "net").equals("pulled"));
        assertThat(text("entrance", ".net")).isEqualTo("The cable is out");
        int before = onSite();

        passByKeysOrClicks(card(2));

        await().until(() -> text("entrance", ".queue").matches("\\d+ events are not confirmed"));
        assertThat(demo.gate("entrance").path("program").path("queue").asInt()).isGreaterThanOrEqualTo(2);
        assertThat(onSite()).as("the server cannot know").isEqualTo(before);
        JsonNode spread = demo.act("register/cards/" + card(20) + "/status", "{\"status\":\"SUSPENDED\"}");
        assertThat(spread.path("appliedMs").has("exit")).isTrue();
        assertThat(spread.path("appliedMs").has("entrance")).isFalse();

        press("entrance", "cable");
        await().until(() -> text("entrance", ".queue").equals("The server has confirmed everything"));
        await().untilAsserted(() -> assertThat(onSite()).isEqualTo(before + 1));
        assertThat(tap("entrance", card(20)).path("reason").asText()).isEqualTo("CREDENTIAL_SUSPENDED");
        assertQuiet();
    }

    @Test
    void aPowerCutInAGrantLocksTheArmAndLosesNothingThatWasSaid() throws Exception {
        tile(card(3)).click();
        press("entrance", "hold");
        await().until(() -> data("entrance", "relay").equals("released"));
        press("entrance", "power");

        await().until(() -> data("entrance", "relay").equals("dark"));
        JsonNode dark = demo.gate("entrance");
        assertThat(dark.path("relay").asText()).isEqualTo("LOCKED");
        assertThat(dark.path("free").asBoolean()).isFalse();
        assertThat(dark.has("program")).isFalse();
        assertThat(demo.act("gates/entrance/arm", "{}").path("turned").asBoolean())
                .isFalse();
        assertThat(demo.workbench("gates/entrance/taps", "{\"card\":\"" + card(3) + "\"}")
                        .statusCode())
                .isEqualTo(409);
        press("entrance", "hold");
        await().until(() -> text("entrance", ".said").contains("has no power"));

        press("entrance", "power");
        await().until(() -> data("entrance", "relay").equals("locked")
                && data("entrance", "net").equals("online"));
        assertThat(demo.gate("entrance").path("relay").asText()).isEqualTo("LOCKED");
        assertJournalIsWhole();
        passByKeysOrClicks(card(4));
        await().until(() -> text("entrance", ".queue").equals("The server has confirmed everything"));
        assertJournalIsWhole();
        List<LogRefusal> refused = refusals();
        assertThat(refused).extracting(LogRefusal::status).containsOnly(409);
    }

    @Test
    void fireFreesTheArmAndItsEndLocksIt() throws Exception {
        press("exit", "fire");
        await().until(() -> data("exit", "relay").equals("fire"));
        assertThat(text("exit", ".relay")).isEqualTo("Fire: free");
        press("exit", "arm");
        await().until(() -> text("exit", ".said").contains("during a fire alarm"));
        press("exit", "fire");

        await().until(() -> data("exit", "relay").equals("locked"));
        assertThat(text("exit", ".journal")).contains("The fire alarm is over");
        assertQuiet();
    }

    @Test
    void whoFollowsBehindIsNobodysPassage() throws Exception {
        tap("entrance", card(5));

        press("entrance", "tailgate");

        await().until(() -> text("entrance", ".said")
                .equals("The arm turned, and one person went through. "
                        + "The arm turned although no card had released it: forced, nothing had released the arm."));
        await().until(() -> !journal("entrance", "alarm").isEmpty());
        assertThat(journal("entrance", "alarm").getFirst()).contains("Somebody went through: forced");
    }

    @Test
    void aClockThatIsWoundIsNotTrustedAndAnUncertainOneEither() throws Exception {
        gate("exit").findElement(By.tagName("summary")).click();
        press("exit", "sync");
        await().until(() -> data("exit", "trust").equals("unsure"));
        gate("exit").findElement(By.cssSelector("[data-hours='192']")).click();
        await().until(() -> text("exit", ".wind summary").contains("8 days fast"));
        assertThat(demo.gate("exit").path("program").path("trust").asText()).isEqualTo("BOUNDED_BELOW");

        gate("exit").findElement(By.cssSelector("[data-act=right]")).click();
        await().until(() -> text("exit", ".wind summary").contains("is right"));
    }

    @Test
    void onePassageByTheKeyboardAlone() throws Exception {
        int before = onSite();
        browser.executeScript("document.activeElement.blur()");
        WebElement focused = tabTo("#cards input");
        focused.sendKeys(Keys.ARROW_RIGHT, Keys.ARROW_LEFT);
        while (!browser.switchTo().activeElement().getDomAttribute("data-value").equals(card(6))) {
            browser.switchTo().activeElement().sendKeys(Keys.ARROW_RIGHT);
        }
        tabTo("#gate-entrance .reader").sendKeys(Keys.ENTER);
        await().until(() -> data("entrance", "relay").equals("released"));
        tabTo("#gate-entrance [data-act=arm]").sendKeys(Keys.SPACE);

        await().until(() -> text("entrance", ".said").startsWith("The arm turned"));
        await().untilAsserted(() -> assertThat(onSite()).isEqualTo(before + 1));
        assertQuiet();
    }

    @Test
    void aPassAndACodeAreShownAsTheyAre() {
        pick("pass");
        press("entrance", "hold");
        await().until(() -> text("entrance", ".verdict").matches("Granted: pass …\\d{4}"));
        press("entrance", "arm");
        await().until(() -> data("entrance", "relay").equals("locked"));

        WebElement code = browser.findElement(By.id("code"));
        code.clear();
        code.sendKeys("no card number");
        press("entrance", "hold");
        await().until(() -> text("entrance", ".verdict").startsWith("Code not recognised"));
        assertQuiet();
    }

    @Test
    void speaksNorwegianWhenItIsSwitchedAndTheConsoleDoesToo() {
        browser.findElement(By.id("language")).click();
        await().ignoreExceptions()
                .until(() -> browser.findElement(By.tagName("h1")).getText().equals("Prøvebenk"));
        await().until(() -> text("entrance", ".relay").equals("Låst"));
        browser.get(demo.file().path("url").asText());
        assertThat(browser.findElement(By.tagName("html")).getDomAttribute("lang"))
                .isEqualTo("nb");
        open();
        browser.findElement(By.id("language")).click();
        await().ignoreExceptions()
                .until(() -> browser.findElement(By.tagName("h1")).getText().equals("Workbench"));
    }

    @ParameterizedTest
    @CsvSource({"desktop, 1360, 880, light", "phone, 390, 844, dark"})
    void isLegibleAndFits(String device, int width, int height, String scheme) throws Exception {
        view(width, height, device.equals("phone"), scheme);
        open();
        passByKeysOrClicks(card(0));
        browser.findElement(By.cssSelector("[data-entry='" + card(1) + "'] [data-set=SUSPENDED]"))
                .click();
        await().until(() -> browser.findElement(By.cssSelector("[data-entry='" + card(1) + "'] .knew"))
                .getText()
                .contains("ms"));
        tile(card(1)).click();
        press("entrance", "hold");
        await().until(() -> data("entrance", "decision").equals("denied"));
        tap("exit", card(0));
        await().until(() -> data("exit", "relay").equals("released"));
        browser.executeScript("window.scrollTo(0, 0); document.querySelector('#cards').scrollLeft = 0");

        Path picture = Files.createDirectories(Path.of("target", "workbench")).resolve(device + "-" + scheme + ".png");
        Files.write(picture, screenshot(device.equals("phone")));
        assertThat((List<?>) browser.executeScript(TOO_FAINT))
                .as("contrast below 4.5, see %s", picture)
                .isEmpty();
        assertThat((List<?>) browser.executeScript("""
                        return [...document.querySelectorAll('button, a.tool, .tile, summary')]
                          .filter(e => e.getBoundingClientRect().height < 44 && e.getClientRects().length)
                          .map(e => e.textContent.trim());"""))
                .as("targets below 44 px, see %s", picture)
                .isEmpty();
        assertThat((Boolean) browser.executeScript(
                        "return document.documentElement.scrollWidth <= document.documentElement.clientWidth"))
                .as("no sideways scrolling, see %s", picture)
                .isTrue();
        assertThat(Axe.of(browser).violations()).isEmpty();
        if (device.equals("desktop")) {
            assertThat(Files.size(picture)).isLessThan(PICTURE_BYTES_MAX);
        }
        demo.act("gates/exit/arm", "{}");
        demo.act("register/cards/" + card(1) + "/status", "{\"status\":\"VALID\"}");
    }

    private record LogRefusal(int status) {}

    private static ConditionFactory await() {
        return Awaitility.await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(50));
    }

    private void open() {
        browser.get(demo.file().path("workbenchPage").asText());
        await().until(() ->
                browser.findElement(By.id("link")).getDomAttribute("class").contains("live"));
    }

    private void view(int width, int height, boolean mobile, String scheme) {
        browser.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of(
                        "features",
                        List.of(
                                Map.of("name", "prefers-color-scheme", "value", scheme),
                                Map.of("name", "prefers-reduced-motion", "value", "reduce"))));
        browser.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", mobile));
    }

    private byte[] screenshot(boolean whole) {
        Object data = browser.executeCdpCommand("Page.captureScreenshot", Map.of("captureBeyondViewport", whole))
                .get("data");
        return Base64.getDecoder().decode(data.toString());
    }

    private String card(int index) {
        return demo.file().path("cards").path(index).path("number").asText();
    }

    private WebElement tile(String card) {
        return browser.findElement(By.cssSelector(".tile:has([data-value='" + card + "'])"));
    }

    private void pick(String what) {
        browser.findElement(By.cssSelector(".tile:has([data-what='" + what + "'])"))
                .click();
    }

    private WebElement gate(String name) {
        return browser.findElement(By.id("gate-" + name));
    }

    private void press(String gate, String act) {
        gate(gate).findElement(By.cssSelector("[data-act=" + act + "]")).click();
    }

    private String data(String gate, String name) {
        return String.valueOf(gate(gate).getDomAttribute("data-" + name));
    }

    private String text(String gate, String selector) {
        return gate(gate).findElement(By.cssSelector(selector)).getText();
    }

    private List<String> journal(String gate, String kind) {
        return gate(gate).findElements(By.cssSelector(".journal ." + kind)).stream()
                .map(WebElement::getText)
                .toList();
    }

    private void passByKeysOrClicks(String card) throws Exception {
        tile(card).click();
        press("entrance", "hold");
        await().until(() -> data("entrance", "relay").equals("released"));
        press("entrance", "arm");
        await().until(() -> data("entrance", "relay").equals("locked"));
        await().until(() -> text("entrance", ".said").startsWith("The arm turned"));
    }

    /** A browser that is busy may miss the beginning of a drag, as it may a hand's. */
    private void dropOnReader(String card) {
        for (int i = 0; i < DRAGS_MAX; i++) {
            drag(tile(card), gate("entrance").findElement(By.cssSelector(".reader")));
            try {
                Awaitility.await()
                        .atMost(Duration.ofSeconds(8))
                        .until(() -> text("entrance", ".said").startsWith("Granted"));
                return;
            } catch (ConditionTimeoutException e) {
                browser.executeScript("document.querySelector('#gate-entrance .said').textContent = ''");
            }
        }
        throw new AssertionError("no card was dropped in " + DRAGS_MAX + " drags");
    }

    /** As a hand does: a drag begins with the first few points of movement. */
    private void drag(WebElement from, WebElement to) {
        new Actions(browser)
                .moveToElement(from)
                .clickAndHold()
                .pause(GESTURE)
                .moveByOffset(5, 5)
                .pause(GESTURE)
                .moveToElement(to)
                .pause(GESTURE)
                .moveByOffset(1, 1)
                .pause(GESTURE)
                .release()
                .perform();
    }

    /** Goes on with the tabulator until it is there. */
    private WebElement tabTo(String selector) {
        for (int i = 0; i < 60; i++) {
            new Actions(browser).sendKeys(Keys.TAB).perform();
            WebElement focused = browser.switchTo().activeElement();
            if ((Boolean) browser.executeScript("return arguments[0].matches(arguments[1])", focused, selector)) {
                return focused;
            }
        }
        throw new AssertionError("the tabulator does not reach " + selector);
    }

    private JsonNode tap(String gate, String card) throws IOException, InterruptedException {
        return demo.act("gates/" + gate + "/taps", "{\"card\":\"" + card + "\"}");
    }

    private boolean isOnline(String gate) throws IOException, InterruptedException {
        return demo.gate(gate).path("program").path("online").asBoolean();
    }

    private int onSite() throws IOException, InterruptedException {
        return demo.api("presence").path("count").asInt();
    }

    /** Read from the disk, as the real program would after its next start. */
    private void assertJournalIsWhole() throws IOException {
        List<ChainedEvent> events = new ArrayList<>();
        List<String> faults = new JournalReader(FolderDisk.existing(demo.gateData("entrance"))).read(events::add);
        assertThat(faults).isEmpty();
        assertThat(events).isNotEmpty();
        int starts = 0;
        for (ChainedEvent event : events) {
            EventFacts facts = EventFacts.parseFrom(event.getFacts());
            assertThat(facts.hasGateStopped()).as("no orderly stop").isFalse();
            starts += facts.hasGateStarted() ? 1 : 0;
        }
        assertThat(starts).isGreaterThanOrEqualTo(2);
    }

    /** What the browser complained of: requests that were refused, as they should be. */
    private List<LogRefusal> refusals() {
        return browser.manage().logs().get(LogType.BROWSER).getAll().stream()
                .map(entry -> new LogRefusal(entry.getMessage().contains("409") ? 409 : 0))
                .toList();
    }

    private void assertQuiet() {
        assertThat(browser.manage().logs().get(LogType.BROWSER).getAll()).isEmpty();
    }
}
