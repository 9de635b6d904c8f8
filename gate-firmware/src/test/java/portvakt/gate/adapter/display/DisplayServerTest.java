package portvakt.gate.adapter.display;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import portvakt.gate.access.CardRead;
import portvakt.gate.port.Display;
import portvakt.gate.port.Display.Face;
import portvakt.protocol.DenialReason;
import portvakt.protocol.Direction;

/** The page over real HTTP: news comes by itself, many and slow browsers harm nobody, strangers' names are refused. */
class DisplayServerTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final EventStreams.Limits LIMITS =
            new EventStreams.Limits(3, Duration.ofMillis(200), Duration.ofSeconds(60), Duration.ofMillis(300));

    private final HttpClient http = HttpClient.newHttpClient();
    private final List<Display.Health> health = new CopyOnWriteArrayList<>();
    private final List<AutoCloseable> closing = new ArrayList<>();
    private int port;
    private DisplayServer server;

    @BeforeEach
    void open() throws IOException {
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        server = start(LIMITS);
    }

    private DisplayServer start(EventStreams.Limits limits) {
        DisplayConfig config = new DisplayConfig(port, null, List.of("en"), Optional.of("North <gate> & \"co\""), true);
        DisplayServer made = new DisplayServer(
                config,
                new Screens(config, new Screens.Place("north", Direction.IN, Optional.of("card"), Optional.empty())),
                limits);
        made.start(health::add);
        made.show(notice(new Face.Ready()));
        return made;
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : closing) {
            each.close();
        }
        server.close();
    }

    private static Display.Notice notice(Face face) {
        return new Display.Notice(face, List.of(), false, false);
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    private HttpResponse<String> get(String path) throws Exception {
        return http.send(HttpRequest.newBuilder(uri(path)).build(), HttpResponse.BodyHandlers.ofString());
    }

    /** A browser's stream: what comes, line by line. */
    private final class Stream implements AutoCloseable {
        private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
        private final InputStream body;

        Stream() throws Exception {
            HttpResponse<InputStream> answer = http.send(
                    HttpRequest.newBuilder(uri("/events")).build(), HttpResponse.BodyHandlers.ofInputStream());
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("Content-Type")).hasValue("text/event-stream");
            body = answer.body();
            closing.add(this);
            Thread.ofVirtual().start(() -> {
                try (BufferedReader in = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8))) {
                    for (String line = in.readLine(); line != null; line = in.readLine()) {
                        lines.add(line);
                    }
                } catch (IOException e) {
                    lines.add("ended");
                }
                lines.add("ended");
            });
        }

        String await(String part) throws InterruptedException {
            long untilNs = System.nanoTime() + PATIENCE.toNanos();
            while (true) {
                String line = lines.poll(untilNs - System.nanoTime(), TimeUnit.NANOSECONDS);
                assertThat(line).as("a line with " + part).isNotNull();
                if (line.contains(part)) {
                    return line;
                }
            }
        }

        @Override
        public void close() throws IOException {
            body.close();
        }
    }

    /** A browser that asks and never reads, with little room for what comes. */
    private void openSleeper() throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(2048);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        socket.getOutputStream()
                .write(("GET /events HTTP/1.1\r\nHost: localhost:" + port + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        closing.add(socket);
        // It has its place when it is answered.
        assertThat(new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII))
                .isEqualTo("HTTP/1.1 200");
    }

    private static int statusOf(String request, int port) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            String first = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
                    .readLine();
            return Integer.parseInt(first.split(" ")[1]);
        }
    }

    @Test
    void thePageAndItsFilesBringNothingFromElsewhere() throws Exception {
        HttpResponse<String> page = get("/");
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
                .contains("default-src 'none'", "script-src 'self'")
                .doesNotContain("unsafe");
        assertThat(page.body())
                .contains("<html lang=\"en\">", "North &lt;gate&gt; &amp; &quot;co&quot;", "No contact with the gate")
                .doesNotContain("{{", "style=", "<style", "onload", "http://", "https://");
        assertThat(get("/display.css").headers().firstValue("Content-Type")).hasValue("text/css; charset=utf-8");
        assertThat(get("/display.js").statusCode()).isEqualTo(200);
        assertThat(get("/icon.svg").statusCode()).isEqualTo(200);
        assertThat(get("/../display.css").statusCode()).isEqualTo(404);
        assertThat(get("/texts_en.properties").statusCode()).isEqualTo(404);
        assertThat(http.send(
                                HttpRequest.newBuilder(uri("/"))
                                        .POST(HttpRequest.BodyPublishers.noBody())
                                        .build(),
                                HttpResponse.BodyHandlers.ofString())
                        .statusCode())
                .isEqualTo(405);
    }

    @Test
    void newsComesWithoutAsking() throws Exception {
        Stream stream = new Stream();
        stream.await("\"look\":\"ready\"");
        stream.await("event: beat");
        server.show(notice(new Face.Denied(DenialReason.CREDENTIAL_REVOKED, false)));
        assertThat(stream.await("\"look\":\"denied\"")).contains("Your card is withdrawn", "Speak to your employer.");
        Stream late = new Stream();
        late.await("\"look\":\"denied\"");
    }

    @Test
    void moreThanTheBoundAreRefusedUntilOneGoes() throws Exception {
        List<Stream> streams = new ArrayList<>();
        for (int each = 0; each < LIMITS.followersMax(); each++) {
            Stream stream = new Stream();
            stream.await("\"look\":\"ready\"");
            streams.add(stream);
        }
        HttpResponse<String> refused = get("/events");
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.body()).contains("Close one of them");
        assertThat(refused.headers().firstValue("Retry-After")).isPresent();
        assertThat(get("/").statusCode()).isEqualTo(200);
        streams.getFirst().close();
        await().atMost(PATIENCE).until(this::isFollowed);
    }

    /** Asks for a place without keeping it. */
    private boolean isFollowed() throws IOException {
        return statusOf("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n", port) == 200;
    }

    @Test
    void browsersThatDoNotReadHoldUpNobodyAndLoseTheirPlace() throws Exception {
        Stream reader = new Stream();
        reader.await("\"look\":\"ready\"");
        for (int each = 1; each < LIMITS.followersMax(); each++) {
            openSleeper();
        }
        assertThat(isFollowed()).isFalse();
        // A few of these are more than all buffers on the way hold; the one who reads takes part all the time.
        Face one = new Face.Granted(Optional.of(new CardRead.Holder("x".repeat(500_000), "", "")));
        Face other = new Face.Granted(Optional.of(new CardRead.Holder("y".repeat(500_000), "", "")));
        AtomicInteger turns = new AtomicInteger();
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(1)).until(() -> {
            long startNs = System.nanoTime();
            server.show(notice(turns.getAndIncrement() % 2 == 0 ? one : other));
            assertThat(System.nanoTime() - startNs).as("the loop waits").isLessThan(PATIENCE.toNanos() / 2);
            return isFollowed();
        });
        server.show(notice(new Face.Fire()));
        reader.await("\"look\":\"fire-in\"");
    }

    @Test
    void aGateThatHangsIsNotSaidToBeWell() throws Exception {
        server.close();
        server = start(
                new EventStreams.Limits(3, Duration.ofMillis(50), Duration.ofMillis(400), Duration.ofSeconds(10)));
        Stream stream = new Stream();
        stream.await("\"look\":\"ready\"");
        // Beats come while the gate has just been heard, and end when it has been silent for too long.
        await().atMost(PATIENCE).pollDelay(Duration.ofMillis(500)).until(() -> {
            stream.lines.clear();
            return stream.lines.poll(600, TimeUnit.MILLISECONDS) == null;
        });
        Stream late = new Stream();
        assertThat(late.lines.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS)).startsWith("retry");
        server.show(notice(new Face.Waiting()));
        stream.await("\"look\":\"wait\"");
        late.await("\"look\":\"wait\"");
    }

    @Test
    void aStrangersNameForThisMachineIsRefused() throws Exception {
        for (String host : List.of("evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "")) {
            assertThat(statusOf("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n", port))
                    .as(host)
                    .isEqualTo(421);
        }
        for (String host : List.of("localhost:" + port, "127.0.0.1", "[::1]:80", "192.168.4.7:" + port)) {
            assertThat(statusOf("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n", port))
                    .as(host)
                    .isEqualTo(200);
        }
    }

    @Test
    void aPortThatIsTakenIsSaidAndTriedAgain() throws Exception {
        DisplayServer second = start(LIMITS);
        closing.add(second);
        assertThat(health).extracting(Display.Health::up).containsExactly(true, false);
        assertThat(health.getLast().detail()).contains("127.0.0.1 port " + port, "give the display another");
        server.close();
        await().atMost(PATIENCE).until(() -> health.getLast().up());
        assertThat(get("/").statusCode()).isEqualTo(200);
    }

    @Test
    void theStreamsEndWithTheGate() throws Exception {
        Stream stream = new Stream();
        stream.await("\"look\":\"ready\"");
        server.close();
        stream.await("ended");
    }
}
