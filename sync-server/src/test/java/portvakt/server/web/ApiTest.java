package portvakt.server.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import portvakt.server.port.EntryLog.OnSite;
import portvakt.server.port.LogEntry;

/** Programs get what they asked for, page by page without loss or doubles, and are told what they asked wrongly. */
class ApiTest {

    @TempDir
    private Path folder;

    private TestServer server;

    @BeforeEach
    void start() throws Exception {
        server = new TestServer(folder);
        for (int i = 1; i <= 5; i++) {
            server.row("AccessDenied", i % 2 == 0 ? "south" : "north", i, TestServer.NOW.minusSeconds(100 - i))
                    .holder("438826" + i, "Ola Nordmann", "Bygg AS")
                    .reason("CREDENTIAL_REVOKED")
                    .commit();
        }
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void givesTheNewestRowsFirstAndSaysInstantsInIso() throws Exception {
        JsonNode answer = server.api("/api/v1/events");

        assertThat(ids(answer)).containsExactly(5L, 4L, 3L, 2L, 1L);
        assertThat(answer.has("next")).isFalse();
        JsonNode first = answer.path("events").get(0);
        assertThat(first.path("occurredAt").asText()).isEqualTo("2026-11-24T05:53:25Z");
        assertThat(first.path("cardNumber").asText()).isEqualTo("4388265");
        assertThat(first.path("reason").asText()).isEqualTo("CREDENTIAL_REVOKED");
        assertThat(first.has("grantedSequence")).isFalse();
    }

    @Test
    void pagesUpwardsWithoutLossWhileRowsArrive() throws Exception {
        List<Long> seen = new ArrayList<>();
        long cursor = 0;
        for (int page = 0; page < 5; page++) {
            JsonNode answer = server.api("/api/v1/events?limit=2&after=" + cursor);
            seen.addAll(ids(answer));
            cursor = answer.path("next").asLong();
            if (page == 1) {
                server.row("AccessGranted", "north", 6, TestServer.NOW).commit();
            }
        }

        assertThat(seen).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
    }

    @Test
    void pagesDownwardsToTheEnd() throws Exception {
        JsonNode first = server.api("/api/v1/events?limit=3");
        JsonNode second =
                server.api("/api/v1/events?limit=3&before=" + first.path("next").asLong());

        assertThat(ids(first)).containsExactly(5L, 4L, 3L);
        assertThat(ids(second)).containsExactly(2L, 1L);
        assertThat(second.has("next")).isFalse();
    }

    @Test
    void filters() throws Exception {
        assertThat(ids(server.api("/api/v1/events?gate=south"))).containsExactly(4L, 2L);
        assertThat(ids(server.api("/api/v1/events?card=4388263"))).containsExactly(3L);
        assertThat(ids(server.api("/api/v1/events?kind=AccessGranted"))).isEmpty();
        assertThat(ids(server.api("/api/v1/events?site=elsewhere"))).isEmpty();
        assertThat(ids(server.api("/api/v1/events?decision=denied&gate=south"))).containsExactly(4L, 2L);
        assertThat(ids(server.api("/api/v1/events?decision=taken"))).isEmpty();
        assertThat(ids(server.api("/api/v1/events?reason=CREDENTIAL_REVOKED&limit=1")))
                .containsExactly(5L);
        assertThat(ids(server.api("/api/v1/events?reason=UNKNOWN_CARD"))).isEmpty();
        assertThat(ids(server.api("/api/v1/events?assurance=CHIP_DATA&card=4388264")))
                .containsExactly(4L);
        assertThat(ids(server.api("/api/v1/events?assurance=UID_ONLY"))).isEmpty();
        assertThat(ids(server.api("/api/v1/events?employer=Bygg+AS&gate=south")))
                .containsExactly(4L, 2L);
        assertThat(ids(server.api("/api/v1/events?employer=Bygg"))).isEmpty();
    }

    /** Row 6 arrives last and happened first, as when a gate was offline. */
    @Test
    void goesByTheGatesClocksWhereATimeIsAskedFor() throws Exception {
        server.row("AccessDenied", "south", 6, TestServer.NOW.minusSeconds(97)).commit();

        // 05:53:21, 22, 23, 24 and 25 are rows 1 to 5.
        assertThat(ids(server.api("/api/v1/events?from=2026-11-24T05:53:22Z&to=2026-11-24T06:53:25%2B01:00")))
                .containsExactly(4L, 6L, 3L, 2L);
        JsonNode page = server.api("/api/v1/events?from=2026-11-24T05:53:22Z&limit=2");
        assertThat(ids(page)).containsExactly(5L, 4L);
        JsonNode second = server.api("/api/v1/events?from=2026-11-24T05:53:22Z&limit=3&before="
                + page.path("next").asLong());
        assertThat(ids(second)).containsExactly(6L, 3L, 2L);
        assertThat(ids(server.api("/api/v1/events?to=2026-11-24T05:53:24Z&after=2&limit=9")))
                .containsExactly(3L, 6L);
    }

    @Test
    void linksToTheNextPage() throws Exception {
        String asProgram = "Bearer " + server.accounts.createToken("links", "program");
        HttpResponse<String> first = server.get("/api/v1/events?employer=Bygg+AS&limit=3", "Authorization", asProgram);
        String link = first.headers().firstValue("Link").orElseThrow();
        assertThat(link).isEqualTo("</api/v1/events?before=3&employer=Bygg+AS&limit=3>; rel=\"next\"");
        HttpResponse<String> last = server.get(link.substring(1, link.indexOf('>')), "Authorization", asProgram);
        assertThat(ids(Json.MAPPER.readTree(last.body()))).containsExactly(2L, 1L);
        assertThat(last.headers().firstValue("Link")).isEmpty();
    }

    @Test
    void sendsAPageOnlyOnce() throws Exception {
        String cookie = server.session("kari", "site-manager");
        String tag = server.get("/api/v1/events?before=5", "Cookie", cookie)
                .headers()
                .firstValue("ETag")
                .orElseThrow();
        String newest = server.get("/api/v1/events", "Cookie", cookie)
                .headers()
                .firstValue("ETag")
                .orElseThrow();
        server.row("AccessGranted", "north", 6, TestServer.NOW).commit();

        HttpResponse<String> again =
                server.get("/api/v1/events?before=5", "Cookie", cookie, "If-None-Match", "\"other\", W/" + tag);
        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
        assertThat(again.headers().firstValue("ETag")).hasValue(tag);
        assertThat(server.get("/api/v1/events", "Cookie", cookie, "If-None-Match", newest)
                        .statusCode())
                .isEqualTo(200);
        // What a guard sees is another page: with the tag of a whole one, masked numbers would be taken for it.
        assertThat(server.get(
                                "/api/v1/events?before=5",
                                "Cookie",
                                server.session("vakt", "guard"),
                                "If-None-Match",
                                tag)
                        .statusCode())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "/api/v1/events?limit=0, limit",
        "/api/v1/events?limit=1001, limit",
        "/api/v1/events?limit=ten, limit",
        "/api/v1/events?after=-1, after",
        "/api/v1/events?after=, after",
        "/api/v1/events?before=0, before",
        "/api/v1/events?after=1&before=2, before",
        "/api/v1/events?after=1&after=2, after",
        "/api/v1/events?kind=Granted, kind",
        "/api/v1/events?gate=North, gate",
        "/api/v1/events?site=a/b, site",
        "/api/v1/events?card=43xx, card",
        "/api/v1/events?cards=4388261, cards",
        "/api/v1/events?decision=refused, decision",
        "/api/v1/events?decision=denied&kind=AccessDenied, decision",
        "/api/v1/events?reason=BECAUSE, reason",
        "/api/v1/events?assurance=SURE, assurance",
        "/api/v1/events?employer=, employer",
        "/api/v1/events?from=yesterday, from",
        "/api/v1/events?from=2026-11-24T05:00:00, from",
        "/api/v1/events?from=2026-11-24T05:00:00Z&to=2026-11-24T05:00:00Z, to",
        "/api/v1/events?from=2026-11-24T05:00:00Z&before=77, before",
        "/api/v1/events/export?limit=5, limit",
        "/api/v1/events/export?format=xml, format",
        "/api/v1/presence?gate=north, gate",
        "/api/v1/gates?site=a, site",
    })
    void namesTheParameterAtFault(String path, String parameter) throws Exception {
        HttpResponse<String> response = server.get(path, "Cookie", server.session("kari", "site-manager"));

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        JsonNode problem = Json.MAPPER.readTree(response.body());
        assertThat(problem.path("parameter").asText()).isEqualTo(parameter);
        assertThat(problem.path("status").asInt()).isEqualTo(400);
        assertThat(problem.path("detail").asText()).contains(parameter).endsWith(".");
    }

