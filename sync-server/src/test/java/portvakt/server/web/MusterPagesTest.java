package portvakt.server.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Scanner;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import portvakt.protocol.Direction;
import portvakt.server.port.Musters.Muster;
import portvakt.server.port.Principal;
import portvakt.server.port.Role;

/** Beginning, ticking off and ending, without any script; and what the phones that look on are sent. */
class MusterPagesTest {

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

    private String page(String path, String role) throws Exception {
        HttpResponse<String> response =
                server.get(path, "Cookie", server.session("anne", role), "Accept-Language", "en");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return response.body();
    }

    private HttpResponse<String> post(String path, Map<String, String> fields) throws Exception {
        String cookie = server.session("anne", "guard");
        Map<String, String> all = new HashMap<>(fields);
        all.put("form-token", FormToken.of(cookie.substring(cookie.indexOf('=') + 1)));
        return server.post(path, cookie, all);
    }

    private Muster muster() {
        return server.musters.find(1).orElseThrow();
    }

    @Test
    void beginsADrillUnlessItIsSaidToBeAnAlarm() throws Exception {
        assertThat(page("/muster?site=fornebu", "guard")).contains("Begin a drill", "None has been held here yet");

        HttpResponse<String> drill = post("/muster", Map.of("site", "fornebu"));
        assertThat(drill.statusCode()).isEqualTo(303);
        assertThat(drill.headers().firstValue("Location")).contains("/muster/2");
        assertThat(server.musters.find(2).orElseThrow().drill()).isTrue();
        server.musters.end(server.musters.find(2).orElseThrow(), "anne", TestServer.NOW);
        post("/muster", Map.of("site", "fornebu", "kind", "alarm"));
        assertThat(server.musters.find(3).orElseThrow().drill()).isFalse();
        assertThat(page("/muster?site=fornebu", "guard")).contains("A muster is under way", "href=\"/muster/3\"");
    }

    @Test
    void showsWhoIsMissingAndWhatItDoesNotKnow() throws Exception {
        server.gates.add(
                TestServer.gate("south", Direction.IN, false, TestServer.NOW.minus(Duration.ofMinutes(14)), List.of()));
        server.row("FireReleaseStarted", "north", 90, TestServer.NOW.minusSeconds(100))
                .commit();

        String guards = page("/muster/1", "guard");
        assertThat(guards)
                .contains("Mohamed Abdi Warsame", "39***15", "This is a drill")
                .contains("Nothing was heard of gate south for 14 min")
                .contains("Gate north is open for the fire alarm")
                .doesNotContain("3907715");
        assertThat(guards.indexOf("id=\"missing\"")).isLessThan(guards.indexOf("Mohamed Abdi Warsame"));
        assertThat(guards.indexOf("Ola Nordmann")).isGreaterThan(guards.indexOf("id=\"left\""));
        assertThat(page("/muster/1", "site-manager")).contains("3907715");
        assertThat(page("/muster?site=bjorvika", "guard")).contains("the fire alarm is on");
    }

    @Test
    void ticksOffAndTakesItBack() throws Exception {
        HttpResponse<String> found = post("/muster/1/ticks", Map.of("person", "101", "found", "yes"));
        assertThat(found.statusCode()).isEqualTo(303);
        assertThat(page("/muster/1", "guard"))
                .containsPattern("class=\"missing none\">0</span>")
                .contains("by anne, after 1:30")
                .contains("All accounted for after 1:30");
        post("/muster/1/ticks", Map.of("person", "101", "found", "no"));
        assertThat(page("/muster/1", "guard")).containsPattern("class=\"missing some\">1</span>");
        assertThat(post("/muster/1/ticks", Map.of("person", "999", "found", "yes"))
                        .statusCode())
                .isEqualTo(422);
        assertThat(post("/muster/1/ticks", Map.of("person", "999", "found", "yes", "quiet", "yes"))
                        .statusCode())
                .isEqualTo(409);
        assertThat(post("/muster/1/ticks", Map.of("person", "101", "found", "yes", "quiet", "yes"))
                        .statusCode())
                .isEqualTo(204);
    }

