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
import org.openqa.selenium.Keys;
import portvakt.protocol.Direction;
import portvakt.server.port.Principal;
import portvakt.server.port.Role;

/** A muster in two real browsers at once, with a network that fails in one of them. */
class MusterIT {

    private static final Principal ANNE = Principal.at("bjorvika", "anne", Role.GUARD);
    private static final Principal OLA = Principal.at("bjorvika", "ola", Role.SITE_MANAGER);

    @TempDir
    private Path folder;

    private TestServer server;
    private TestBrowser annes;

    @BeforeEach
    void start() throws Exception {
        server = new TestServer(folder);
        server.musters.person("5120934", "Katarzyna Wiśniewska", "Nordfasade AS", java.util.Optional.empty());
        server.gates.add(TestServer.gate(
                "south", Direction.IN, false, TestServer.NOW.minus(Duration.ofMinutes(14)), java.util.List.of()));
        annes = new TestBrowser(server, folder.resolve("anne"));
    }

    @AfterEach
    void stop() {
        annes.close();
        server.close();
    }

    private static void tick(TestBrowser browser, int person) {
        browser.driver
                .findElement(By.cssSelector("#p" + person + " .tick button"))
                .click();
    }

    @Test
    void whatOneTicksTheOtherSees() throws IOException {
        try (TestBrowser olas = new TestBrowser(server, folder.resolve("ola"))) {
            annes.open("/muster/1", ANNE);
            olas.open("/muster/1", OLA);
            await().until(() -> annes.first("#link.live") != null && olas.first("#link.live") != null);
            olas.driver.executeScript("window.notReloaded = true");

            tick(annes, 101);

            await().until(() -> olas.first("#found #p101") != null);
            assertThat(olas.text("#p101")).contains("Mohamed Abdi Warsame", "3907715", "av anne");
            await().until(() -> olas.text("#sum .missing").equals("1"));
            tick(olas, 101);
            await().until(() -> annes.first("#missing #p101") != null
                    && annes.text("#sum .missing").equals("2"));
            assertThat(annes.text("#p101")).contains("39***15").doesNotContain("3907715");
            assertThat(olas.driver.executeScript("return window.notReloaded")).isEqualTo(true);

            server.musters.end(server.musters.find(1).orElseThrow(), "ola", TestServer.NOW);
            await().until(() -> annes.first(".tick") == null && olas.first(".tick") == null);
            annes.assertQuiet();
            olas.assertQuiet();
        }
    }

    @Test
    void ticksWithoutANetworkGoWhenThereIsOneAgain() {
        annes.open("/muster/1", ANNE);
        await().until(() -> annes.first("#link.live") != null);

        annes.cutNetwork(true);
        tick(annes, 101);
        await().until(() -> annes.first("#found #p101 .unsent") != null);
        tick(annes, 103);
        await().until(() -> annes.first("#found #p103 .unsent") != null);
        assertThat(server.musters.people(server.musters.find(1).orElseThrow(), TestServer.NOW))
                .noneMatch(person -> person.isFound());

        annes.cutNetwork(false);
        await().atMost(Duration.ofSeconds(30))
                .until(() -> server.musters.people(server.musters.find(1).orElseThrow(), TestServer.NOW).stream()
                                .filter(person -> person.isFound())
                                .count()
                        == 2);
        await().atMost(Duration.ofSeconds(30)).until(() -> annes.first(".unsent") == null);
        await().atMost(Duration.ofSeconds(30))
                .until(() -> annes.text("#sum .missing").equals("0"));
    }

    @Test
    void isHeldByKeyboardAlone() {
        annes.open("/muster?site=bjorvika", ANNE);
        annes.driver.findElement(By.cssSelector(".muster-now .primary")).sendKeys(Keys.ENTER);
        await().until(() -> annes.first("#filter") != null && annes.first("#link.live") != null);
        annes.driver.findElement(By.id("filter")).sendKeys("nordfasade", Keys.TAB);
        // The next stop after the filter is the first that it lets through.
        annes.driver.switchTo().activeElement().sendKeys(Keys.ENTER);
        await().until(() -> annes.first("#found #p103") != null);
        assertThat(server.musters.people(server.musters.find(1).orElseThrow(), TestServer.NOW).stream()
                        .filter(person -> person.isFound())
                        .map(person -> person.id()))
                .containsExactly(103L);
    }

    @ParameterizedTest
    @CsvSource({"phone, light, nb", "phone, dark, en", "desktop, light, en", "desktop, dark, nb"})
    void isLegibleAndFits(String device, String scheme, String language) throws IOException {
        if (device.equals("phone")) {
            annes.becomePhone(scheme);
        } else {
            annes.becomeDesktop(scheme);
        }
        annes.open("/muster?site=fornebu", Principal.everywhere("kari", Role.SITE_MANAGER));
        if (language.equals("en")) {
            annes.driver.findElement(By.cssSelector("button[value=en]")).click();
            annes.open("/muster?site=fornebu");
        }
        annes.assertFits(device + "-" + scheme + "-" + language + "-muster-begin");
        annes.open("/muster/1");
        await().until(() -> annes.first("#link.live") != null);
        tick(annes, 103);
        await().until(() -> annes.first("#p103 .ticked") != null);
        annes.assertFits(device + "-" + scheme + "-" + language + "-muster");
    }
}
