package portvakt.server.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Scanner;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import portvakt.server.port.Role;

/** A console that follows the log gets every row once, in order, however often its connection breaks. */
class ConsoleStreamTest {

    @TempDir
    private Path folder;

    private TestServer server;
    private String session;

    @BeforeEach
    void start() throws Exception {
        server = new TestServer(folder);
        session = server.session("kari", "site-manager");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    /** One connection: reads events on a thread of its own until closed. */
    private final class Listener implements AutoCloseable {
        final List<Long> ids = new CopyOnWriteArrayList<>();
        final List<String> lines = new CopyOnWriteArrayList<>();
        final HttpResponse<InputStream> response;
        private final Thread reader;
        volatile boolean ended;

        Listener(String path, String... headers) throws IOException, InterruptedException {
            List<String> all = new ArrayList<>(List.of("Cookie", session, "Accept", "text/event-stream"));
            all.addAll(List.of(headers));
            response = server.client.send(
                    server.request(path).headers(all.toArray(String[]::new)).build(),
                    HttpResponse.BodyHandlers.ofInputStream());
            reader = Thread.ofVirtual().start(this::read);
        }

        private void read() {
            try (Scanner scanner = new Scanner(response.body(), StandardCharsets.UTF_8)) {
                while (scanner.hasNextLine()) {
                    String line = scanner.nextLine();
                    lines.add(line);
                    if (line.startsWith("id:")) {
                        ids.add(Long.parseLong(line.substring(3).strip()));
                    }
                }
            }
            ended = true;
        }

        boolean saw(String text) {
            return lines.stream().anyMatch(line -> line.contains(text));
        }

        /** What the newest event about what is live says; nothing in it: nothing is live. */
        String lastLive() {
            int event = lines.lastIndexOf("event:live");
            return event < 0
                    ? ""
                    : lines.get(event + 1).substring("data:".length()).strip();
        }

        @Override
        public void close() throws IOException {
            response.body().close();
        }
    }

    @Test
    void endsWhenARoleIsTakenOrGiven() throws Exception {
        server.accounts.create("eva", TestServer.PASSWORD.toCharArray(), Role.ADMIN);
        long vakt = server.keeping.named("vakt").orElseThrow().id();
        String eva = "portvakt=" + server.accounts.openSession("eva", TestServer.NOW);
        session = "portvakt=" + server.accounts.openSession("vakt", TestServer.NOW);
        for (String change : List.of("give", "withdraw")) {
            try (Listener listener = new Listener("/console/stream")) {
                await().until(() -> listener.saw("event:gates"));
                server.post(
                        "/users/" + vakt + "/roles/" + change,
                        eva,
                        java.util.Map.of(
                                FormToken.FIELD,
                                FormToken.of(eva.substring(eva.indexOf('=') + 1)),
                                "role",
                                "site-manager",
                                "site",
                                "bjorvika"));
                await().until(() -> listener.ended);
                assertThat(listener.saw("event:bye")).isTrue();
            }
        }
    }

    @Test
    void sendsARowAsSoonAsItIsCommitted() throws Exception {
        try (Listener listener = new Listener("/console/stream")) {
            assertThat(listener.response.headers().firstValue("Content-Type"))
                    .hasValueSatisfying(type -> assertThat(type).startsWith("text/event-stream"));
            server.row("AccessDenied", "north", 1, TestServer.NOW)
                    .holder("4388261", "Ola Nordmann", "Bygg AS")
                    .reason("CREDENTIAL_REVOKED")
                    .commit();

            await().until(() -> listener.ids.equals(List.of(1L)));
            await().until(() -> listener.saw("Ola Nordmann"));
        }
    }

    @Test
    void goesOnAfterTheLastRowThatTheConsoleHas() throws Exception {
        for (int i = 1; i <= 450; i++) {
            server.row("AccessGranted", "north", i, TestServer.NOW).commit();
        }
        List<Long> seen = new ArrayList<>();
        try (Listener first = new Listener("/console/stream?after=100")) {
            await().until(() -> first.ids.size() >= 50);
            seen.addAll(first.ids);
        }
        server.row("AccessGranted", "north", 451, TestServer.NOW).commit();
        // What a browser sends when it reconnects; it counts for more than the address, which is as old as the page.
        try (Listener second =
                new Listener("/console/stream?after=100", "Last-Event-ID", String.valueOf(seen.getLast()))) {
            await().until(() -> !second.ids.isEmpty() && second.ids.getLast() == 451);
            seen.addAll(second.ids);
        }

        assertThat(seen)
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(101, 451).boxed().toList());
    }