    @Test
    void takesANameByHandButNoEmptyOne() throws Exception {
        assertThat(post("/muster/1/people", Map.of("name", "  Per, Bygg AS ")).statusCode())
                .isEqualTo(303);
        assertThat(page("/muster/1", "guard")).contains("Per, Bygg AS", "Written down at the muster point");
        assertThat(post("/muster/1/people", Map.of("name", " ")).statusCode()).isEqualTo(422);
    }

    @Test
    void endsOnceAndIsReadAfterwards() throws Exception {
        post("/muster/1/ticks", Map.of("person", "101", "found", "yes"));
        assertThat(post("/muster/1/end", Map.of()).statusCode()).isEqualTo(303);
        assertThat(muster().isUnderWay()).isFalse();
        assertThat(page("/muster/1", "guard"))
                .contains("Ended", "after 1:30")
                .doesNotContain("/ticks", "muster.js", "/end\"");
        assertThat(post("/muster/1/ticks", Map.of("person", "101", "found", "no"))
                        .statusCode())
                .isEqualTo(422);
        assertThat(page("/muster?site=bjorvika", "guard")).contains("all 2 accounted for after 1:30");
    }

    @Test
    void givesACopyThatNeedsNoNetwork() throws Exception {
        HttpResponse<String> copy = server.get("/muster/1/copy", "Cookie", server.session("anne", "guard"));
        assertThat(copy.headers().firstValue("Content-Disposition"))
                .contains("attachment; filename=\"muster-bjorvika-1.html\"");
        assertThat(copy.body())
                .contains("Mohamed Abdi Warsame", "39***15", "type=\"checkbox\"", "24. november 2026")
                .doesNotContain("<script", "href=", "src=", "form-token");
    }

    @Test
    void isOfThoseWhoHoldMustersThere() throws Exception {
        for (String path : List.of("/muster/1", "/muster/1/copy", "/muster/77", "/muster/x")) {
            assertThat(server.get(path, "Cookie", server.session(Principal.at("fornebu", "mona", Role.GUARD)))
                            .statusCode())
                    .as(path)
                    .isEqualTo(404);
        }
        assertThat(server.get("/muster/1/stream", "Cookie", server.session(Principal.at("fornebu", "mona", Role.GUARD)))
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void phonesAreSentWhatOthersTickAndNothingTwice() throws Exception {
        String cookie = server.session("anne", "guard");
        String board = server.get("/muster/1", "Cookie", cookie, "Accept-Language", "en")
                .body();
        String stream = board.replaceFirst("(?s).*data-stream=\"([^\"]*)\".*", "$1");
        List<String> lines = new CopyOnWriteArrayList<>();
        HttpResponse<InputStream> response = server.client.send(
                server.request(stream)
                        .header("Cookie", cookie)
                        .header("Accept-Language", "en")
                        .build(),
                HttpResponse.BodyHandlers.ofInputStream());
        Thread reader = Thread.ofVirtual().start(() -> {
            try (Scanner scanner = new Scanner(response.body(), StandardCharsets.UTF_8)) {
                while (scanner.hasNextLine()) {
                    lines.add(scanner.nextLine());
                }
            }
        });
        await().until(() -> lines.contains("event:sum"));
        assertThat(lines).as("the page has them").doesNotContain("event:person");

        post("/muster/1/ticks", Map.of("person", "101", "found", "yes"));
        await().until(() -> lines.contains("event:person"));
        assertThat(lines.stream().filter("event:person"::equals)).hasSize(1);
        assertThat(lines.stream().filter(line -> line.contains("id=\"p101\"")))
                .singleElement()
                .asString()
                .contains("data-list=\"found\"", "39***15");
        post("/muster/1/end", Map.of());
        await().until(() -> lines.contains("event:bye"));
        reader.join();
    }
}
