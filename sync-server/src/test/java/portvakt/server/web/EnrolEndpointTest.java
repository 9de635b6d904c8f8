package portvakt.server.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import portvakt.server.port.GateAdmission.Refusal;

/** What the wire says to a gate that asks for an identity. */
class EnrolEndpointTest {

    private static final String GOOD = "{\"key\": \"AAAA\", \"box\": \"AAAA\"}";

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

    private HttpResponse<String> post(String body) throws Exception {
        return server.send(server.request("/enrol/v1/gates")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body)));
    }

    @Test
    void anybodyMayAskWhoTheServerIs() throws Exception {
        JsonNode told = Json.MAPPER.readTree(server.get("/enrol/v1/server").body());
        assertThat(told.path("authority").asText()).isEqualTo("authority");
        assertThat(told.path("roots").asText()).isEqualTo("roots");
        assertThat(told.path("threshold").asInt()).isEqualTo(1);
        assertThat(told.path("enrolment").asText()).isEqualTo("enrolment");
    }

    @Test
    void whoIsLetInIsNoted() throws Exception {
        HttpResponse<String> response = post(GOOD);
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(Json.MAPPER.readTree(response.body()).path("box").asText()).isEqualTo("Bw==");
        assertThat(server.accountAudit.newest(1).getFirst().action()).isEqualTo("GATE_ENROLLED");
        assertThat(server.accountAudit.newest(1).getFirst().subject()).isEqualTo("bjorvika/north");
        assertThat(server.accountAudit.newest(1).getFirst().actor()).isEqualTo("code by kari");
    }

    @ParameterizedTest
    @CsvSource({
        "MALFORMED, 400",
        "UNKNOWN, 403",
        "CUT_OFF, 403",
        "OTHER_GATE, 409",
        "EXPIRED, 410",
        "USED, 410",
        "WITHDRAWN, 410",
        "TRIED_OUT, 410",
        "CERTIFICATE_OVER, 410"
    })
    void eachRefusalHasItsWord(Refusal refusal, int status) throws Exception {
        server.admission.refusal.set(refusal);
        HttpResponse<String> response = post(GOOD);
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        JsonNode problem = Json.MAPPER.readTree(response.body());
        assertThat(problem.path("type").asText()).isEqualTo("urn:portvakt:enrolment:" + EnrolEndpoint.wire(refusal));
        assertThat(problem.path("detail").asText()).endsWith(".");
        assertThat(server.accountAudit.newest(1)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Refusal.class)
    void eachRefusalIsDocumented(Refusal refusal) throws Exception {
        assertThat(server.get("/openapi").body()).contains(EnrolEndpoint.wire(refusal));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "{}", "nonsense", "{\"key\": \"AAAA\"}", "{\"key\": \"%%\", \"box\": \"AAAA\"}", "null"})
    void whatIsNoRequestIsRefused(String body) throws Exception {
        HttpResponse<String> response = post(body);
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("urn:portvakt:enrolment:malformed");
    }

    @Test
    void whoFailsTooOftenWaits() throws Exception {
        server.admission.refusal.set(Refusal.UNKNOWN);
        for (int i = 0; i < 20; i++) {
            assertThat(post(GOOD).statusCode()).isEqualTo(403);
        }
        server.admission.refusal.set(null);
        HttpResponse<String> response = post(GOOD);
        assertThat(response.statusCode()).isEqualTo(429);
        assertThat(response.headers().firstValue("Retry-After")).hasValue("601");
        server.now = server.now.plusSeconds(601);
        assertThat(post(GOOD).statusCode()).isEqualTo(200);
    }
}
