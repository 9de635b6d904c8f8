package portvakt.server.web;

import io.helidon.http.sse.SseEvent;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.sse.SseSink;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import portvakt.server.port.EntryLog;
import portvakt.server.port.Musters.Muster;
import portvakt.server.port.Musters.Person;
import portvakt.server.port.Right;
import portvakt.server.web.view.MusterBoardView;
import portvakt.server.web.view.MusterWording;
import portvakt.server.web.view.Texts;

/**
 * A muster's changes as server-sent events, to all phones that show it: {@code person} for each whose row is another, {@code sum},
 * {@code doubts}, {@code beat} when nothing is new, {@code bye} when the muster or the session is over. What is ticked off here rings
 * at once; what another server of the same database has is seen at the next beat.
 */
final class MusterStream {

    /** How long a phone waits for what came by another way than this server, and for a sign of life. */
    static final Duration BEAT = Duration.ofSeconds(3);

    private static final long LULL_MS = 100;

    private final MusterDesk desk;
    private final EntryLog log;
    private final SitePlaces places;
    private final Authentication authentication;
    private final Pages pages;
    private final InstantSource clock;
    private final Set<Semaphore> bells = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean closed = new AtomicBoolean();

    MusterStream(MusterDesk desk, SitePlaces places, Authentication authentication, Pages pages, InstantSource clock) {
        this.desk = desk;
        this.log = desk.log();
        this.places = places;
        this.authentication = authentication;
        this.pages = pages;
        this.clock = clock;
    }

    /** A muster as one reader sees it now. */
    record Board(
            MusterWording wording,
            List<MusterBoardView.Row> rows,
            MusterBoardView.Sum sum,
            MusterBoardView.Doubts doubts) {

        /** Of the rows: the same for the same page. */
        String digest() {
            return Integer.toHexString(rows.stream()
                    .map(row -> Objects.hash(row.id(), row.list(), row.warning(), row.ticked()))
                    .toList()
                    .hashCode());
        }
    }

    Board board(ServerRequest request, Muster muster, Instant now) {
        Texts texts = pages.texts(request).in(places.zone(muster.site()));
        boolean whole = Authentication.seesCardNumbers(request, Optional.of(muster.site()));
        MusterWording wording = new MusterWording(texts, whole, now);
        List<Person> people = desk.musters().people(muster, now);
        String token = pages.cookies().formSecret(request).map(FormToken::of).orElse("");
        List<MusterBoardView.Row> rows = wording.rows(muster, people, MusterPages.PATH + "/" + muster.id(), token);
        return new Board(
                wording,
                rows,
                wording.sum(muster, rows, people),
                wording.doubts(desk.doubts(muster.site(), people, now)));
    }

    /** Somebody was ticked off, or a muster began or ended. */
    void changed() {
        bells.forEach(Semaphore::release);
    }

    /** Ends all streams soon. */
    void close() {
        closed.set(true);
        changed();
    }

    void follow(ServerRequest request, ServerResponse response, Muster muster) throws Exception {
        Semaphore bell = new Semaphore(0);
        response.header("X-Accel-Buffering", "no");
        bells.add(bell);
        try (SseSink sink = response.sink(SseSink.TYPE);
                AutoCloseable _ = log.listen(_ -> bell.release());
                AutoCloseable _ = log.listenLive(bell::release)) {
            Follower follower = new Follower(request, sink, muster);
            while (!closed.get() && follower.send()) {
                if (bell.tryAcquire(BEAT.toMillis(), TimeUnit.MILLISECONDS)) {
                    // Ticks come in bursts: one page for several.
                    TimeUnit.MILLISECONDS.sleep(LULL_MS);
                    bell.drainPermits();
                }
            }
        } catch (UncheckedIOException | CloseConnectionException e) {
            // The phone has left.
            return;
        } finally {
            bells.remove(bell);
        }
    }

    /** What one phone has been sent. Belongs to its request's thread. */
    private final class Follower {

        private final ServerRequest request;
        private final SseSink sink;
        private final long muster;
        private final Map<Long, String> sent = new HashMap<>(); // looked up, never walked
        private final Map<String, String> parts = new HashMap<>(); // looked up, never walked
        private boolean first = true;

        Follower(ServerRequest request, SseSink sink, Muster muster) {
            this.request = request;
            this.sink = sink;
            this.muster = muster.id();
        }

        /** @return whether there can be more */
        boolean send() {
            Optional<Muster> now = desk.musters().find(muster).filter(Muster::isUnderWay);
            boolean allowed = authentication
                    .session(request)
                    .filter(who -> now.map(one -> who.may(Right.HOLD_MUSTER, one.site()))
                            .orElse(false))
                    .isPresent();
            if (!allowed) {
                emit("bye", "-");
                return false;
            }
            Board board = board(request, now.get(), clock.instant());
            boolean pageHasAll = first
                    && request.query()
                            .first("at")
                            .asOptional()
                            .filter(board.digest()::equals)
                            .isPresent();
            first = false;
            boolean news = false;
            for (MusterBoardView.Row row : board.rows) {
                String html = pages.render("musterperson", row);
                if (!html.equals(sent.put(row.id(), html)) && !pageHasAll) {
                    emit("person", html);
                    news = true;
                }
            }
            news |= sendIfNew("sum", pages.render("mustersum", board.sum));
            news |= sendIfNew("doubts", pages.render("musterdoubts", board.doubts));
            if (!news) {
                emit("beat", "-");
            }
            return true;
        }

        private boolean sendIfNew(String name, String html) {
            boolean news = !html.equals(parts.put(name, html));
            if (news) {
                emit(name, html);
            }
            return news;
        }

        private void emit(String name, String html) {
            sink.emit(SseEvent.builder()
                    .name(name)
                    .data(html.replaceAll("\\s*\\R\\s*", " "))
                    .build());
        }
    }
}
