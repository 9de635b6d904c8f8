package portvakt.server.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import portvakt.server.port.AccountAudit;
import portvakt.server.port.Principal;
import portvakt.server.port.Principal.Grant;
import portvakt.server.port.Right;
import portvakt.server.port.Role;

/** Tokens are made with no more than their maker has, shown once, listed without their secret, and revoked at once. */
class TokenApiTest {

    @TempDir
    private Path folder;

    private TestServer server;
    private String admin;

    @BeforeEach
    void start() throws Exception {
        server = new TestServer(folder);
        admin = "Bearer " + server.accounts.createToken("root", "admin");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private HttpResponse<String> post(String authorization, String body) throws Exception {
        return server.send(server.request("/api/v1/tokens")
                .header("Authorization", authorization)
                .POST(BodyPublishers.ofString(body)));
    }

    @Test
    void isMadeUsedListedAndRevoked() throws Exception {
        HttpResponse<String> made = post(admin, """
                {"name": "turnstile board", "grants": [{"role": "guard", "site": "bjorvika"}], "rights": ["SEE_PASSAGES"],
                 "days": 30}""");
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        JsonNode told = Json.MAPPER.readTree(made.body());
        assertThat(told.path("expiresAt").asText())
                .isEqualTo(TestServer.NOW.plus(Duration.ofDays(30)).toString());
        String bearer = "Bearer " + told.path("secret").asText();
        assertThat(server.get("/api/v1/events", "Authorization", bearer).statusCode())
                .isEqualTo(200);
        assertThat(server.get("/api/v1/gates", "Authorization", bearer).statusCode())
                .as("beyond its rights")
                .isEqualTo(403);

        String all = server.get("/api/v1/tokens", "Authorization", admin).body();
        assertThat(all)
                .contains(
                        "turnstile board",
                        "\"createdBy\":\"root\"",
                        "\"lastUsedOn\":\"2026-11-24\"",
                        "\"site\":\"bjorvika\"")
                .doesNotContain(told.path("secret").asText());

        String path = "/api/v1/tokens/" + told.path("id").asText();
        assertThat(delete(path)).isEqualTo(204);
        assertThat(delete(path)).isEqualTo(404);
        assertThat(delete("/api/v1/tokens/x")).isEqualTo(404);
        assertThat(server.get("/api/v1/events", "Authorization", bearer).statusCode())
                .isEqualTo(401);
        assertThat(server.accountAudit.notes)
                .extracting(AccountAudit.Note::action)
                .containsExactly("TOKEN_MADE", "TOKEN_REVOKED");
        assertThat(server.accountAudit.notes.getFirst().subject())
                .contains("turnstile board", "guard bjorvika", "only SEE_PASSAGES");
    }

    private int delete(String path) throws Exception {
        return server.send(server.request(path).header("Authorization", admin).DELETE())
                .statusCode();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{",
                "{\"name\":\"x\",\"grants\":[]}",
                "{\"name\":\"\",\"grants\":[{\"role\":\"guard\"}]}",
                "{\"name\":\"x\",\"grants\":[{\"role\":\"overlord\"}]}",
                "{\"name\":\"x\",\"grants\":[{\"role\":\"guard\",\"site\":\"nowhere\"}]}",
                "{\"name\":\"x\",\"grants\":[{\"role\":\"guard\",\"sites\":\"bjorvika\"}]}",
                "{\"name\":\"x\",\"grants\":[{\"role\":\"guard\"}],\"right\":[\"SEE_GATES\"]}",
                "{\"name\":\"x\",\"grants\":[{\"role\":\"guard\"}],\"rights\":[\"SEE_ALL\"]}",
                "{\"name\":\"x\",\"grants\":[{\"role\":\"guard\"}],\"rights\":[]}",
                "{\"name\":\"x\",\"grants\":[{\"role\":\"guard\"}],\"days\":0}",
                "{\"name\":\"x\",\"grants\":[{\"role\":\"guard\"}],\"days\":731}",
                "{\"name\":\"x\",\"grants\":[{\"role\":\"guard\"}],\"days\":\"30\"}"
            })
    void aBadBodyIsRefused(String body) throws Exception {
        int before = server.accounts.all().size();
        assertThat(post(admin, body).statusCode()).isEqualTo(400);
        assertThat(server.accounts.all()).hasSize(before);
    }

    @Test
    void nobodyGivesMoreThanTheyHave() throws Exception {
        Principal keeper = new Principal(
                "keeper",
                Set.of(new Grant(Role.ADMIN, Optional.empty())),
                Optional.of(Set.of(Right.MANAGE_ACCOUNTS, Right.SEE_GATES)));
        String bearer = "Bearer " + server.accounts.createToken(keeper);
        assertThat(post(bearer, "{\"name\":\"x\",\"grants\":[{\"role\":\"admin\"}]}")
                        .statusCode())
                .isEqualTo(403);
        assertThat(post(bearer, "{\"name\":\"x\",\"grants\":[{\"role\":\"guard\"}],\"rights\":[\"SEE_GATES\"]}")
                        .statusCode())
                .isEqualTo(201);
    }

    @Test
    void thePageMakesOneAndShowsItOnce() throws Exception {
        server.accounts.create("eva", TestServer.PASSWORD.toCharArray(), Role.ADMIN);
        String cookie = "portvakt=" + server.accounts.openSession("eva", TestServer.NOW);
        String form = FormToken.of(cookie.substring(cookie.indexOf('=') + 1));
        HttpResponse<String> made = server.post(
                "/users/tokens",
                cookie,
                Map.of(
                        FormToken.FIELD,
                        form,
                        "name",
                        "payroll",
                        "role",
                        "program",
                        "site",
                        "fornebu",
                        "days",
                        "90",
                        "right",
                        "SEE_PASSAGES"));
        assertThat(made.statusCode()).isEqualTo(201);
        Matcher secret = Pattern.compile("class=\"secret\" value=\"([^\"]+)\"").matcher(made.body());
        assertThat(secret.find()).isTrue();
        assertThat(server.get("/api/v1/events", "Authorization", "Bearer " + secret.group(1))
                        .statusCode())
                .isEqualTo(200);
        String page = server.get("/users/tokens", "Cookie", cookie).body();
        assertThat(page).contains("payroll", "Program, fornebu").doesNotContain(secret.group(1));
        String id = String.valueOf(server.accounts.all().getFirst().id());
        assertThat(server.post("/users/tokens/" + id + "/revoke", cookie, Map.of(FormToken.FIELD, form))
                        .statusCode())
                .isEqualTo(303);
        assertThat(server.get("/users/tokens", "Cookie", cookie).body()).contains("av eva");
        // What the role does not give, a right of it cannot.
        assertThat(server.post(
                                "/users/tokens",
                                cookie,
                                Map.of(
                                        FormToken.FIELD,
                                        form,
                                        "name",
                                        "x",
                                        "role",
                                        "inspector",
                                        "site",
                                        "",
                                        "days",
                                        "90",
                                        "right",
                                        "ERASE"))
                        .statusCode())
                .isEqualTo(400);
    }
}
