package portvakt.server.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import portvakt.protocol.Direction;
import portvakt.server.port.EntryLog.OnSite;
import portvakt.server.port.Presence.CheckOut;
import portvakt.server.port.Presence.Contradiction;
import portvakt.server.port.Presence.Correction;
import portvakt.server.port.Presence.DoubleEntry;
import portvakt.server.port.Presence.Kind;
import portvakt.server.port.Presence.Person;
import portvakt.server.web.view.Texts;

/** A site manager corrects who is on site with a form, and everybody sees what is by a person or a rule. */
class PresencePageTest {

    private static final Person OLA =
            new Person(Optional.of("4388261"), Optional.empty(), Optional.of("Ola Nordmann"), Optional.of("Bygg AS"));

    @TempDir
    private Path folder;

    private TestServer server;

    @BeforeEach
    void start() throws Exception {
        server = new TestServer(folder);
        server.log.enter(new OnSite(
                "bjorvika",
                Optional.of("north"),
                TestServer.NOW.minusSeconds(60),
                Optional.empty(),
                Optional.of("4388261"),
                Optional.of("Ola Nordmann"),
                Optional.empty(),
                false));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private String page(String role) throws Exception {
        HttpResponse<String> response =
                server.get("/presence?site=bjorvika", "Cookie", server.session("anne", role), "Accept-Language", "en");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return response.body();
    }

    private HttpResponse<String> post(String role, String path, Map<String, String> fields) throws Exception {
        String session = server.session("anne", role);
        HttpResponse<String> form = server.get("/presence", "Cookie", session);
        Map<String, String> all = new LinkedHashMap<>(fields);
        all.put("form-token", TestServer.formToken(form.body()));
        all.putIfAbsent("site", "bjorvika");
        return server.post(path, session + "; " + TestServer.cookie(form), all);
    }

    private static Map<String, String> fields(String card, String direction, String at, String reason) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("card", card);
        fields.put("direction", direction);
        fields.put("at", at);
        fields.put("reason", reason);
        return fields;
    }

    /** The site lies in another zone than the console: 15:30 there is 14:30 in Oslo. */
    @Test
    void takesATimeAsTheSiteHasIt() throws Exception {
        HttpResponse<String> response = post(
                "site-manager", "/presence/corrections", fields("4388261", "OUT", "2026-11-23T15:30", "seen leaving"));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(303);
        assertThat(response.headers().firstValue("Location")).hasValue("/presence?site=bjorvika");
        Correction stated = server.presence.stated.getFirst();
        assertThat(stated.at()).contains(Instant.parse("2026-11-23T13:30:00Z"));
        assertThat(stated.kind()).isEqualTo(Kind.OUT);
        assertThat(stated.author()).isEqualTo("anne");
        assertThat(page("site-manager"))
                .contains("Was gone at 23 Nov 15:30", "seen leaving", "Ola Nordmann", "4388261", "No. 1");
    }

    @ParameterizedTest
    @CsvSource({
        "43, OUT, 2026-11-23T15:30, why, card",
        "4388261, AWAY, 2026-11-23T15:30, why, at",
        "4388261, OUT, 2026-11-25T15:30, why, at",
        "4388261, OUT, yesterday, why, at",
        "4388261, OUT, 2026-11-23T15:30, ' ', reason",
    })
    void saysWhatIsWrongAndKeepsWhatWasWritten(String card, String direction, String at, String reason, String error)
            throws Exception {
        String session = server.session("anne", "admin");
        HttpResponse<String> form = server.get("/presence", "Cookie", session);
        Map<String, String> all = fields(card, direction, at, reason);
        all.put("form-token", TestServer.formToken(form.body()));
        all.put("site", "bjorvika");
        HttpResponse<String> response =
                server.post("/presence/corrections", session + "; " + TestServer.cookie(form), all);
        assertThat(response.statusCode()).isEqualTo(422);
        assertThat(response.body())
                .contains("role=\"alert\"", "value=\"" + card + "\"")
                .contains(new Texts(Texts.Language.NB, WebConfig.ZONE_DEFAULT).text("correct.error." + error));
        assertThat(server.presence.stated).isEmpty();
    }

    @Test
    void undoesAndForgives() throws Exception {
        Instant at = TestServer.NOW.minusSeconds(600);
        server.presence.doubleEntries.add(new DoubleEntry(
                "bjorvika", OLA, at.minusSeconds(60), Optional.of("north"), at, "north", Optional.empty()));
        post("admin", "/presence/corrections", fields("4388261", "IN", "2026-11-23T07:02", "was let in by hand"));
        assertThat(post("admin", "/presence/undo", Map.of("id", "1", "reason", "slip"))
                        .statusCode())
                .isEqualTo(303);
        assertThat(post("admin", "/presence/forgive", Map.of("card", "4388261", "reason", "arm stuck"))
                        .statusCode())
                .isEqualTo(303);
        assertThat(server.presence.stated)
                .extracting(Correction::kind)
                .containsExactly(Kind.IN, Kind.UNDO, Kind.FORGIVE);
        assertThat(post("admin", "/presence/undo", Map.of("id", "2", "reason", "slip"))
                        .statusCode())
                .isEqualTo(422);
        assertThat(post("admin", "/presence/undo", Map.of("id", "1", "reason", ""))
                        .statusCode())
                .isEqualTo(422);
    }

    @Test
    void refusesAGuardAndAForgedForm() throws Exception {
        Map<String, String> fields = fields("4388261", "OUT", "2026-11-23T15:30", "why");
        assertThat(post("guard", "/presence/corrections", fields).statusCode()).isEqualTo(403);
        assertThat(post("guard", "/presence/undo", fields).statusCode()).isEqualTo(403);
        assertThat(post("guard", "/presence/forgive", fields).statusCode()).isEqualTo(403);
        assertThat(server.post("/presence/corrections", server.session("anne", "admin"), fields)
                        .statusCode())
                .isEqualTo(403);
        assertThat(server.presence.stated).isEmpty();
        assertThat(page("guard"))
                .contains("Ola Nordmann", "43***61")
                .doesNotContain("4388261", "/presence/corrections");
    }

    @Test
    void showsWhatIsAutomaticAndWhatSupersededIt() throws Exception {
        Instant at = TestServer.NOW.minus(Duration.ofHours(4));
        server.presence.checkOuts.add(
                new CheckOut(1, "bjorvika", OLA, at.minusSeconds(60), at, "DAILY", at, false, Optional.empty()));
        server.presence.checkOuts.add(new CheckOut(
                2,
                "bjorvika",
                OLA,
                at.minusSeconds(60),
                at,
                "LONGEST_STAY",
                at,
                true,
                Optional.of(new Contradiction(at, Direction.OUT, Optional.of("south"), Optional.empty()))));
        assertThat(page("guard"))
                .contains(
                        "hour of the day",
                        ">automatic<",
                        "longest stay was over",
                        "does not count",
                        "Superseded: went out at 03:55 by south");
        String console = server.get("/", "Cookie", server.session("vakt", "guard"), "Accept-Language", "en")
                .body();
        assertThat(console).contains("One person was checked out automatically");
    }

    @Test
    void knowsNoOtherSite() throws Exception {
        assertThat(server.get("/presence?site=nowhere", "Cookie", server.session("anne", "admin"))
                        .statusCode())
                .isEqualTo(404);
        assertThat(server.get("/presence?site=fornebu", "Cookie", server.session("anne", "admin"))
                        .body())
                .contains("Fornebu")
                .doesNotContain("Ola Nordmann");
    }
}
