package portvakt.server.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import portvakt.protocol.enrol.EnrolmentCode;

/** Who sets a site up makes codes, sees each once, and withdraws them. */
class GateCodesPageTest {

    private static final String PAGE = "/gate-codes/bjorvika";

    @TempDir
    private Path folder;

    private TestServer server;
    private String session;

    @BeforeEach
    void start() throws Exception {
        server = new TestServer(folder);
        session = server.session("anne", "admin");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private HttpResponse<String> page(String path) throws Exception {
        return server.get(path, "Cookie", session, "Accept-Language", "en");
    }

    private HttpResponse<String> post(String path, Map<String, String> fields) throws Exception {
        Map<String, String> all = new java.util.TreeMap<>(fields);
        all.put(FormToken.FIELD, TestServer.formToken(page(PAGE).body()));
        return server.post(path, session + "; portvakt-language=en", all);
    }

    @Test
    void aCodeIsShownOnceWithWhatToTypeAtTheGate() throws Exception {
        HttpResponse<String> made = post(PAGE, Map.of("gate", "crane", "direction", "OUT"));
        assertThat(made.statusCode()).isEqualTo(201);
        String code = made.body().replaceFirst("(?s).*portvakt-gate enrol ([0-9A-Z-]+) .*", "$1");
        assertThat(EnrolmentCode.parse(code).text()).isEqualTo(code);
        assertThat(made.body())
                .contains("--server http://localhost:" + server.web.port())
                .contains("Code for crane");
        assertThat(made.body()).doesNotContain("Gate crane is there already");
        assertThat(made.headers().firstValue("Cache-Control")).hasValue("no-store");
        assertThat(page(PAGE).body()).contains("crane", "Made by anne").doesNotContain(code);
        assertThat(server.accountAudit.newest(1).getFirst().action()).isEqualTo("GATE_CODE_MADE");
        assertThat(server.accountAudit.newest(1).getFirst().subject())
                .isEqualTo("bjorvika/crane")
                .doesNotContain(code);
    }

    @Test
    void aGateThatIsThereIsToldOf() throws Exception {
        assertThat(page("/gates/bjorvika/north").body()).contains(PAGE + "?gate=north");
        assertThat(page(PAGE + "?gate=north").body()).contains("value=\"north\"");
        assertThat(post(PAGE, Map.of("gate", "north", "direction", "IN")).body())
                .contains("Gate north is there already");
    }

    @Test
    void aNameThatIsNoneMakesNoCode() throws Exception {
        for (Map<String, String> wrong : java.util.List.of(
                Map.of("gate", "North Gate", "direction", "IN"),
                Map.of("gate", "", "direction", "IN"),
                Map.of("gate", "north", "direction", "UP"))) {
            HttpResponse<String> response = post(PAGE, wrong);
            assertThat(response.statusCode()).isEqualTo(422);
            assertThat(response.body()).contains("No code was made");
        }
        assertThat(server.admission.codes).isEmpty();
    }

    @Test
    void anOpenCodeIsWithdrawn() throws Exception {
        post(PAGE, Map.of("gate", "crane", "direction", "IN"));
        HttpResponse<String> response = post(PAGE + "/1/withdraw", Map.of());
        assertThat(response.statusCode()).isEqualTo(303);
        assertThat(page(PAGE).body()).contains("Withdrawn").doesNotContain("/withdraw\"");
        assertThat(server.accountAudit.newest(1).getFirst().action()).isEqualTo("GATE_CODE_WITHDRAWN");
    }

    @Test
    void whoMayNotSetUpSeesNoWayIn() throws Exception {
        String guard = server.session("vakt", "guard");
        assertThat(server.get("/gates?site=bjorvika", "Cookie", guard).body()).doesNotContain("/gate-codes");
        assertThat(page("/gates?site=bjorvika").body()).contains(PAGE);
    }
}
