package portvakt.server.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import portvakt.protocol.Direction;
import portvakt.server.port.Gates.Gate;
import portvakt.server.port.Gates.Vitals;

/** The page says what is in force at each age of a list, and what of it somebody has set. */
class SettingsPageTest {

    @TempDir
    private Path folder;

    private TestServer server;

    @BeforeEach
    void start() throws Exception {
        server = new TestServer(folder);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private String page(String site) throws Exception {
        HttpResponse<String> response = server.get(
                "/settings?site=" + site, "Cookie", server.session("anne", "admin"), "Accept-Language", "en");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return response.body().replaceAll("\\s+", " ");
    }

    @Test
    void saysWhatHappensAtEachAge() throws Exception {
        assertThat(page("bjorvika"))
                .containsSubsequence(
                        "Up to 12 h",
                        "Let in",
                        "12 h to 2 days",
                        "Let in, and the log says that the list is old",
                        "Older than 2 days",
                        "Let in where the gate is attended, else denied",
                        "No list",
                        "Denied");
        assertThat(page("fornebu"))
                .containsSubsequence(
                        "Up to 1 day", "1 day to 3 days", "3 days to 7 days", "Older than 7 days", "Denied");
    }

    @Test
    void tellsWhatIsSetFromWhatIsAsUsual() throws Exception {
        assertThat(page("bjorvika"))
                .contains(
                        "<strong>Chip number only</strong><p",
                        "<strong>north</strong><p",
                        "<strong>03:00</strong><p",
                        "<strong>16 h</strong><p",
                        "Denied as long as it is certain",
                        "Europe/Helsinki",
                        "[0-9]{7}",
                        "hms-kort, site-bjorvika");
        assertThat(page("fornebu"))
                .contains("<strong>Unsigned code</strong> <span class=\"fact\">(as usual)</span>")
                .contains("<strong>Never</strong> <span class=\"fact\">(as usual)</span>")
                .doesNotContain("site-bjorvika");
    }

    @Test
    void aSiteThatIsKnownByItsGatesAloneIsNotSetUp() throws Exception {
        server.gates.add(new Gate(
                "oslo",
                "west",
                Direction.IN,
                true,
                java.util.Optional.empty(),
                "",
                "SYNCHRONISED",
                0,
                0,
                java.util.Optional.empty(),
                List.of(),
                List.of(),
                Vitals.UNKNOWN));
        assertThat(page("oslo")).contains("The settings do not name this site");
    }
}
