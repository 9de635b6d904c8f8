package portvakt.server.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.helidon.http.Method;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import portvakt.server.port.AccessAudit.Kind;
import portvakt.server.port.AccessAudit.Read;
import portvakt.server.port.Principal;
import portvakt.server.port.Role;
import portvakt.server.port.SiteList;
import portvakt.server.web.Route.Protection;

/** Whoever is shown something of people is noted, on every route; who is refused is not. */
class ReadAuditTest {

    /** Routes that show nothing of those who come and go. */
    private static final Set<String> OF_NOBODY = Set.of(
            "/api/v1/gates",
            "/api/v1/lists",
            "/api/v1/lists/{list}",
            "/api/v1/lists/{list}/spread",
            "/api/v1/trust",
            "/exports/{id}",
            "/exports/{id}/part",
            // There is none of that number; another test makes one.
            "/exports/{id}/file",
            "/lists",
            "/lists/{list}",
            "/lists/{list}/spread",
            "/gates",
            "/gates/part",
            "/gates/{site}/{gate}",
            "/gates/{site}/{gate}/part",
            "/gate-codes/{site}",
            "/settings",
            // Of accounts, not of people at gates.
            "/account",
            "/users",
            "/users/{id}",
            "/users/tokens",
            "/api/v1/tokens");

    @TempDir
    private Path folder;

    private TestServer server;

