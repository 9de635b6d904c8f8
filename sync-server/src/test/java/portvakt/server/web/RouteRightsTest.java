package portvakt.server.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.helidon.http.Method;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import portvakt.server.port.Principal;
import portvakt.server.port.Principal.Grant;
import portvakt.server.port.Right;
import portvakt.server.port.Role;
import portvakt.server.web.Route.Protection;

/** Each route, asked as each role, here and on another site. */
class RouteRightsTest {

    /** For every account, or answered by where it leads. */
    private static final Set<String> WITHOUT_RIGHT =
            Set.of("GET /", "POST /logout", "GET /account", "POST /account/password", "POST /account/sessions/end");

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

    private List<Route> guarded() {
        return server.web.routes().stream()
                .filter(route -> route.protection() != Protection.PUBLIC)
                .toList();
    }

    private static String name(Route route) {
        return route.method().text() + " " + route.path();
    }

    /** Asks with nothing in the body but a good form token: who may gets an answer about what is missing, and not 403. */
    private int ask(Route route, Principal principal) throws IOException, InterruptedException {
        String path = TestServer.example(route.path().replace("{list}", "site-bjorvika"));
        String cookie = server.session(principal);
        HttpRequest.Builder request = route.protection() == Protection.API
                ? server.request(path).header("Authorization", "Bearer " + server.accounts.createToken(principal))
                : server.request(path).header("Cookie", cookie);
        String form = route.protection() == Protection.PAGE
                ? "site=bjorvika&form-token=" + FormToken.of(cookie.substring(cookie.indexOf('=') + 1))
                : "";
        boolean reads = route.method().equals(Method.GET);
        request.method(
                route.method().text(),
                reads ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(form));
        if (!reads && !form.isEmpty()) {
            request.header("Content-Type", "application/x-www-form-urlencoded");
        }
        // A stream has no end: its head says enough.
        HttpResponse<InputStream> response =
                server.client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        response.body().close();
        return response.statusCode();
    }

    @Test
    void eachRouteNamesARight() {
        assertThat(guarded().stream().filter(route -> route.right().isEmpty()).map(RouteRightsTest::name))
                .containsExactlyInAnyOrderElementsOf(WITHOUT_RIGHT);
    }

    @Test
    void letsInTheRolesThatHaveTheRightAndNobodyElse() throws Exception {
        List<String> wrong = new ArrayList<>();
        int asked = 0;
        for (Route route : guarded()) {
            if (route.right().isEmpty()) {
                continue;
            }
            for (Role role : Role.values()) {
                int status = ask(route, Principal.everywhere("somebody", role));
                if ((status != 403) != role.has(route.right().get())) {
                    wrong.add(name(route) + " as " + role.code() + ": " + status);
                }
                asked++;
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(asked).isGreaterThan(200);
    }

    @Test
    void aRoleOnOneSiteIsNoRoleOnAnother() throws Exception {
        List<String> wrong = new ArrayList<>();
        for (Route route : guarded()) {
            boolean ofASite = route.path().contains("{site}") || route.path().contains("{list}");
            boolean ofTheServer = route.right().map(Right::isOfWholeServer).orElse(false);
            if (!ofASite && !ofTheServer) {
                continue;
            }
            int there = ask(route, Principal.at("fornebu", "somebody", Role.ADMIN));
            int here = ask(route, Principal.at("bjorvika", "somebody", Role.ADMIN));
            if (there != 403 || (here == 403) != ofTheServer) {
                wrong.add(name(route) + ": " + there + " there, " + here + " here");
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void aTokenHasNoRightBeyondItsScope() throws Exception {
        Principal reader = new Principal(
                "reader", Set.of(new Grant(Role.PROGRAM, Optional.empty())), Optional.of(Set.of(Right.SEE_PASSAGES)));
        List<String> let = new ArrayList<>();
        Set<String> expected = new TreeSet<>();
        for (Route route : guarded()) {
            if (route.protection() == Protection.API) {
                if (ask(route, reader) != 403) {
                    let.add(name(route));
                }
                if (route.right().equals(Optional.of(Right.SEE_PASSAGES))) {
                    expected.add(name(route));
                }
            }
        }
        assertThat(let).containsExactlyInAnyOrderElementsOf(expected).isNotEmpty();
    }

    @Test
    void whoHasNoRoleMayDoNothing() throws Exception {
        Principal nobody = new Principal("nobody", Set.of(), Optional.empty());
        for (Route route : guarded()) {
            if (route.right().isPresent() || name(route).equals("GET /")) {
                assertThat(ask(route, nobody)).as(name(route)).isEqualTo(403);
            }
        }
    }

    /** The page that people read has the table that the program goes by. */
    @Test
    void isDocumented() throws Exception {
        List<String> table = Files.readAllLines(Path.of("docs/roles.md")).stream()
                .filter(line -> line.startsWith("| "))
                .filter(line -> !line.contains("---"))
                .toList();
        assertThat(table.getFirst())
                .isEqualTo("| right | "
                        + Arrays.stream(Role.values()).map(Role::code).collect(Collectors.joining(" | ")) + " |");
        List<String> told = table.subList(1, table.size()).stream()
                .map(line -> line.substring(line.indexOf('`') + 1, line.lastIndexOf('`'))
                        + line.replaceFirst("^\\|[^|]*\\|", ""))
                .toList();
        List<String> known = Arrays.stream(Right.values())
                .map(right -> right.name()
                        + Arrays.stream(Role.values())
                                .map(role -> role.has(right) ? " x |" : "  |")
                                .collect(Collectors.joining()))
                .toList();
        assertThat(told).containsExactlyElementsOf(known);
    }
}
