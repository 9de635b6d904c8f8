package portvakt.sim.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.helidon.http.sse.SseEvent;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.sse.SseSink;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import portvakt.protocol.CardNumber;
import portvakt.sim.site.SimulatedGate;
import portvakt.sim.site.Subscription;

/**
 * The workbench's changes as server-sent events, as JSON with all words ready: {@code gate} for each gate, {@code cards} for the
 * register and the wallet, {@code site}, and {@code beat} where nothing changes. At first each is sent as it stands.
 */
final class WorkbenchStream implements AutoCloseable {

    /** Changes that come together go out together. */
    private static final Duration LULL = Duration.ofMillis(40);

    /** What nobody rings for, as a connection to the broker, is seen after so long at the latest. */
    private static final Duration LOOK = Duration.ofMillis(400);

    private static final Duration BEAT = Duration.ofSeconds(10);

    private record Site(int onSite, String onSiteText, boolean workers, String workersText) {}

    /** @param text the status's name */
    private record CardView(String number, String status, String text, boolean inside) {}

    private final Set<Semaphore> bells = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /** Writes to one page until it leaves, or until the demo ends. */
    void follow(ServerRequest request, ServerResponse response, Bench bench) throws InterruptedException {
        Semaphore bell = new Semaphore(0);
        bells.add(bell);
        response.header("X-Accel-Buffering", "no");
        try (SseSink sink = response.sink(SseSink.TYPE);
                Subscription _ = bench.onChange(bell::release)) {
            Follower follower = new Follower(sink, bench, Words.of(request));
            while (!closed) {
                follower.send();
                if (bell.tryAcquire(LOOK.toMillis(), TimeUnit.MILLISECONDS) && !closed) {
                    Thread.sleep(LULL);
                    bell.drainPermits();
                }
            }
        } catch (UncheckedIOException | CloseConnectionException e) {
            // The page has left; nothing to clean up but what finally does.
            return;
        } finally {
            bells.remove(bell);
        }
    }

    @Override
    public void close() {
        closed = true;
        bells.forEach(Semaphore::release);
    }

    /** What one page has been sent. Belongs to its request's thread. */
    private static final class Follower {
        private final SseSink sink;
        private final Bench bench;
        private final Words words;
        private final EventWording wording;
        private final Map<String, String> sent = new TreeMap<>();
        private long sentNs = System.nanoTime();

        Follower(SseSink sink, Bench bench, Words words) {
            this.sink = sink;
            this.bench = bench;
            this.words = words;
            this.wording = new EventWording(words, bench.people());
        }

        void send() {
            for (SimulatedGate gate : bench.gates()) {
                ifNew("gate", gate.name(), GateView.of(words, wording, gate.state(), gate.recentEvents()));
            }
            ifNew("cards", "", cards());
            int onSite = bench.onSite();
            boolean workers = bench.areWorkersActive();
            ifNew(
                    "site",
                    "",
                    new Site(
                            onSite,
                            words.text("on-site", onSite),
                            workers,
                            words.text(workers ? "workers.on" : "workers.off")));
            if (System.nanoTime() - sentNs > BEAT.toNanos()) {
                emit("beat", "-");
            }
        }

        private List<CardView> cards() {
            Set<CardNumber> inside = bench.inside();
            List<CardView> cards = new ArrayList<>();
            for (Workforce.Worker each : bench.people().values()) {
                String status = bench.site().register().status(each.card()).name();
                cards.add(new CardView(
                        each.card().digits(), status, words.text("status." + status), inside.contains(each.card())));
            }
            return cards;
        }

        private void ifNew(String event, String of, Object view) {
            try {
                String json = WorkbenchOrders.JSON.writeValueAsString(view);
                if (!json.equals(sent.put(event + of, json))) {
                    emit(event, json);
                }
            } catch (JsonProcessingException e) {
                throw new IllegalStateException("a view that cannot be written as JSON", e);
            }
        }

        private void emit(String event, String json) {
            sink.emit(SseEvent.builder().name(event).data(json).build());
            sentNs = System.nanoTime();
        }
    }
}