    @Test
    void saysWhoIsOnSite() throws Exception {
        server.log.enter(new OnSite(
                "bjorvika",
                Optional.of("north"),
                TestServer.NOW.minusSeconds(60),
                Optional.empty(),
                Optional.of("4388261"),
                Optional.of("Ola Nordmann"),
                Optional.empty(),
                false));

        JsonNode answer = server.api("/api/v1/presence?site=bjorvika");

        assertThat(answer.path("count").asInt()).isOne();
        assertThat(answer.path("people").get(0).path("cardNumber").asText()).isEqualTo("4388261");
        assertThat(server.api("/api/v1/presence?site=other").path("count").asInt())
                .isZero();
    }

    @Test
    void masksCardNumbersForAGuard() throws Exception {
        String events = server.get("/api/v1/events", "Cookie", server.session("vakt", "guard"))
                .body();

        assertThat(events).contains("43***61").doesNotContain("4388261");
    }

    @Test
    void doesNotTellAGuardWhoseNumberAGuessIs() throws Exception {
        HttpResponse<String> response =
                server.get("/api/v1/events?card=4388263", "Cookie", server.session("vakt", "guard"));

        assertThat(response.statusCode()).isEqualTo(403);
        assertThat(response.body()).doesNotContain("Ola Nordmann").contains("leave it out");
    }

