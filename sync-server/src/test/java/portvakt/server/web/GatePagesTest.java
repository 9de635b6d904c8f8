package portvakt.server.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import portvakt.protocol.CardNumber;
import portvakt.protocol.Direction;
import portvakt.protocol.Topics.GateAddress;
import portvakt.protocol.Uid;
import portvakt.server.port.Enrolments.OnConflict;
import portvakt.server.port.Gates.AppliedList;
import portvakt.server.port.Gates.Device;
import portvakt.server.port.Gates.Gate;
import portvakt.server.port.Gates.Vitals;
import portvakt.server.port.RegisterRecords.Action;
import portvakt.server.web.view.GateHealthView;
import portvakt.server.web.view.GateHealthView.Problem;
import portvakt.server.web.view.GateWording;
import portvakt.server.web.view.Texts;

/** Each thing that can be wrong with a gate is said with its cause and what to do, the worst gate first. */
class GatePagesTest {

    private static final Instant NOW = TestServer.NOW;

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

    private static Gate gate(
            boolean online,
            String listState,
            long version,
            boolean ready,
            Long daysLeft,
            long backlog,
            String clock,
            Integer temperature,
            Long disk,
            long enrolments) {
        return new Gate(
                "bjorvika",
                "north",
                Direction.IN,
                online,
                Optional.of(NOW.minusSeconds(840)),
                "0.1.0",
                clock,
                100,
                100 + backlog,
                Optional.ofNullable(daysLeft),
                List.of(new AppliedList("hms-kort", 1, version, NOW.minusSeconds(180), NOW, listState, 0, 0)),
                List.of(new Device("card", ready, "")),
                new Vitals(
                        Optional.empty(),
                        Optional.of(1L),
                        Optional.of(enrolments),
                        Optional.ofNullable(temperature),
                        Optional.ofNullable(disk)));
    }

    @ParameterizedTest
    @CsvSource({
        "true, FRESH, 10, true, 40, 0, SYNCHRONISED, 60000, 9000000000, 3, 400, good, ''",
        "true, FRESH, 10, true, , 0, SYNCHRONISED, , , 3, 400, good, ''",
        "false, FRESH, 10, true, 40, 0, SYNCHRONISED, 60000, 9000000000, 3, 400, bad, No connection",
        "true, STALE, 10, true, 40, 0, SYNCHRONISED, 60000, 9000000000, 3, 400, bad, List hms-kort is too old: 3 min",
        "true, GRACE, 10, true, 40, 0, SYNCHRONISED, 60000, 9000000000, 3, 400, warn, List hms-kort is getting old: 3 min",
        "true, NONE, 0, true, 40, 0, SYNCHRONISED, 60000, 9000000000, 3, 400, bad, List hms-kort is missing",
        "true, DAMAGED, 10, true, 40, 0, SYNCHRONISED, 60000, 9000000000, 3, 400, bad, List hms-kort is damaged",
        "true, FRESH, 8, true, 40, 0, SYNCHRONISED, 60000, 9000000000, 3, 400, warn, List hms-kort is 2 versions behind",
        "true, FRESH, 10, false, 40, 0, SYNCHRONISED, 60000, 9000000000, 3, 400, warn, Device card does not answer",
        "true, FRESH, 10, true, 2, 0, SYNCHRONISED, 60000, 9000000000, 3, 400, warn, Its journal lasts 2 more days",
        "true, FRESH, 10, true, 0, 0, SYNCHRONISED, 60000, 9000000000, 3, 400, bad, Its journal lasts less than a day",
        "true, FRESH, 10, true, 40, 99, SYNCHRONISED, 60000, 9000000000, 3, 400, good, ''",
        "true, FRESH, 10, true, 40, 100, SYNCHRONISED, 60000, 9000000000, 3, 400, warn, 100 events wait for the server",
        "true, FRESH, 10, true, 40, 0, UNKNOWN, 60000, 9000000000, 3, 400, warn, Clock not set",
        "true, FRESH, 10, true, 40, 0, SYNCHRONISED, 80000, 9000000000, 3, 400, warn, The gate is warm: 80 °C",
        "true, FRESH, 10, true, 40, 0, SYNCHRONISED, 85000, 9000000000, 3, 400, bad, The gate is warm: 85 °C",
        "true, FRESH, 10, true, 40, 0, SYNCHRONISED, 60000, 450000000, 3, 400, warn, Little room in the gate: 450 MB free",
        "true, FRESH, 10, true, 40, 0, SYNCHRONISED, 60000, 90000000, 3, 400, bad, Little room in the gate: 90 MB free",
        "true, FRESH, 10, true, 40, 0, SYNCHRONISED, 60000, 9000000000, 1, 400, warn, Chips are 2 changes behind",
        "true, FRESH, 10, true, 40, 0, SYNCHRONISED, 60000, 9000000000, 3, 20, warn, Its certificate expires 14 December 2026",
        "true, FRESH, 10, true, 40, 0, SYNCHRONISED, 60000, 9000000000, 3, -1, bad, Its certificate expired 23 November 2026",
    })
    void saysWhatIsWrong(
            boolean online,
            String state,
            long version,
            boolean ready,
            Long days,
            long backlog,
            String clock,
            Integer temperature,
            Long disk,
            long enrolments,
            int certificateDays,
            String css,
            String title) {
        Gate gate = gate(online, state, version, ready, days, backlog, clock, temperature, disk, enrolments);
        GateHealthView.Row row = new GateWording(
                        new Texts(Texts.Language.EN, WebConfig.ZONE_DEFAULT), NOW, _ -> Optional.of(10L), 3)
                .health(List.of(gate), _ -> Optional.of(NOW.plus(Duration.ofDays(certificateDays))), _ -> "")
                .rows()
                .getFirst();
        assertThat(row.css()).isEqualTo(css);
        assertThat(row.problems())
                .extracting(Problem::title)
                .containsExactlyElementsOf(title.isEmpty() ? List.of() : List.of(title));
        assertThat(row.problems()).allSatisfy(problem -> {
            assertThat(problem.cause()).isNotBlank();
            assertThat(problem.remedy()).isNotBlank();
        });
    }

