package portvakt.server.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.By;
import org.openqa.selenium.WebDriverException;
import portvakt.protocol.Direction;
import portvakt.protocol.Topics.GateAddress;
import portvakt.server.port.Gates.AppliedList;
import portvakt.server.port.Gates.Device;
import portvakt.server.port.Gates.Gate;
import portvakt.server.port.Gates.Vitals;
import portvakt.server.port.Principal;
import portvakt.server.port.Role;

/** Gates, a day and the settings in a real browser: what goes wrong shows by itself, and all of it is legible on a phone. */
class SitePagesIT {

    private static final Instant NOW = TestServer.NOW;
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

    private static Gate hot() {
        return new Gate(
                "bjorvika",
                "hoist-a",
                Direction.IN,
                true,
                Optional.of(NOW.minusSeconds(3)),
                "0.1.0",
                "BOUNDED_BELOW",
                900,
                1_420,
                Optional.of(2L),
                List.of(
                        new AppliedList("hms-kort", 1, 4215, NOW.minus(Duration.ofHours(30)), NOW, "GRACE", 0, 4217),
                        new AppliedList("site-bjorvika", 1, 12, NOW.minusSeconds(60), NOW, "FRESH", 0, 0)),
                List.of(new Device("camera", false, "no frame for 30 s"), new Device("card", true, "")),
                new Vitals(
                        Optional.of(NOW.minus(Duration.ofDays(40))),
                        Optional.of(3L),
                        Optional.of(0L),
                        Optional.of(86_000),
                        Optional.of(300_000_000L)));
    }

    @Test
    void aGateThatGoesWrongShowsByItself() throws IOException {
        browser.open("/gates?site=bjorvika", ADMIN);
        await().until(() -> browser.first("#link.live") != null);
        assertThat(browser.text("#spread")).contains("Én port, alle i orden");

        server.gates.add(hot());

        await().atMost(Duration.ofSeconds(20))
                .ignoreExceptionsInstanceOf(WebDriverException.class)
                .untilAsserted(() -> assertThat(browser.text("#spread"))
                        .contains("2 porter, én trenger tilsyn", "Porten er varm: 86 °C", "Gi den skygge og luft"));
        browser.open("/gates/bjorvika/hoist-a");
        assertThat(browser.text("#spread")).contains("Blir gammel", "v3", "300 MB ledig");
        browser.assertQuiet();
    }

    @Test
    void cutsAGateOffInTwoSteps() {
        browser.open("/gates/bjorvika/north", ADMIN);
        browser.driver.findElement(By.cssSelector(".cut-off summary")).click();
        browser.driver.findElement(By.id("cut-off-name")).sendKeys("north");
        browser.driver.findElement(By.cssSelector(".cut-off button")).click();
        await().until(() -> server.registry.revoked.contains(new GateAddress("bjorvika", "north")));
    }

    /** A working day of made-up taps. */
    private void day() {
        SplittableRandom random = new SplittableRandom(24);
        Instant midnight = Instant.parse("2026-11-23T22:00:00Z");
        long sequence = 1_000;
        for (int minute = 300; minute < 475; minute++) {
            int taps = minute > 405 && minute < 450 ? 3 + random.nextInt(7) : random.nextInt(2);
            for (int i = 0; i < taps; i++) {
                Instant at = midnight.plusSeconds(60L * minute + 6L * i);
                boolean denied = random.nextInt(14) == 0;
                String gate = random.nextInt(3) == 0 ? "south" : "north";
                FakeEntryLog.Row row = server.row(denied ? "AccessDenied" : "AccessGranted", gate, sequence++, at);
                if (denied) {
                    row.reason(random.nextBoolean() ? "GATE_BUSY" : "UNKNOWN_CARD");
                }
                row.commit();
                if (!denied) {
                    server.row("AccessTaken", gate, sequence++, at.plusSeconds(2))
                            .completes(sequence - 2)
                            .commit();
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"phone, light, nb", "phone, dark, en", "desktop, light, en", "desktop, dark, nb"})
    void areLegibleAndFit(String device, String scheme, String language) throws IOException {
        server.gates.add(hot());
        server.gates.add(TestServer.gate("south", Direction.OUT, false, NOW.minus(Duration.ofMinutes(14)), List.of()));
        server.registry.until.put(new GateAddress("bjorvika", "north"), NOW.plus(Duration.ofDays(400)));
        server.registry.until.put(new GateAddress("bjorvika", "hoist-a"), NOW.plus(Duration.ofDays(12)));
        day();
        if (device.equals("phone")) {
            browser.becomePhone(scheme);
        } else {
            browser.becomeDesktop(scheme);
        }
        browser.open("/settings?site=bjorvika", ADMIN);
        if (language.equals("en")) {
            browser.driver.findElement(By.cssSelector("button[value=en]")).click();
            browser.open("/settings?site=bjorvika");
        }
        String kind = device + "-" + scheme + "-" + language;
        browser.assertFits(kind + "-settings");
        browser.open("/gates?site=bjorvika");
        browser.assertFits(kind + "-gates");
        browser.open("/gates/bjorvika/hoist-a");
        browser.driver.findElement(By.cssSelector(".cut-off summary")).click();
        browser.assertFits(kind + "-gate");
        browser.open("/day?site=bjorvika");
        browser.assertFits(kind + "-day");
        browser.driver.findElement(By.cssSelector(".day-table summary")).click();
        browser.assertFits(kind + "-day-table");
        assertThat(browser.driver.getPageSource().length()).isLessThan(80_000);
    }
}
