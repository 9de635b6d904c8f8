package portvakt.server.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import portvakt.protocol.Assurance;
import portvakt.protocol.Direction;
import portvakt.protocol.v1.SitePolicy;
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

    private HttpResponse<String> post(String path, Map<String, String> fields) throws Exception {
        String session = server.session("anne", "admin");
        Map<String, String> all = new LinkedHashMap<>(fields);
        all.put("form-token", FormToken.of(session.substring(session.indexOf('=') + 1)));
        all.putIfAbsent("site", "bjorvika");
        return server.post(path, session, all);
    }

    private static Map<String, String> policy(String fresh, String grace, String closed, String reason) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("fresh", fresh);
        fields.put("grace", grace);
        fields.put("closed", closed);
        fields.put("whenGrace", "GRANT");
        fields.put("whenStale", "DENY");
        fields.put("whenNone", "DENY");
        fields.put("clock", "false");
        fields.put("assurance", "CHIP_DATA");
        fields.put("attended", "north, south");
        fields.put("reason", reason);
        return fields;
    }

    @Test
    void whatIsSetCountsAndDiffersFromTheFileUntilItIsTakenBack() throws Exception {
        HttpResponse<String> set = post("/settings/policy", policy("1,5", "48", "0", "cards were stolen"));
        assertThat(set.statusCode()).as(set.body()).isEqualTo(303);
        SitePolicy policy = server.policyChanges.inForce().get("bjorvika");
        assertThat(policy.getFreshMs()).isEqualTo(5_400_000);
        assertThat(policy.getClosedMs()).isZero();
        assertThat(policy.getGrantOnUntrustedClock()).isFalse();
        assertThat(policy.getMinimumAssurance()).isEqualTo(Assurance.CHIP_DATA.wire());
        assertThat(policy.getAttendedGatesList()).containsExactly("north", "south");
        assertThat(page("bjorvika"))
                .containsSubsequence(
                        "Up to 1 h 30 min",
                        "1 h 30 min to 2 days",
                        "Older than 2 days",
                        "Other than in the file",
                        "07:55, set by anne: cards were stolen",
                        "What the file says",
                        "Up to 12 h",
                        "<strong>Chip data</strong>",
                        "value=\"1.5\"",
                        "value=\"north, south\"");
        assertThat(page("fornebu")).doesNotContain("Other than in the file");

        assertThat(post("/settings/take-back", Map.of("reason", " ")).statusCode())
                .isEqualTo(422);
        assertThat(post("/settings/take-back", Map.of("reason", "they were found"))
                        .statusCode())
                .isEqualTo(303);
        assertThat(server.policyChanges.inForce()).isEmpty();
        assertThat(page("bjorvika"))
                .contains("Up to 12 h", "taken back by anne: they were found", "set by anne: cards were stolen")
                .doesNotContain("Other than in the file");
    }

    @Test
    void whatBreaksARuleChangesNothingAndStaysToBeMended() throws Exception {
        for (Map<String, String> wrong : List.of(
                policy("48", "24", "0", "why"),
                policy("soon", "24", "0", "why"),
                policy("-1", "24", "0", "why"),
                policy("24", "48", "72", " "))) {
            HttpResponse<String> refused = post("/settings/policy", wrong);
            assertThat(refused.statusCode()).isEqualTo(422);
            assertThat(refused.body())
                    .contains("value=\"" + wrong.get("fresh") + "\"", "role=\"alert\"", "set-policy\" open");
        }
        Map<String, String> elsewhere = policy("24", "48", "0", "why");
        elsewhere.put("site", "nowhere");
        assertThat(post("/settings/policy", elsewhere).statusCode()).isEqualTo(404);
        assertThat(server.policyChanges.all).isEmpty();
    }
}