    @Test
    void keepsWholeUidsFromThoseWhoSeeNoWholeCardNumbers() throws Exception {
        server.row("AccessDenied", "north", 9, TestServer.NOW)
                .reason("UNKNOWN_CARD")
                .uid("04a1b2c3d4e5f6")
                .commit();

        assertThat(server.get("/api/v1/events", "Cookie", server.session("vakt", "guard"))
                        .body())
                .contains("04**********f6")
                .doesNotContain("04a1b2c3d4e5f6");
        assertThat(server.api("/api/v1/events").toString()).contains("04a1b2c3d4e5f6");
    }

    @Test
    void describesGatesAndLists() throws Exception {
        JsonNode gate = server.api("/api/v1/gates").path("gates").get(0);
        assertThat(gate.path("gate").asText()).isEqualTo("north");
        assertThat(gate.path("lists").get(0).path("version").asLong()).isEqualTo(4217);

        assertThat(server.api("/api/v1/lists/hms-kort").path("revokedCount").asInt())
                .isEqualTo(31);
        assertThat(server.api("/api/v1/lists/nothing").path("status").asInt()).isEqualTo(404);
    }

    @Test
    void answersAnUnknownApiPathWithAProblem() throws Exception {
        HttpResponse<String> response = server.get("/api/v2/events");

        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    }

    @Test
    void refusesATokenThatIsNone() throws Exception {
        HttpResponse<String> response = server.get("/api/v1/gates", "Authorization", "Bearer guess");

        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(response.headers().firstValue("WWW-Authenticate"))
                .hasValueSatisfying(value -> assertThat(value).startsWith("Bearer"));
    }

    @Test
    void documentsEachRouteForProgramsAndNoOther() throws Exception {
        HttpResponse<String> response = server.get("/openapi");
        JsonNode document = new YAMLMapper().readTree(response.body());
        List<String> documented = new ArrayList<>();
        document.path("paths").fieldNames().forEachRemaining(documented::add);

        List<String> routes = server.web.routes().stream()
                .map(Route::path)
                .filter(path -> path.startsWith("/api/")
                        || path.startsWith("/register/")
                        || path.startsWith("/enrol/")
                        || path.equals("/openapi"))
                .collect(Collectors.toCollection(ArrayList::new));
        routes.addAll(List.of("/observe/health", "/observe/metrics"));
        List<String> distinctRoutes = routes.stream().distinct().toList();

        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/yaml");
        assertThat(documented).containsExactlyInAnyOrderElementsOf(distinctRoutes);
        for (Route route : server.web.routes()) {
            if (documented.contains(route.path())) {
                assertThat(document.path("paths")
                                .path(route.path())
                                .has(route.method().text().toLowerCase(Locale.ROOT)))
                        .as("%s %s", route.method(), route.path())
                        .isTrue();
            }
        }
        for (String path : documented) {
            if (document.path("paths").path(path).has("get")) {
                HttpResponse<String> answer =
                        server.get(TestServer.example(path), "Cookie", server.session("anne", "admin"));
                assertThat(answer.statusCode()).as(path).isEqualTo(200);
            }
        }
    }

    @Test
    void documentsEachFieldOfAnEvent() throws Exception {
        JsonNode schema = new YAMLMapper()
                .readTree(server.get("/openapi").body())
                .path("components")
                .path("schemas")
                .path("Event")
                .path("properties");
        List<String> documented = new ArrayList<>();
        schema.fieldNames().forEachRemaining(documented::add);

        assertThat(documented)
                .containsExactlyInAnyOrder(java.util.Arrays.stream(LogEntry.class.getRecordComponents())
                        .map(java.lang.reflect.RecordComponent::getName)
                        .toArray(String[]::new));
    }

    private static List<Long> ids(JsonNode answer) {
        List<Long> ids = new ArrayList<>();
        answer.path("events").forEach(event -> ids.add(event.path("id").asLong()));
        return ids;
    }
}
