package portvakt.server.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.helidon.http.Method;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;
import portvakt.server.port.Principal;
import portvakt.server.port.Role;
import portvakt.server.web.Route.Protection;

/**
 * Whatever is sent to any route, query, path, headers, cookies, forms, JSON and files, by somebody who may: an answer that is no
 * failure of the server's. The input: the route (two bytes), the body's type, then lines: the query, the last parameter of the path,
 * a header's value; and the rest is the body. Text in {@code ‹›} stands for nothing: the bytes go out as they are, so far as they are
 * a request at all.
 */
class WebFuzzTest {

    private static final int HEADER_BYTES = 3;
    private static final List<String> TYPES = List.of(
            "application/json",
            "application/x-www-form-urlencoded",
            "text/csv",
            "application/secevent+jwt",
            "multipart/form-data; boundary=b");
    private static final Principal ADMIN = Principal.everywhere("somebody", Role.ADMIN);

    private static TestServer server;
    private static List<Route> routes;

    /** Fuzzed for minutes, the fakes would fill up: a new server now and then. */
    private static int asked;

    private static synchronized void start() throws Exception {
        if (asked++ % 50_000 == 0) {
            if (server != null) {
                server.close();
            }
            Path folder = Files.createTempDirectory("web-fuzz");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder)));
            server = new TestServer(folder);
            routes = server.web.routes();
        }
    }

    private static void delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    static Stream<byte[]> requests() throws Exception {
        start();
        Map<String, String> known = new TreeMap<>();
        known.put(
                "GET /api/v1/events",
                "j" + "site=bjorvika&card=4388261&from=2026-11-24T05:00:00%2B01:00&limit=5\n\n\n");
        known.put("GET /log", "f" + "decision=denied&from=2026-11-24T05:00&to=\n\nnb-NO,nb;q=0.9,en;q=0.5\n");
        known.put("GET /api/v1/audit", "j" + "kind=PASSAGES&account=kari&before=7\n\n\n");
        known.put(
                "PUT /api/v1/sites/{site}/enrolments/{uid}",
                "j" + "replace=true\n04a1b2c3d4e5f6\n\n{\"card\":\"4388261\"}");
        known.put("POST /language", "f" + "\n\n\nto=en&back=/log");
        known.put("POST /login", "f" + "\n\n\nname=kari&password=correct+horse+battery&back=%2F");
        Stream<byte[]> each = java.util.stream.IntStream.range(0, routes.size()).mapToObj(index -> {
            Route route = routes.get(index);
            String line = known.getOrDefault(
                    route.method().text() + " " + route.path(),
                    route.protection() == Protection.API
                            ? "j\n\n\n{\"card\":\"4388261\",\"reason\":\"x\",\"status\":\"REVOKED\",\"at\":\"2026-11-24T05:00:00Z\"}"
                            : "f\n\n\nsite=bjorvika&card=4388261&reason=x&name=Ola");
            byte[] rest = line.substring(1).getBytes(StandardCharsets.UTF_8);
            byte[] input = new byte[HEADER_BYTES + rest.length];
            input[0] = (byte) (index >> 8);
            input[1] = (byte) index;
            input[2] = (byte) (line.charAt(0) == 'j' ? 0 : 1);
            System.arraycopy(rest, 0, input, HEADER_BYTES, rest.length);
            return input;
        });
        return each;
    }

    @MethodSource("requests")
    @FuzzTest
    void fuzz(byte[] input) throws Exception {
        start();
        if (input.length < HEADER_BYTES) {
            return;
        }
        Route route = routes.get(((input[0] & 0xff) << 8 | input[1] & 0xff) % routes.size());
        String type = TYPES.get((input[2] & 0xff) % TYPES.size());
        String[] lines = new String(input, HEADER_BYTES, input.length - HEADER_BYTES, StandardCharsets.ISO_8859_1)
                .split("\n", 4);
        String query = visible(line(lines, 0));
        String path = path(route, visible(line(lines, 1)));
        String header = line(lines, 2).replaceAll("[^\\x20-\\x7e]", "");
        String body = line(lines, 3);
        String secret = server.accounts.openSession(ADMIN, TestServer.NOW);
        String sent = route.method().equals(Method.GET) ? "" : body;
        if (type.equals(TYPES.get(1)) && !sent.isEmpty()) {
            sent += "&site=bjorvika&form-token=" + FormToken.of(secret);
        }
        String status = ask(
                route.method().text() + " " + path + (query.isEmpty() ? "" : "?" + query) + " HTTP/1.1\r\n"
                        + "Host: localhost\r\n"
                        + (route.protection() == Protection.API
                                ? "Authorization: Bearer " + server.accounts.createToken(ADMIN) + "\r\n"
                                : "")
                        + "Cookie: portvakt=" + secret + "; portvakt-language=" + header.replace(";", "") + "; x="
                        + header
                        + "\r\nAccept-Language: " + header + "\r\nIf-None-Match: " + header + "\r\nLast-Event-ID: "
                        + header
                        + "\r\nContent-Type: " + type + "\r\nContent-Length: " + sent.length() + "\r\n\r\n",
                sent);
        assertThat(status).as("%s %s", route.method().text(), route.path()).doesNotContain(" 500 ");
    }

    private static String line(String[] lines, int at) {
        return at < lines.length ? lines[at] : "";
    }

    private static String visible(String text) {
        return text.replaceAll("[^\\x21-\\x7e]|#", "");
    }

    private static String path(Route route, String last) {
        int parameter = route.path().lastIndexOf('{');
        return TestServer.example(
                last.isEmpty() || parameter < 0
                        ? route.path()
                        : route.path().substring(0, parameter)
                                + last
                                + route.path().substring(route.path().indexOf('}', parameter) + 1));
    }

    /** The status line alone: a stream has no end. Closed by a reset, so that no port waits. */
    private static String ask(String head, String body) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.web.port())) {
            socket.setSoTimeout(25_000);
            socket.setSoLinger(true, 0);
            byte[] request = Arrays.copyOf(head.getBytes(StandardCharsets.ISO_8859_1), head.length() + body.length());
            System.arraycopy(body.getBytes(StandardCharsets.ISO_8859_1), 0, request, head.length(), body.length());
            try {
                socket.getOutputStream().write(request);
                String status = new BufferedReader(
                                new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1))
                        .readLine();
                return status == null ? "" : status;
            } catch (java.net.SocketTimeoutException e) {
                throw new AssertionError("no answer", e);
            } catch (IOException e) {
                // Refused before it was read whole.
                return "";
            }
        }
    }
}
