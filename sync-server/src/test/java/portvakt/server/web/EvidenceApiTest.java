package portvakt.server.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import portvakt.protocol.Direction;
import portvakt.server.port.RegisterRecords;

/** Who may take a gate's chain along gets it whole, and it stands in the audit that they have. */
class EvidenceApiTest {

    private static final String CHAIN = "/api/v1/sites/bjorvika/gates/north/chain";

    @TempDir
    private Path folder;

    private TestServer server;

    @BeforeEach
    void start() throws Exception {
        server = new TestServer(folder);
        for (int minute = 0; minute < 1200; minute++) {
            server.evidence.journal.exitRequest(minute);
        }
        server.evidence.journal.taken(Direction.IN, "4388261", 1200);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private HttpResponse<String> get(String path, String role) throws Exception {
        return server.get(path, "Authorization", "Bearer " + server.accounts.createToken("anne", role));
    }

    @Test
    void givesAHeaderALineAnEventAndAnEnd() throws Exception {
        HttpResponse<String> response = get(CHAIN, "admin");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/jsonl");
        List<String> lines = response.body().lines().toList();
        assertThat(lines).hasSize(1203);
        JsonNode header = Json.MAPPER.readTree(lines.getFirst());
        assertThat(header.path("format").asText()).isEqualTo("portvakt-chain");
        assertThat(header.path("gate").asText()).isEqualTo("north");
        assertThat(header.path("authority").asText()).startsWith("-----BEGIN CERTIFICATE-----");
        JsonNode last = Json.MAPPER.readTree(lines.get(1201));
        assertThat(last.path("sequence").asLong()).isEqualTo(1201);
        assertThat(last.path("shown").path("kind").asText()).isEqualTo("AccessTaken");
        assertThat(last.path("shown").path("card").asText()).isEqualTo("4388261");
        JsonNode end = Json.MAPPER.readTree(lines.getLast());
        assertThat(end.path("count").asLong()).isEqualTo(1201);
        assertThat(end.path("lastHash").asText()).hasSize(64);

        RegisterRecords.Note audited = server.records.notes.getLast();
        assertThat(audited.action()).isEqualTo(RegisterRecords.Action.EXPORT);
        assertThat(audited.account()).hasValue("anne");
        assertThat(audited.source()).isEqualTo(Optional.of("bjorvika/north"));
        assertThat(audited.reason()).isEqualTo("chain, events 1 to 1201");
    }

    @Test
    void givesAPart() throws Exception {
        List<String> lines =
                get(CHAIN + "?from=11&to=20", "program").body().lines().toList();
        assertThat(lines).hasSize(12);
        assertThat(Json.MAPPER.readTree(lines.get(1)).path("sequence").asLong()).isEqualTo(11);
        assertThat(Json.MAPPER.readTree(lines.get(10)).path("sequence").asLong())
                .isEqualTo(20);
    }

    @ParameterizedTest
    @CsvSource({"admin, 200", "program, 200", "site-manager, 403", "guard, 403", "inspector, 403"})
    void isForFew(String role, int status) throws Exception {
        assertThat(get(CHAIN, role).statusCode()).isEqualTo(status);
        assertThat(server.records.notes).hasSize(status == 200 ? 1 : 0);
    }

    @ParameterizedTest
    @CsvSource({
        "/api/v1/sites/bjorvika/gates/nowhere/chain, 404",
        "/api/v1/sites/Bj/gates/north/chain, 404",
        "/api/v1/sites/bjorvika/gates/north/chain?from=0, 400",
        "/api/v1/sites/bjorvika/gates/north/chain?until=7, 400",
    })
    void namesWhatIsWrongWithTheAddress(String path, int status) throws Exception {
        assertThat(get(path, "admin").statusCode()).isEqualTo(status);
    }

    @Test
    void aFileThatBrokeOffHasNoEndLine() throws Exception {
        server.evidence.brokenFrom = 501;
        assertThat(get(CHAIN, "admin").body()).doesNotContain("\"end\":true");
    }
}
