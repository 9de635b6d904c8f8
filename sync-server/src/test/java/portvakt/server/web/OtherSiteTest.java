package portvakt.server.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.helidon.http.Method;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Scanner;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import portvakt.protocol.CardNumber;
import portvakt.protocol.Direction;
import portvakt.protocol.Uid;
import portvakt.server.port.Enrolments.OnConflict;
import portvakt.server.port.Presence.Holder;
import portvakt.server.port.Principal;
import portvakt.server.port.Role;
import portvakt.server.port.SiteList;
import portvakt.server.web.Route.Protection;

/** A manager of Fornebu sees nothing of Bjørvika: on no route, no page and no stream. */
class OtherSiteTest {

    /** What is only of Bjørvika: the site, its gates, people, and a card that no address here names. */
    private static final List<String> OF_BJORVIKA = List.of(
            "bjorvika",
            "Bjørvika",
            "north",
            "south",
            "Nordmann",
            "Fjordbygg",
            "3907715",
            "04a1b2c3d4e5f6",
            "Per, Bygg AS",
            "left with the lorry");

    private static final Principal MANAGER = Principal.at("fornebu", "mona", Role.SITE_MANAGER);

    @TempDir
    private Path folder;

    private TestServer server;

    @BeforeEach
    void start() throws Exception {
        server = new TestServer(folder);
        new SampleDay(server).commit();
        server.lists.published.put("site-fornebu", server.lists.published.get("site-bjorvika"));
        server.spread.issue(4217, TestServer.NOW.minusSeconds(60), 3);
        server.spread.applied("north", 4217, TestServer.NOW.minusSeconds(50), TestServer.NOW.minusSeconds(900));
        server.spread.gate(
                "north", true, TestServer.NOW.minusSeconds(900), TestServer.NOW.minusSeconds(5), "FRESH", 0, 0);
        server.enrolments.bind(
                "bjorvika",
                new Uid("04a1b2c3d4e5f6"),
                new CardNumber("4388261"),
                OnConflict.REFUSE,
                "kari",
                TestServer.NOW);
        server.siteList.add("bjorvika", SamplePeople.ola(), SiteList.Source.HAND, "kari", TestServer.NOW);
        server.siteList.state("bjorvika", "north quay", "Nordmann", Optional.empty(), "kari", TestServer.NOW);
        server.presence.state(
                "bjorvika",
                new Holder.Card(new CardNumber("4388261")),
                Direction.OUT,
                TestServer.NOW.minusSeconds(600),
                "kari",
                "left with the lorry",
                TestServer.NOW);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private HttpRequest.Builder as(Route route, Principal principal, String query) {
        String path = TestServer.example(route.path()) + query;
        return route.protection() == Protection.API
                ? server.request(path).header("Authorization", "Bearer " + server.accounts.createToken(principal))
                : server.request(path).header("Cookie", server.session(principal));
    }

    private List<Route> reading(Protection... protections) {
        return server.web.routes().stream()
                .filter(route -> route.method().equals(Method.GET))
                .filter(route -> List.of(protections).contains(route.protection()))
                .toList();
    }

    @Test
    void noAnswerTellsAnything() throws Exception {
        int whole = 0;
        for (Route route : reading(Protection.API, Protection.PAGE)) {
            HttpResponse<String> response = server.send(as(route, MANAGER, ""));
            assertThat(response.body())
                    .as("%s (%d)", route.path(), response.statusCode())
                    .doesNotContain(OF_BJORVIKA);
            HttpResponse<String> theirs = server.send(as(route, Principal.at("bjorvika", "kari", Role.ADMIN), ""));
            if (OF_BJORVIKA.stream().anyMatch(theirs.body()::contains)) {
                whole++;
            }
        }
        // Else this would be a test of empty pages.
        assertThat(whole).isGreaterThan(12);
    }

    @Test
    void namingTheSiteIsRefusedAsNamingNoneThatThereIs() throws Exception {
        for (Route route : reading(Protection.API, Protection.PAGE, Protection.STREAM)) {
            if (route.path().contains("{")) {
                continue;
            }
            for (String site : List.of("bjorvika", "nowhere")) {
                HttpResponse<InputStream> response = server.client.send(
                        as(route, MANAGER, "?site=" + site).build(), HttpResponse.BodyHandlers.ofInputStream());
                if (response.statusCode() == 200 && route.protection() == Protection.PAGE) {
                    // A page that knows no sites, or falls back to what is theirs.
                    assertThat(new String(response.body().readAllBytes(), StandardCharsets.UTF_8))
                            .as(route.path())
                            .doesNotContain(OF_BJORVIKA);
                } else {
                    assertThat(response.statusCode()).as(route.path()).isIn(400, 403, 404);
                }
                response.body().close();
            }
        }
    }

    @Test
    void noStreamTellsAnything() throws Exception {
        for (String path : List.of(ConsoleStream.PATH, ConsoleStream.LOG_PATH)) {
            List<String> lines = new CopyOnWriteArrayList<>();
            HttpResponse<InputStream> response = server.client.send(
                    server.request(path + "?after=0")
                            .header("Cookie", server.session(MANAGER))
                            .build(),
                    HttpResponse.BodyHandlers.ofInputStream());
            Thread reader = Thread.ofVirtual().start(() -> {
                try (Scanner scanner = new Scanner(response.body(), StandardCharsets.UTF_8)) {
                    while (scanner.hasNextLine()) {
                        lines.add(scanner.nextLine());
                    }
                }
            });
            server.row("AccessDenied", "north", 900, TestServer.NOW)
                    .holder("4388261", "Ola Nordmann", "Fjordbygg AS")
                    .commit();
            // Its own row comes after the other site's ones, which it must have passed over by then.
            server.row("AccessDenied", "west", 1, TestServer.NOW)
                    .site("fornebu")
                    .holder("7777777", "Own Worker", "Own AS")
                    .commit();

            await().until(() -> lines.stream().anyMatch(line -> line.contains("Own Worker")));
            assertThat(String.join("\n", lines)).doesNotContain(OF_BJORVIKA);
            response.body().close();
            reader.join();
        }
    }

    @Test
    void noChipOfAnotherSiteComes() throws Exception {
        List<String> lines = new CopyOnWriteArrayList<>();
        HttpResponse<InputStream> response = server.client.send(
                server.request(ChipStream.PATH)
                        .header("Cookie", server.session(MANAGER))
                        .build(),
                HttpResponse.BodyHandlers.ofInputStream());
        Thread reader = Thread.ofVirtual().start(() -> {
            try (Scanner scanner = new Scanner(response.body(), StandardCharsets.UTF_8)) {
                while (scanner.hasNextLine()) {
                    lines.add(scanner.nextLine());
                }
            }
        });
        server.row("AccessDenied", "north", 900, TestServer.NOW)
                .reason("UNKNOWN_CARD")
                .uid("04a1b2c3d4e5f6")
                .commit();
        // Its own chip is shown after the other site's, which it would have by then.
        server.row("AccessDenied", "west", 1, TestServer.NOW)
                .site("fornebu")
                .reason("UNKNOWN_CARD")
                .uid("04bbbbbbbbbbbb")
                .commit();

        await().until(() -> lines.stream().anyMatch(line -> line.contains("04bbbbbbbbbbbb")));
        assertThat(String.join("\n", lines)).doesNotContain(OF_BJORVIKA);
        response.body().close();
        reader.join();
    }

    @Test
    void noFormChangesAnything() throws Exception {
        int stated = server.presence.stated.size();
        String cookie = server.session(MANAGER);
        String token = FormToken.of(cookie.substring(cookie.indexOf('=') + 1));
        for (Route route : server.web.routes()) {
            if (!route.method().equals(Method.POST) || route.protection() != Protection.PAGE) {
                continue;
            }
            if (route.right().isEmpty()) {
                continue;
            }
            int status = server.post(
                            TestServer.example(route.path()),
                            cookie,
                            Map.of(
                                    "form-token",
                                    token,
                                    "site",
                                    "bjorvika",
                                    "card",
                                    "4388261",
                                    "direction",
                                    "IN",
                                    "at",
                                    "2026-11-24T06:00",
                                    "reason",
                                    "x",
                                    "id",
                                    "1",
                                    "kind",
                                    "VISITOR",
                                    "from",
                                    "2026-11-24",
                                    "until",
                                    "2026-11-24"))
                    .statusCode();
            assertThat(status).as(route.path()).isIn(400, 403, 404);
        }
        assertThat(server.presence.stated).hasSize(stated);
        assertThat(server.passes.list("bjorvika", Long.MAX_VALUE, 10)).hasSize(1);
        assertThat(server.siteList.rows("bjorvika")).hasSize(1);
        assertThat(server.siteList.links("bjorvika", 10)).isEmpty();
        assertThat(server.siteList.lastCheck("bjorvika")).isEmpty();
        assertThat(server.register.all).isEmpty();
    }

    @Test
    void whoHasSeveralSitesNamesOne() throws Exception {
        Principal two = new Principal(
                "two",
                java.util.Set.of(
                        new Principal.Grant(Role.SITE_MANAGER, Optional.of("fornebu")),
                        new Principal.Grant(Role.GUARD, Optional.of("bjorvika"))),
                Optional.empty());
        String bearer = "Bearer " + server.accounts.createToken(two);
        HttpResponse<String> unnamed = server.get("/api/v1/events", "Authorization", bearer);
        assertThat(unnamed.statusCode()).isEqualTo(400);
        assertThat(unnamed.body()).contains("bjorvika, fornebu");
        // A guard there: masked, whatever they are elsewhere.
        assertThat(server.get("/api/v1/events?site=bjorvika", "Authorization", bearer)
                        .body())
                .contains("43***61")
                .doesNotContain("4388261");
    }
}
