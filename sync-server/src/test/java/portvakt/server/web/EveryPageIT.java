package portvakt.server.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.helidon.http.Method;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import portvakt.server.port.Principal;
import portvakt.server.port.Role;
import portvakt.server.web.Route.Protection;

/**
 * Each page that there is, found by walking the routes, in a real browser: nothing that axe-core objects to, legible, no wider than
 * the screen, light to load, silent towards other hosts. A page that is new is in here by itself.
 */
class EveryPageIT {

    /** What is loaded before a page can be used the first time: the page, style and scripts. */
    private static final long FIRST_LOAD_BYTES_MAX = 100_000;

    private static final Principal ADMIN = Principal.everywhere("kari", Role.ADMIN);

    @TempDir
    private Path folder;

    private TestServer server;
    private TestBrowser browser;
    private SequencedMap<String, String> pages;

    @BeforeEach
    void start() throws Exception {
        server = new TestServer(folder);
        new SampleDay(server).commit();
        SamplePeople.fill(server);
        pages = pages();
        browser = new TestBrowser(server, folder.resolve("profile"));
    }

    @AfterEach
    void stop() {
        browser.close();
        server.close();
    }

    /** The address of each page by a name for its picture. */
    private SequencedMap<String, String> pages() throws Exception {
        SequencedMap<String, String> found = new TreeMap<>();
        String session = server.session(ADMIN);
        for (Route route : server.web.routes()) {
            if (!route.method().equals(Method.GET)
                    || (route.protection() != Protection.PAGE && route.protection() != Protection.PUBLIC)) {
                continue;
            }
            String path = TestServer.example(route.path());
            HttpResponse<String> response = server.get(
                    path, "Cookie", route.protection() == Protection.PAGE ? session : "portvakt-language=nb");
            boolean page = response.statusCode() == 200
                    && response.body().startsWith("<!DOCTYPE html>")
                    && response.headers().firstValue("Content-Disposition").isEmpty();
            if (page) {
                found.put(
                        route.path().equals("/")
                                ? "console"
                                : route.path()
                                        .substring(1)
                                        .replaceAll("[^a-z]+", "-")
                                        .replaceAll("-$", ""),
                        path);
            }
        }
        HttpResponse<String> pass = server.get("/passes/bjorvika/" + FakePasses.EXAMPLE.digits(), "Cookie", session);
        String code = pass.body().replaceFirst("(?s).*href=\"/pass\\?code=([^\"]*)\".*", "$1");
        found.put("pass-holder", "/pass?code=" + code);
        found.put("not-there", "/there-is-no-such-page");
        return found;
    }

    @Test
    void findsThePagesThatThereAre() {
        assertThat(pages)
                .containsKeys(
                        "console", "log", "presence", "muster", "muster-id", "passes", "lists", "lists-list", "login")
                .containsKeys("site-list", "site-list-site-rows-id", "inspect-secret", "privacy", "audit")
                .containsKeys("privacy-site-persons-card", "privacy-notice", "cookies");
    }

    @ParameterizedTest
    @CsvSource({"phone, light, nb", "phone, dark, en", "desktop, light, en", "desktop, dark, nb"})
    void isGoodToUse(String device, String scheme, String language) throws Exception {
        if (device.equals("phone")) {
            browser.becomePhone(scheme);
        } else {
            browser.becomeDesktop(scheme);
        }
        browser.open("/log", ADMIN);
        browser.speak(language);
        PictureSheet sheet = new PictureSheet(device + "-" + scheme + "-" + language);
        List<String> faults = new ArrayList<>();
        for (var page : pages.entrySet()) {
            browser.openAfresh(page.getValue());
            if (browser.first("[sse-connect], [data-stream]:not([data-stream=''])") != null) {
                await().until(() -> browser.first("#link.live") != null);
            }
            sheet.add(page.getKey(), browser.picture());
            Axe.Found axe = Axe.of(browser.driver);
            axe.violations().forEach(violation -> faults.add(page.getKey() + ": " + violation));
            browser.faults().forEach(fault -> faults.add(page.getKey() + ": " + fault));
            assertThat(axe.rules()).as("rules that apply to %s", page.getKey()).isGreaterThan(10);
            long bytes = browser.loadedBytes();
            assertThat(bytes).as("bytes of %s", page.getKey()).isPositive();
            if (bytes > FIRST_LOAD_BYTES_MAX) {
                faults.add(page.getKey() + ": loads " + bytes + " bytes");
            }
        }
        sheet.write();
        assertThat(faults).isEmpty();
        browser.assertOnlyOwnHost();
    }

    /** From the log-in page through the menu to a row of the log, with the keyboard alone. */
    @Test
    void isUsedByKeyboardAlone() {
        browser.open("/login");
        browser.driver.findElement(By.tagName("body")).sendKeys(Keys.TAB, Keys.ENTER);
        browser.driver.switchTo().activeElement();
        tabTo("name").sendKeys("kari", Keys.TAB);
        browser.driver.switchTo().activeElement().sendKeys(TestServer.PASSWORD, Keys.ENTER);
        await().until(() -> browser.first("#log") != null);
        tabTo("/log", "href").sendKeys(Keys.ENTER);
        await().until(() -> browser.driver.getCurrentUrl().endsWith("/log") && browser.first(".search") != null);
        tabTo("search-employer").sendKeys("Fjordbygg AS", Keys.ENTER);
        await().until(() -> browser.driver
                .getCurrentUrl()
                .contains("employer=" + URLEncoder.encode("Fjordbygg AS", StandardCharsets.UTF_8)));
        assertThat(browser.text("#log")).contains("Ola Nordmann").doesNotContain("Warsame");
    }

    private org.openqa.selenium.WebElement tabTo(String id) {
        return tabTo(id, "id");
    }

    /** Goes on by the Tab key until something has the focus, which has to be seen. */
    private org.openqa.selenium.WebElement tabTo(String value, String attribute) {
        for (int i = 0; i < 60; i++) {
            org.openqa.selenium.WebElement now = browser.driver.switchTo().activeElement();
            if (value.equals(now.getDomAttribute(attribute))) {
                assertThat((Boolean) browser.driver.executeScript(
                                "return getComputedStyle(arguments[0]).outlineStyle !== 'none'", now))
                        .as("the focus at %s is seen", value)
                        .isTrue();
                return now;
            }
            now.sendKeys(Keys.TAB);
        }
        throw new AssertionError("the Tab key never comes to " + value);
    }
}