    @BeforeEach
    void start() throws Exception {
        server = new TestServer(folder);
        new SampleDay(server).commit();
        server.siteList.add("bjorvika", SamplePeople.ola(), SiteList.Source.HAND, "kari", TestServer.NOW);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private List<Route> reading() {
        return server.web.routes().stream()
                .filter(route -> route.method().equals(Method.GET) && route.protection() != Protection.PUBLIC)
                .toList();
    }

    private int ask(Route route, Principal principal) throws Exception {
        String path = TestServer.example(route.path());
        HttpResponse<InputStream> response = server.client.send(
                (route.protection() == Protection.API
                                ? server.request(path)
                                        .header("Authorization", "Bearer " + server.accounts.createToken(principal))
                                : server.request(path).header("Cookie", server.session(principal)))
                        .build(),
                HttpResponse.BodyHandlers.ofInputStream());
        // A stream has no end: what is noted of it is noted before its head.
        if (route.protection() != Protection.STREAM) {
            response.body().readAllBytes();
        }
        response.body().close();
        return response.statusCode();
    }

    @Test
    void everyRouteThatShowsPeopleIsNoted() throws Exception {
        List<String> silent = new ArrayList<>();
        for (Route route : reading()) {
            int before = server.audit.reads().size();
            assertThat(ask(route, Principal.everywhere("anne", Role.ADMIN)))
                    .as(route.path())
                    .isIn(200, 404);
            List<Read> reads = server.audit.reads();
            if (reads.size() == before) {
                silent.add(route.path());
            } else {
                assertThat(reads.getLast().account()).isEqualTo("anne");
                assertThat(reads.getLast().route()).isEqualTo(route.path());
                if (route.path().contains("{site}")) {
                    assertThat(reads.getLast().site()).as(route.path()).contains("bjorvika");
                }
            }
        }
        assertThat(silent).containsExactlyInAnyOrderElementsOf(OF_NOBODY);
    }

    @Test
    void whoIsRefusedHasReadNothing() throws Exception {
        for (Route route : reading()) {
            ask(route, new Principal("nobody", Set.of(), Optional.empty()));
            ask(route, Principal.at("fornebu", "mona", Role.SITE_MANAGER));
        }
        assertThat(server.get("/api/v1/events?card=x", "Cookie", server.session("kari", "site-manager"))
                        .statusCode())
                .isEqualTo(400);
        assertThat(server.audit.reads())
                .noneMatch(read -> read.account().equals("nobody")
                        || read.account().equals("kari")
                        || read.account().equals("mona") && !read.site().equals(Optional.of("fornebu")));
    }

    @Test
    void tellsWhatWasAskedAndShownAndNoNames() throws Exception {
        server.get(
                "/api/v1/events?site=bjorvika&card=4388261&kind=AccessTaken&employer=Bygg%20AS&limit=5",
                "Cookie", server.session("kari", "site-manager"));
        Read read = server.audit.reads().getLast();
        assertThat(read.kind()).isEqualTo(Kind.PASSAGES);
        assertThat(read.card()).contains("4388261");
        assertThat(read.site()).contains("bjorvika");
        assertThat(read.question()).isEqualTo("employer, kind=AccessTaken");

        server.get("/?site=bjorvika", "Cookie", server.session("kari", "site-manager"));
        Read list = server.audit.reads().getLast();
        assertThat(list.card()).isEmpty();
        assertThat(list.rows()).isGreaterThan(3);
        assertThat(list.from().orElseThrow()).isBefore(list.to().orElseThrow());

        // A page that is not there anew was there before.
        String etag = server.get("/api/v1/events?limit=1", "Cookie", server.session("kari", "site-manager"))
                .headers()
                .firstValue("ETag")
                .orElseThrow();
        int before = server.audit.reads().size();
        assertThat(server.get(
                                "/api/v1/events?limit=1",
                                "Cookie",
                                server.session("kari", "site-manager"),
                                "If-None-Match",
                                etag)
                        .statusCode())
                .isEqualTo(304);
        assertThat(server.audit.reads()).hasSize(before + 1);
    }

    @Test
    void anExportIsNotedWithAllItsRows() throws Exception {
        server.get("/api/v1/events/export?format=jsonl", "Cookie", server.session("kari", "site-manager"));
        // How much it was is known when it is over.
        await().until(() -> server.audit.reads().getLast().rows() > 0);
        Read read = server.audit.reads().getLast();
        assertThat(read.route()).isEqualTo("/api/v1/events/export");
        assertThat(read.question()).isEqualTo("format=jsonl");
        assertThat(read.rows())
                .isEqualTo(server.log
                        .after(0, 1000, portvakt.server.port.EntryLog.Filter.NONE)
                        .size());
    }

    @Test
    void aFileThatWasMadeBeforeIsNotedWithWhatWasAskedForIt() throws Exception {
        String cookie = server.session("kari", "site-manager");
        HttpResponse<String> begun = server.post(
                "/exports?site=bjorvika&kind=AccessTaken&card=4388261",
                cookie,
                Map.of("form-token", FormToken.of(cookie.substring(cookie.indexOf('=') + 1)), "format", "xlsx"));
        String job = begun.headers().firstValue("Location").orElseThrow();
        await().until(() -> server.get(job, "Cookie", cookie).body().contains(job + "/file"));
        assertThat(server.audit.reads()).isEmpty();
        assertThat(server.get(job + "/file", "Cookie", cookie).statusCode()).isEqualTo(200);
        Read read = server.audit.reads().getLast();
        assertThat(read.card()).contains("4388261");
        assertThat(read.site()).contains("bjorvika");
        assertThat(read.question()).isEqualTo("kind=AccessTaken");
    }

    private JsonNode audit(Principal principal, String query) throws Exception {
        HttpResponse<String> response = server.get(
                "/api/v1/audit" + query, "Authorization", "Bearer " + server.accounts.createToken(principal));
        assertThat(response.statusCode()).isEqualTo(200);
        return Json.MAPPER.readTree(response.body());
    }

    @Test
    void whoAsksWhoLookedAtThemIsToldBothKinds() throws Exception {
        server.get("/log?site=bjorvika&card=4388261", "Cookie", server.session("kari", "site-manager"));
        server.get("/?site=bjorvika", "Cookie", server.session("vakt", "guard"));
        Principal officer = Principal.at("bjorvika", "olav", Role.PRIVACY_OFFICER);

        JsonNode answer = audit(officer, "?card=4388261");
        assertThat(answer.path("reads").findValuesAsText("account")).containsExactly("kari");
        assertThat(answer.path("listsThatMayHaveShown").findValuesAsText("account"))
                .containsExactly("vakt");
        assertThat(audit(officer, "?card=4388261&account=nobody").path("listsThatMayHaveShown"))
                .isEmpty();

        String page = server.get("/audit?card=4388261", "Cookie", server.session(officer))
                .body();
        assertThat(page).contains("kari", "vakt", "/log", "4388261");
    }

    @Test
    void aReadOfAllSitesShowsToEachOfThemThatItWasAndNotWhatItAsked() throws Exception {
        server.get("/api/v1/events?card=3907715&gate=north", "Cookie", server.session("anne", "admin"));
        JsonNode theirs = audit(Principal.at("fornebu", "olav", Role.PRIVACY_OFFICER), "");
        assertThat(theirs.path("reads")).hasSize(1);
        assertThat(theirs.path("reads").get(0).path("account").asText()).isEqualTo("anne");
        assertThat(theirs.toString()).doesNotContain("3907715", "north");
        assertThat(audit(Principal.everywhere("olav", Role.PRIVACY_OFFICER), "?account=anne")
                        .toString())
                .contains("3907715", "north");
    }

    @Test
    void whatCannotBeAskedIsSaid() throws Exception {
        String cookie = server.session("olav", "privacy-officer");
        assertThat(server.get("/api/v1/audit?kind=GOSSIP", "Cookie", cookie).body())
                .contains("one of PASSAGES");
        assertThat(server.get("/audit?from=gestern", "Cookie", cookie).body()).contains("2026-11-24");
        assertThat(server.get("/audit?card=abc", "Cookie", cookie).body()).contains("role=\"alert\"");
        assertThat(server.get(
                                "/audit?site=bjorvika",
                                "Cookie",
                                server.session(Principal.at("fornebu", "olav", Role.PRIVACY_OFFICER)))
                        .statusCode())
                .isEqualTo(403);
    }
}