    private String page(String path, String role) throws Exception {
        HttpResponse<String> response =
                server.get(path, "Cookie", server.session("anne", role), "Accept-Language", "en");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return response.body();
    }

    @Test
    void theWorstGateStandsFirst() throws Exception {
        server.gates.add(TestServer.gate("zebra", Direction.OUT, false, NOW.minusSeconds(840), List.of()));
        server.gates.add(TestServer.gate("alpha", Direction.IN, true, NOW, List.of(new Device("card", false, ""))));
        String page = page("/gates?site=bjorvika", "guard");
        assertThat(page.indexOf(">zebra<")).isLessThan(page.indexOf(">alpha<"));
        assertThat(page.indexOf(">alpha<")).isLessThan(page.indexOf(">north<"));
        assertThat(page).contains("3 gates, 2 need a look", "Silent for 14 min", "54 °C");
        assertThat(page("/gates/part?site=bjorvika", "guard"))
                .contains(">zebra<")
                .doesNotContain("<html");
    }

    @Test
    void oneGateTellsAll() throws Exception {
        server.enrolments.bind(
                "bjorvika",
                new Uid("04a1b2c3d4e5f6"),
                new CardNumber("4388261"),
                OnConflict.REFUSE,
                "per",
                TestServer.NOW);
        server.registry.until.put(new GateAddress("bjorvika", "north"), Instant.parse("2028-01-02T00:00:00Z"));
        String page = page("/gates/bjorvika/north", "guard");
        assertThat(page)
                .contains(
                        "Chips are 1 change behind",
                        "v0 of v1",
                        "v4217",
                        "Fresh",
                        "54 °C",
                        "11.2 GB free",
                        "2 January 2028",
                        "41 days without the server")
                .doesNotContain("cut-off");
        assertThat(page("/gates/bjorvika/north", "admin")).contains("/gates/bjorvika/north/cut-off");
    }

    @Test
    void cutsAGateOffOnceItsNameIsTyped() throws Exception {
        String session = server.session("anne", "admin");
        String token = FormToken.of(session.substring(session.indexOf('=') + 1));
        HttpResponse<String> wrong =
                server.post("/gates/bjorvika/north/cut-off", session, Map.of("form-token", token, "name", "South"));
        assertThat(wrong.statusCode()).isEqualTo(422);
        assertThat(server.registry.revoked).isEmpty();
        HttpResponse<String> right =
                server.post("/gates/bjorvika/north/cut-off", session, Map.of("form-token", token, "name", " north "));
        assertThat(right.statusCode()).isEqualTo(303);
        assertThat(server.registry.revoked).containsExactly(new GateAddress("bjorvika", "north"));
        assertThat(server.records.notes).singleElement().satisfies(note -> {
            assertThat(note.action()).isEqualTo(Action.CUT_OFF);
            assertThat(note.account()).contains("anne");
            assertThat(note.reason()).isEqualTo("gate north");
        });
    }
}
