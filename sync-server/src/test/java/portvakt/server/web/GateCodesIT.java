package portvakt.server.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.By;
import portvakt.protocol.enrol.EnrolmentCode;
import portvakt.server.port.Principal;
import portvakt.server.port.Role;

/** From the page of the gates to a code on the screen, which no walk over the routes comes to: it is shown once, after a form. */
class GateCodesIT {

    private static final Principal ADMIN = Principal.everywhere("kari", Role.ADMIN);

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

    private void makeCode(String gate) {
        browser.driver.findElement(By.id("gate")).sendKeys(gate);
        browser.driver.findElement(By.cssSelector("form.stack .primary")).click();
        await().until(() -> browser.first(".gate-code") != null);
    }

    @ParameterizedTest
    @CsvSource({"phone, light, nb", "phone, dark, en", "desktop, light, en", "desktop, dark, nb"})
    void aCodeIsLegible(String device, String scheme, String language) throws Exception {
        if (device.equals("phone")) {
            browser.becomePhone(scheme);
        } else {
            browser.becomeDesktop(scheme);
        }
        browser.open("/gates?site=bjorvika", ADMIN);
        browser.speak(language);
        browser.open("/gate-codes/bjorvika?gate=north");
        makeCode("");
        PictureSheet sheet = new PictureSheet(device + "-" + scheme + "-" + language + "-gate-code");
        sheet.add("code", browser.picture());
        sheet.write();
        Axe.Found axe = Axe.of(browser.driver);
        assertThat(axe.violations()).isEmpty();
        assertThat(browser.faults()).isEmpty();
        browser.assertOnlyOwnHost();
    }

    @Test
    void aCodeIsMadeFromTheGatesPageAndIsGoneAfterwards() {
        browser.becomeDesktop("light");
        browser.open("/gates?site=bjorvika", ADMIN);
        browser.driver
                .findElement(By.cssSelector("a[href='/gate-codes/bjorvika']"))
                .click();
        await().until(() -> browser.first("#gate") != null);
        makeCode("crane");
        String shown = browser.text(".spoken").replaceAll("\\s+", "-");
        assertThat(EnrolmentCode.parse(shown).text()).isEqualTo(shown);
        assertThat(browser.first("#command").getDomProperty("value"))
                .contains("enrol " + shown + " \\\n  --server http");
        browser.openAfresh("/gate-codes/bjorvika");
        assertThat(browser.first(".gate-code")).isNull();
        assertThat(browser.text(".list-lines")).contains("crane");
    }
}
