package portvakt.server.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.text.PDFTextStripper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.WebDriverException;
import portvakt.server.port.Principal;
import portvakt.server.port.Role;

/** The site's list and people's rights in a real browser: made, handed over, shown to an inspector, frozen. */
class PrivacyIT {

    private static final Principal MANAGER = Principal.at("bjorvika", "kari", Role.SITE_MANAGER);
    private static final Principal OFFICER = Principal.at("bjorvika", "olav", Role.PRIVACY_OFFICER);

    @TempDir
    private Path folder;

    private TestServer server;
    private TestBrowser browser;

    @BeforeEach
    void start() throws Exception {
        server = new TestServer(folder);
        new SampleDay(server).commit();
        browser = new TestBrowser(server, folder.resolve("profile"));
        browser.becomeDesktop("light");
    }

    @AfterEach
    void stop() {
        browser.close();
        server.close();
    }

    private void fill(String id, String text) {
        browser.driver.findElement(By.id(id)).clear();
        browser.driver.findElement(By.id(id)).sendKeys(text);
    }

    private void set(String id, String value) {
        browser.driver.executeScript("document.getElementById(arguments[0]).value = arguments[1]", id, value);
    }

    private void press(String selector) {
        browser.driver.findElement(By.cssSelector(selector)).click();
    }

    private static void awaitText(TestBrowser in, String... texts) {
        await().atMost(Duration.ofSeconds(20))
                .ignoreExceptionsInstanceOf(WebDriverException.class)
                .untilAsserted(() -> assertThat(in.text("main")).contains(texts));
    }

    /** What the browser's own session gets there. */
    private byte[] fetch(String path) {
        Object base64 = browser.driver.executeAsyncScript("""
                const done = arguments[1];
                fetch(arguments[0]).then(r => r.arrayBuffer()).then(b => {
                  let text = ''; new Uint8Array(b).forEach(x => text += String.fromCharCode(x)); done(btoa(text)); });""", path);
        return Base64.getDecoder().decode(base64.toString());
    }

    @Test
    void aListIsMadeTakenAlongAndShownToAnInspectorUntilTheLinkRunsOut() throws Exception {
        browser.open("/site-list?site=bjorvika", MANAGER);
        fill("address", "Kaia 1, 0150 Oslo");
        fill("client", "Bygg-Eier AS");
        press("form[action='/site-list/facts'] .primary");
        awaitText(browser, "Kaia 1, 0150 Oslo", "Ingen står på listen ennå");
        fill("name", "Ola Nordmann");
        set("birthDate", "1990-01-31");
        fill("employer", "Fjordbygg AS");
        fill("organisationNumber", "974760674");
        fill("cardNumber", "4388261");
        press("form[action='/site-list/rows'] .primary");
        awaitText(browser, "Organisasjonsnummer: er ikke et organisasjonsnummer");
        fill("organisationNumber", "974 760 673");
        press("form[action='/site-list/rows'] .primary");
        awaitText(browser, "31.01.1990", "974 760 673", "Én person");
        Path file = Files.writeString(
                folder.resolve("crew.csv"),
                "navn;fødselsdato;arbeidsgiver;orgnr\nKari Moe;01.02.1985;Fjordbygg AS;974760673\n");
        browser.driver.findElement(By.id("csv-file")).sendKeys(file.toString());
        await().until(() ->
                browser.driver.findElement(By.id("csv")).getDomProperty("value").contains("Kari Moe"));
        press("form[action='/site-list/import'] .primary");
        awaitText(browser, "1 lagt til", "Kari Moe", "Bestilt");
        press("form[action='/site-list/check'] .button");
        awaitText(browser, "Kontrollert av kari");

        byte[] pdf = fetch(browser.first("a[href$='format=pdf']").getDomAttribute("href"));
        try (PDDocument document = Loader.loadPDF(pdf)) {
            assertThat(new PDFTextStripper().getText(document))
                    .contains("Oversiktsliste for Bjørvika", "Kaia 1, 0150 Oslo", "Bygg-Eier AS", "Ola Nordmann")
                    .contains("Kari Moe", "974 760 673", "4388261", "Bestilt", "Kontrollert av kari");
        }

        press("form[action='/site-list/links'] .primary");
        await().until(() -> browser.first("#link-address") != null);
        String link = browser.text("#link-address").replaceFirst("^http://localhost", "");
        browser.assertFits("site-list-link");
        try (TestBrowser inspector = new TestBrowser(server, folder.resolve("inspector"))) {
            inspector.becomePhone("light");
            inspector.open(link);
            awaitText(inspector, "Oversiktsliste for Bjørvika", "Ola Nordmann", "Gitt av kari");
            inspector.assertFits("inspect-phone");
            assertThat(inspector.driver.manage().getCookies()).isEmpty();
            server.now = TestServer.NOW.plus(Duration.ofHours(24));
            inspector.open(link);
            awaitText(inspector, "Lenken åpner ingenting");
            assertThat(inspector.text("main")).doesNotContain("Nordmann");
        }
        assertThat(server.audit.reads().stream().filter(read -> read.account().equals("inspector link 1")))
                .hasSize(1);
        browser.assertOnlyOwnHost();
    }

    @Test
    void aPersonSeesWhatIsHeldAndARestrictionShowsInTheLog() throws IOException {
        SamplePeople.fill(server);
        server.privacy.lift("bjorvika", new portvakt.protocol.CardNumber("4388261"), "olav", TestServer.NOW);
        browser.open("/privacy?site=bjorvika", OFFICER);
        awaitText(browser, "3 dager igjen", "Vil ikke at arbeidstiden");
        browser.assertFits("privacy-desktop");
        fill("card", "4388261");
        press("form[action='/privacy'] .primary");
        awaitText(browser, "Hva som er lagret om 4388261", "Ola Nordmann", "Rettet: Det var broren min");
        String file = new String(
                fetch(browser.first("a[href$='/file']").getDomAttribute("href")),
                java.nio.charset.StandardCharsets.UTF_8);
        assertThat(file).contains("Ola Nordmann", "olav").doesNotContain("<form");
        Path saved = Files.writeString(folder.resolve("access.html"), file);
        browser.driver.get(saved.toUri().toString());
        awaitText(browser, "Hva som er lagret om 4388261", "Ola Nordmann");

        browser.open("/privacy/bjorvika/persons/4388261");
        fill("restrict-reason", "Er uenig i en avvisning");
        press("form[action$='/restriction'] .button");
        awaitText(browser, "Opplysningene er begrenset siden 24. november 2026: Er uenig i en avvisning");
        browser.assertFits("person-desktop");
        browser.becomePhone("dark");
        browser.open("/privacy/bjorvika/persons/4388261");
        browser.assertFits("person-phone");

        browser.open("/log?site=bjorvika&card=4388261", MANAGER);
        awaitText(browser, "Opplysningene er begrenset siden 24. november 2026: bygg ikke på dem");
        assertThat(browser.text("main")).doesNotContain("Er uenig i en avvisning");
        browser.assertFits("log-restricted-phone");
    }
}
