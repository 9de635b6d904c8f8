package portvakt.server.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.By;
import org.openqa.selenium.WebDriverException;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;
import portvakt.protocol.Uid;
import portvakt.server.port.CardChips.Seen;
import portvakt.server.port.Enrolments.OnConflict;
import portvakt.server.port.Principal;
import portvakt.server.port.Role;

/** Cards in a real browser: an unknown chip appears by itself and is bound in two clicks, legibly, on a phone too. */
class CardsIT {

    private static final String PATH = "/cards?site=bjorvika";
    private static final Principal ANNE = Principal.at("bjorvika", "anne", Role.SITE_MANAGER);
    private static final CardNumber OLA = new CardNumber("4388261");

    @TempDir
    private Path folder;

    private TestServer server;
    private TestBrowser browser;

    @BeforeEach
    void start() throws Exception {
        server = new TestServer(folder);
        browser = new TestBrowser(server, folder.resolve("profile"));
    }

    @AfterEach
    void stop() {
        browser.close();
        server.close();
    }

    private void tap(String uid, long sequence) {
        server.row("AccessDenied", "north", sequence, TestServer.NOW.minusSeconds(120 - sequence))
                .reason("UNKNOWN_CARD")
                .uid(uid)
                .commit();
    }

    private void click(String selector) {
        browser.driver.findElement(By.cssSelector(selector)).click();
    }

    private boolean openFirst() {
        click(".tap summary");
        return false;
    }

    private void awaitText(String... texts) {
        await().atMost(Duration.ofSeconds(20))
                .ignoreExceptionsInstanceOf(WebDriverException.class)
                .untilAsserted(() -> assertThat(browser.text("main")).contains(texts));
    }

    @Test
    void anUnknownChipAppearsAndIsBoundInTwoClicks() throws IOException {
        browser.becomePhone("light");
        browser.open(PATH, ANNE);
        await().until(() -> browser.first("#link.live") != null);
        browser.driver.executeScript("window.notReloaded = true");

        tap("04a1b2c3d4e5f6", 1);
        await().until(() -> browser.first(".tap") != null);
        assertThat(browser.text(".tap")).contains("04a1b2c3d4e5f6", "north");

        click(".tap summary");
        browser.driver.findElement(By.cssSelector(".tap input[name=card]")).sendKeys("4388");
        // Another one comes while somebody is typing: it goes on top, and what is typed stays.
        tap("0411223344556a", 2);
        await().until(() -> browser.driver.findElements(By.cssSelector(".tap")).size() == 2);
        assertThat(browser.text(".tap:first-child")).contains("0411223344556a");
        assertThat(browser.driver.executeScript("return window.notReloaded")).isEqualTo(true);
        browser.driver.switchTo().activeElement().sendKeys("261");
        click(".tap:last-child button");

        awaitText("Knyttet til kort 4388261 av anne");
        assertThat(server.enrolments.list("bjorvika").enrolments())
                .singleElement()
                .satisfies(bound -> assertThat(bound.card()).isEqualTo(OLA));
        assertThat(browser.text(".tap:first-child")).contains("0411223344556a");
        browser.assertQuiet();
    }

    @Test
    void aCardIsKeptOutAndLetInAgain() throws IOException {
        browser.open(PATH, ANNE);
        browser.driver.findElement(By.id("bar-card")).sendKeys("4388261");
        browser.driver.findElement(By.id("bar-reason")).sendKeys("Mistet");
        click("form[action='/cards/bar'] button");
        awaitText("Mistet", "av anne");
        click("a[href='/cards/bjorvika/4388261']");
        awaitText("Kort 4388261", "Ugyldig, siden");
        browser.driver.findElement(By.cssSelector("input[name=reason]")).sendKeys("Funnet igjen");
        click("form[action='/cards/unbar'] button");
        awaitText("Gyldig, siden");
        assertThat(server.register.all)
                .extracting(change -> change.status())
                .containsExactly(CardStatus.REVOKED, CardStatus.VALID);
        browser.assertQuiet();
    }