    @Test
    void losesAndDoublesNothingUnderABurst() throws Exception {
        try (Listener listener = new Listener("/console/stream?after=0")) {
            for (int i = 1; i <= 1000; i++) {
                server.row("AccessGranted", "north", i, TestServer.NOW).commit();
            }
            await().until(() -> listener.ids.size() >= 1000);
            assertThat(listener.ids)
                    .containsExactlyElementsOf(
                            LongStream.rangeClosed(1, 1000).boxed().toList());
        }
    }

    @Test
    void joinsAPassageToAGrantFromBeforeItListened() throws Exception {
        server.row("AccessGranted", "north", 7, TestServer.NOW)
                .holder("4388261", "Ola Nordmann", "Bygg AS")
                .commit();
        try (Listener listener = new Listener("/console/stream?after=1")) {
            server.row("AccessTaken", "north", 8, TestServer.NOW.plusSeconds(2))
                    .completes(7)
                    .commit();

            await().until(() -> listener.saw("row_bjorvika_north_7"));
            assertThat(listener.saw("Gikk inn")).isTrue();
            assertThat(listener.saw("Ola Nordmann")).isTrue();
        }
    }

    @Test
    void aSearchIsSentItsOwnRowsAndNoPanels() throws Exception {
        try (Listener listener = new Listener("/log/stream?kind=AccessDenied&after=0")) {
            server.row("AccessGranted", "north", 1, TestServer.NOW).commit();
            server.row("AccessDenied", "north", 2, TestServer.NOW).commit();
            server.row("AccessGranted", "north", 3, TestServer.NOW).commit();
            server.row("AccessDenied", "north", 4, TestServer.NOW).commit();

            await().until(() -> listener.ids.equals(List.of(2L, 4L)));
            await().until(() -> listener.saw("event:beat"));
            assertThat(listener.saw("event:presence")).isFalse();
        }
    }

    @Test
    void showsWhatIsLiveAtOnceAndLetsItGoWhenTheLogHasIt() throws Exception {
        try (Listener listener = new Listener("/console/stream")) {
            await().until(() -> listener.saw("event:gates"));
            server.row("AccessTaken", "north", 9, TestServer.NOW)
                    .holder("4388261", "Ola Nordmann", "Bygg AS")
                    .hear();

            await().until(() -> listener.saw("live_bjorvika_north_9"));
            assertThat(listener.saw("Ola Nordmann")).isTrue();
            assertThat(listener.saw("Direkte, ennå ikke lagret i rekkefølge")).isTrue();
            assertThat(listener.ids).isEmpty();

            server.row("AccessTaken", "north", 9, TestServer.NOW)
                    .holder("4388261", "Ola Nordmann", "Bygg AS")
                    .commit();
            await().until(() -> listener.ids.equals(List.of(1L)));
            await().until(() -> listener.lastLive().isEmpty());
        }
    }

    /** A log of weeks that comes at once: a console gets the newest of it, and what is live is not held up by the rest. */
    @Test
    void aConsoleFarBehindGetsTheNewestAndWhatIsLive() throws Exception {
        for (int i = 1; i <= 20_000; i++) {
            server.row("AccessGranted", "north", i, TestServer.NOW).commit();
        }
        server.row("AccessDenied", "north", 20_001, TestServer.NOW).hear();
        try (Listener listener = new Listener("/console/stream?after=0")) {
            await().until(() -> !listener.ids.isEmpty() && listener.ids.getLast() == 20_000);
            assertThat(listener.ids).hasSize(200).isSorted();
            assertThat(listener.saw("live_bjorvika_north_20001")).isTrue();
        }
    }

    @Test
    void letsGoOfAConsoleThatLeft() throws Exception {
        try (Listener _ = new Listener("/console/stream")) {
            await().until(() -> server.log.listeners.size() == 2);
        }
        // The other one counts events for the metrics.
        await().until(() -> server.log.listeners.size() == 1);
    }

    @Test
    void saysByeWhenTheSessionIsOver() throws Exception {
        try (Listener listener = new Listener("/console/stream")) {
            await().until(() -> listener.saw("event:presence"));
            server.accounts.closeSession(session.substring(session.indexOf('=') + 1));

            await().until(() -> listener.saw("event:bye"));
            await().until(() -> listener.ended);
        }
    }

    @Test
    void endsWhenTheServerStops() throws Exception {
        Listener listener = new Listener("/console/stream");
        await().until(() -> listener.saw("event:gates"));

        server.web.close();

        await().until(() -> listener.ended);
    }
}
