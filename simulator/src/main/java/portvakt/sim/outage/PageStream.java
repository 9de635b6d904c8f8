package portvakt.sim.outage;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Scanner;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The console's live page as a browser hears it: says when a text first came in an event of some kind. */
final class PageStream implements AutoCloseable {

    /** @param events names of server-sent events */
    private record Wanted(String text, Set<String> events) {}

    private final InputStream body;
    private final Map<Wanted, Long> seenNs = new ConcurrentHashMap<>(); // looked up; walked in no order that matters
    private final Set<Wanted> wanted = ConcurrentHashMap.newKeySet(); // likewise

    /** @param session the secret of a session that may see the console */
    PageStream(HttpClient http, URI url, String session) throws IOException, InterruptedException {
        HttpResponse<InputStream> response = http.send(
                HttpRequest.newBuilder(url.resolve("console/stream"))
                        .header("Cookie", "portvakt=" + session)
                        .header("Accept", "text/event-stream")
                        .timeout(Duration.ofSeconds(30))
                        .build(),
                HttpResponse.BodyHandlers.ofInputStream());
        if (response.statusCode() != 200) {
            throw new IOException("the console's stream answers " + response.statusCode());
        }
        body = response.body();
        Thread.ofVirtual().name("page").start(this::read);
    }

    /** From now on looks for a text. */
    void want(String text, Set<String> events) {
        wanted.add(new Wanted(text, events));
    }

    /** When the text came, by {@link System#nanoTime}; empty: not yet. */
    Optional<Long> seenNs(String text, Set<String> events) {
        return Optional.ofNullable(seenNs.get(new Wanted(text, events)));
    }

    private void read() {
        String event = "";
        try (Scanner scanner = new Scanner(body, StandardCharsets.UTF_8)) {
            while (scanner.hasNextLine()) {
                String line = scanner.nextLine();
                if (line.startsWith("event:")) {
                    event = line.substring("event:".length()).strip();
                } else if (line.startsWith("data:")) {
                    look(event, line);
                }
            }
        }
    }

    private void look(String event, String line) {
        for (Wanted each : wanted) {
            if (each.events().contains(event) && line.contains(each.text())) {
                seenNs.putIfAbsent(each, System.nanoTime());
                wanted.remove(each);
            }
        }
    }

    @Override
    public void close() throws IOException {
        body.close();
    }
}