    @Test
    void theMenuFitsAndCoversNothing() {
        browser.becomePhone("light");
        browser.open(PATH, ANNE);
        assertThat(browser.text(".more summary")).isEqualTo("Mer");
        assertThat(browser.driver
                        .findElement(By.cssSelector(".more a[href='/lists']"))
                        .isDisplayed())
                .isFalse();
        click(".more summary");
        assertThat(browser.driver
                        .findElement(By.cssSelector(".more a[href='/lists']"))
                        .isDisplayed())
                .isTrue();
        assertThat(
                        (Boolean)
                                browser.driver.executeScript(
                                        "return document.querySelector('.top')"
                                                + ".getBoundingClientRect().bottom <= document.querySelector('h1').getBoundingClientRect().top"))
                .as("the menu covers the page")
                .isTrue();
        browser.becomeDesktop("light");
        assertThat(
                        (Boolean)
                                browser.driver.executeScript(
                                        "return document.querySelector('.top')"
                                                + ".getBoundingClientRect().bottom <= document.querySelector('h1').getBoundingClientRect().top"))
                .isTrue();
        click(".more a[href='/lists']");
        awaitText("Kortlister");
    }

    @ParameterizedTest
    @CsvSource({"phone, light, nb", "phone, dark, en", "desktop, light, en", "desktop, dark, nb"})
    void isLegibleAndFits(String device, String scheme, String language) throws IOException {
        new SampleDay(server).commit();
        tap("04a1b2c3d4e5f6", 60);
        tap("0411223344556a", 61);
        tap("04a1b2c3d4e5f6", 62);
        tap("04998877665544", 63);
        server.enrolments.bind(
                "bjorvika",
                new Uid("04998877665544"),
                new CardNumber("6041288"),
                OnConflict.REFUSE,
                "anne",
                TestServer.NOW);
        server.enrolments.bind(
                "bjorvika",
                new Uid("04a1b2c3d4e5aa"),
                OLA,
                OnConflict.REFUSE,
                "kari",
                TestServer.NOW.minus(Duration.ofDays(3)));
        for (String uid : new String[] {"04a1b2c3d4e5aa", "04dddddddddd01"}) {
            server.chips.rows.add(new FakeCardChips.Row(
                    "bjorvika", new Seen(OLA, new Uid(uid), TestServer.NOW.minusSeconds(600), "north")));
        }
        server.row("AccessDenied", "north", 70, TestServer.NOW.minusSeconds(600))
                .holder("4388261", "Ola Nordmann", "Fjordbygg AS")
                .reason("CREDENTIAL_EXPIRED")
                .commit();
        new CardOrder(
                        new RegisterDesk(
                                server.register,
                                server.records,
                                server.reconciliations,
                                java.util.Optional.empty(),
                                java.util.Optional.empty(),
                                "hms-kort",
                                java.util.regex.Pattern.compile("[0-9]{7}"),
                                20),
                        () -> TestServer.NOW)
                .apply("site-bjorvika", OLA, CardStatus.REVOKED, "kari", java.util.Optional.of("Mistet kort"));
        if (device.equals("phone")) {
            browser.becomePhone(scheme);
        } else {
            browser.becomeDesktop(scheme);
        }
        browser.open(PATH, Principal.everywhere("kari", Role.ADMIN));
        if (language.equals("en")) {
            click("button[value=en]");
        }
        browser.open(PATH);
        await().until(() -> browser.first("#link.live") != null);
        // The first message may stand in the place of what the page came with.
        await().ignoreExceptionsInstanceOf(WebDriverException.class)
                .until(() -> browser.first(".tap details[open]") != null || openFirst());
        browser.assertFits(device + "-" + scheme + "-" + language + "-cards");
        browser.open("/cards/bjorvika/4388261");
        browser.assertFits(device + "-" + scheme + "-" + language + "-card");
    }
}
