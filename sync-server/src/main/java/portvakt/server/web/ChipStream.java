package portvakt.server.web;

import io.helidon.http.sse.SseEvent;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.sse.SseSink;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import portvakt.server.port.Right;
import portvakt.server.web.SitePlaces.Place;

/**
 * A site's unknown chips as server-sent events: {@code chips}, whole, when another was shown, one was bound, or gates tell that
 * they have it; {@code beat} when nothing is new; {@code bye} when the session, or the right, is over.
 */
final class ChipStream {

    static final String PATH = CardPages.PATH + "/stream";

    private static final long LULL_MS = 150;

    /** How soon it shows what a gate says of itself, and what another server of the same database took. */
    private static final Duration BEAT_MAX = Duration.ofSeconds(3);

    private final CardDesk desk;
    private final CardPages cards;
    private final Authentication authentication;
    private final Pages pages;
    private final InstantSource clock;
    private final Duration beat;
    private final Set<Semaphore> bells = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean closed = new AtomicBoolean();

    ChipStream(
            CardDesk desk,
            CardPages cards,
            Authentication authentication,
            Pages pages,
            InstantSource clock,
            Duration beat) {
        this.desk = desk;
        this.cards = cards;
        this.authentication = authentication;
        this.pages = pages;
        this.clock = clock;
        this.beat = beat.compareTo(BEAT_MAX) < 0 ? beat : BEAT_MAX;
    }

    List<Route> routes() {
        return List.of(Route.stream(PATH, Right.SEE_CARDS, this::follow));
    }

    /** A chip was bound or set free here. */
    void changed() {
        bells.forEach(Semaphore::release);
    }

    /** Ends all streams soon. */
    void close() {
        closed.set(true);
        changed();
    }

    private void follow(ServerRequest request, ServerResponse response) throws Exception {
        Place place = SitePlaces.chosen(
                desk.places().of(Authentication.principal(request), Right.SEE_CARDS),
                request.query().first(Scope.SITE).asOptional());
        Semaphore bell = new Semaphore(0);
        // Proxies must not hold events back.
        response.header("X-Accel-Buffering", "no");
        bells.add(bell);
        try (SseSink sink = response.sink(SseSink.TYPE);
                AutoCloseable _ = desk.log().listen(entry -> {
                    if (UnknownChips.isOne(entry, place.name())) {
                        bell.release();
                    }
                });
                AutoCloseable _ = desk.log().listenLive(bell::release)) {
            String sent = "";
            while (!closed.get()) {
                boolean allowed = authentication
                        .session(request)
                        .filter(who -> who.may(Right.SEE_CARDS, place.name()))
                        .isPresent();
                if (!allowed) {
                    emit(sink, "bye", "-");
                    return;
                }
                String html = pages.render("chips", cards.chips(request, place, clock.instant()));
                emit(sink, html.equals(sent) ? "beat" : "chips", html.equals(sent) ? "-" : html);
                sent = html;
                if (bell.tryAcquire(beat.toMillis(), TimeUnit.MILLISECONDS)) {
                    // Somebody holds a card out again and again: one page for several taps.
                    TimeUnit.MILLISECONDS.sleep(LULL_MS);
                    bell.drainPermits();
                }
            }
        } catch (UncheckedIOException | CloseConnectionException e) {
            // The page has left.
            return;
        } finally {
            bells.remove(bell);
        }
    }

    private static void emit(SseSink sink, String name, String html) {
        sink.emit(SseEvent.builder()
                .name(name)
                .data(html.replaceAll("\\s*\\R\\s*", " "))
                .build());
    }
}
