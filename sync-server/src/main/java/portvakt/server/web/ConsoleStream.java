package portvakt.server.web;

import io.helidon.http.HeaderNames;
import io.helidon.http.sse.SseEvent;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.sse.SseSink;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import portvakt.server.port.EntryLog;
import portvakt.server.port.EntryLog.Filter;
import portvakt.server.port.Gates.Gate;
import portvakt.server.port.LogEntry;
import portvakt.server.port.Principal;
import portvakt.server.port.Right;
import portvakt.server.web.view.Passage;
import portvakt.server.web.view.PresenceView;
import portvakt.server.web.view.Texts;
import portvakt.server.web.view.Wording;

/**
 * The console's changes as server-sent events: {@code row} for each event of the log, with its id; {@code live} for
 * what it does not have yet, whole; {@code presence}, {@code people} and {@code gates} for the panels; {@code bye} when the session is
 * over. A search is followed the same way: rows that its filter lets through, and {@code beat} in the panels' place.
 *
 * <p>The log's callback only rings a bell. Rows are read from the log itself, from the last id that this console has, so none is
 * lost or doubled however slow the console is or often it reconnects (Last-Event-ID). The panels double as heartbeat: a console
 * that hears nothing for longer knows that it is cut off, and a write to one that has left fails and frees its thread.
 */
final class ConsoleStream {

    static final String PATH = "/console/stream";
    static final String LOG_PATH = LogPage.PATH + "/stream";

    private static final int PAGE = 200;
    /** A console that is behind by more gets the newest page instead: it shows no more than that, and a log of weeks may come at once. */
    private static final int ROWS_BEHIND_MAX = 5_000;

    private static final int GRANTS_REMEMBERED = 500;
    private static final int ROWS_BEFORE_PANELS = 10;
    private static final long LULL_MS = 150;
    private static final Duration PANELS_APART = Duration.ofMillis(300);

    private final EntryLog log;
    private final ConsolePage page;
    private final Authentication authentication;
    private final Pages pages;
    private final ServerMeters meters;
    private final InstantSource clock;
    private final Duration heartbeat;
    private final Set<Semaphore> bells = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean closed = new AtomicBoolean();

    ConsoleStream(
            EntryLog log,
            ConsolePage page,
            Authentication authentication,
            Pages pages,
            ServerMeters meters,
            InstantSource clock,
            Duration heartbeat) {
        this.log = log;
        this.page = page;
        this.authentication = authentication;
        this.pages = pages;
        this.meters = meters;
        this.clock = clock;
        this.heartbeat = heartbeat;
    }

    List<Route> routes() {
        return List.of(
                Route.stream(PATH, Right.SEE_PASSAGES, this::followAll),
                Route.stream(LOG_PATH, Right.SEE_PASSAGES, this::followSearch));
    }

    /** Ends all streams soon; their threads need no more than one write to notice. */
    void close() {
        closed.set(true);
        bells.forEach(Semaphore::release);
    }

    /** Has all streams look now whether they may go on: somebody's roles or sessions have changed. */
    void recheck() {
        bells.forEach(Semaphore::release);
    }

    private void followAll(ServerRequest request, ServerResponse response) throws Exception {
        Optional<String> site;
        try {
            site = Scope.of(request, Right.SEE_PASSAGES);
        } catch (ProblemException e) {
            e.problem().send(response);
            return;
        }
        follow(request, response, site, Optional.empty());
    }

    private void followSearch(ServerRequest request, ServerResponse response) throws Exception {
        Filter filter;
        try {
            filter = EventApi.asked(request, EventQuery.filter(request.query())).filter();
        } catch (ProblemException e) {
            e.problem().send(response);
            return;
        }
        follow(request, response, filter.site(), Optional.of(filter));
    }

    /**
     * @param site   empty: all
     * @param search of a search; the console follows everything of the site, and its panels
     */
    private void follow(ServerRequest request, ServerResponse response, Optional<String> site, Optional<Filter> search)
            throws Exception {
        Principal principal = Authentication.principal(request);
        Follower follower = new Follower(pages.texts(request), principal, site, search, lastSeen(request, site));
        Semaphore bell = new Semaphore(0);
        // Proxies must not hold events back.
        response.header("X-Accel-Buffering", "no");
        meters.listenerCame();
        bells.add(bell);
        try (SseSink sink = response.sink(SseSink.TYPE);
                AutoCloseable _ = log.listen(entry -> bell.release());
                AutoCloseable _ = log.listenLive(bell::release)) {
            while (!closed.get()) {
                // Also when a role was taken or given: what this stream shows follows from the roles it began with.
                if (authentication.session(request).filter(principal::equals).isEmpty()) {
                    sink.emit(SseEvent.builder().name("bye").data("-").build());
                    return;
                }
                boolean more = follower.send(sink);
                // In a rush the rows go out at once, and the panels, which are larger, when it lets up; what is live
                // counts at once.
                for (int i = 0;
                        i < ROWS_BEFORE_PANELS
                                && !follower.newsAreDue()
                                && (more || bell.tryAcquire(LULL_MS, TimeUnit.MILLISECONDS));
                        i++) {
                    bell.drainPermits();
                    more = follower.send(sink);
                }
                follower.sendPanels(sink);
                // Wakes at the first event; what rings until the rows are read is one wake-up, not many.
                if (!more && bell.tryAcquire(heartbeat.toMillis(), TimeUnit.MILLISECONDS)) {
                    bell.drainPermits();
                }
            }
        } catch (UncheckedIOException | CloseConnectionException e) {
            // The console has left; nothing to clean up but what finally does.
            return;
        } finally {
            bells.remove(bell);
            meters.listenerLeft();
        }
    }

    private long lastSeen(ServerRequest request, Optional<String> site) {
        Optional<String> id = request.headers()
                .first(HeaderNames.create("Last-Event-ID"))
                .or(() -> request.query().first("after").asOptional());
        try {
            if (id.isPresent()) {
                return Math.max(0, Long.parseLong(id.get()));
            }
        } catch (NumberFormatException e) {
            // Whoever asks so has no rows of ours: start at the newest.
        }
        return newestId(Filter.NONE.of(site));
    }

    private long newestId(Filter filter) {
        List<LogEntry> newest = log.before(Long.MAX_VALUE, 1, filter);
        return newest.isEmpty() ? 0 : newest.getFirst().id();
    }

    /** What one console has been sent. Belongs to its request's thread. */
    private final class Follower {

        private final Texts texts;
        private final Principal principal;
        private final Optional<String> site;
        private final Filter ofSite;
        private final Optional<Filter> search;
        private long sentId;
        private Optional<List<LogEntry>> sentLive = Optional.empty();
        private boolean news;
        private Instant panelsAt = Instant.EPOCH;
        private final SequencedMap<Passage.Key, LogEntry> grants = new LinkedHashMap<>();

        Follower(Texts texts, Principal principal, Optional<String> site, Optional<Filter> search, long fromId) {
            this.texts = texts;
            this.principal = principal;
            this.site = site;
            this.ofSite = Filter.NONE.of(site);
            this.search = search;
            this.sentId = fromId;
        }

        /** Sends what is live, and a page of rows. @return whether there are more */
        boolean send(SseSink sink) {
            sendLive(sink);
            return sendRows(sink);
        }

        private boolean sendRows(SseSink sink) {
            List<LogEntry> entries = log.after(sentId, PAGE, ofSite);
            // Not so a search, which would have a hole.
            if (entries.size() == PAGE && search.isEmpty()) {
                long newest = newestId(ofSite);
                if (newest - sentId > ROWS_BEHIND_MAX) {
                    sentId = newest - PAGE;
                    entries = log.after(sentId, PAGE, ofSite);
                }
            }
            Wording wording = page.wording(texts, principal, site, page.gates(site), entries);
            for (LogEntry entry : entries) {
                sentId = entry.id();
                if (!Wording.isWorthARow(entry)) {
                    continue;
                }
                Passage passage = passage(entry);
                if (search.isEmpty() || search.get().passes(entry)) {
                    String row = pages.render("row", wording.row(passage, clock.instant(), true));
                    emit(sink, "row", Optional.of(entry.id()), row);
                }
            }
            return entries.size() == PAGE;
        }

        /** Whether somebody came or went live since the panels were sent, and that is not a moment ago. */
        boolean newsAreDue() {
            return news && !clock.instant().isBefore(panelsAt.plus(PANELS_APART));
        }

        /** Sends what is live, if that is not what this console has; the first time always, since its page may be old. */
        private void sendLive(SseSink sink) {
            List<LogEntry> live = page.live(site);
            // A search is of the log.
            if (search.isPresent() || sentLive.filter(live::equals).isPresent()) {
                return;
            }
            Set<LogEntry> known = new HashSet<>(sentLive.orElse(List.of())); // asked, never walked
            news |= !known.containsAll(live);
            Wording wording = page.wording(texts, principal, site, page.gates(site), List.of());
            emit(sink, "live", Optional.empty(), pages.render("live", wording.live(live, clock.instant())));
            sentLive = Optional.of(live);
        }

        void sendPanels(SseSink sink) {
            if (search.isPresent()) {
                emit(sink, "beat", Optional.empty(), "-");
                return;
            }
            Instant now = clock.instant();
            news = false;
            panelsAt = now;
            List<Gate> all = page.gates(site);
            Wording wording = page.wording(texts, principal, site, all, List.of());
            PresenceView presence = page.presence(wording, site, all, now);
            emit(sink, "presence", Optional.empty(), pages.render("presence", presence));
            emit(sink, "people", Optional.empty(), pages.render("people", presence));
            emit(sink, "gates", Optional.empty(), pages.render("gates", page.gatesView(wording, all, now)));
        }

        private Passage passage(LogEntry entry) {
            Optional<Passage.Key> completed = Passage.Key.completed(entry);
            if (completed.isEmpty()) {
                grants.put(new Passage.Key(entry.site(), entry.gate(), entry.sequence()), entry);
                if (grants.size() > GRANTS_REMEMBERED) {
                    grants.remove(grants.firstEntry().getKey());
                }
                return new Passage(entry, Optional.empty());
            }
            return Optional.ofNullable(grants.get(completed.get()))
                    .or(() -> findGrant(entry, completed.get()))
                    .map(grant -> new Passage(grant, Optional.of(entry)))
                    .orElseGet(() -> new Passage(entry, Optional.empty()));
        }

        /** The grant of somebody who was let in before this console began to listen. */
        private Optional<LogEntry> findGrant(LogEntry entry, Passage.Key key) {
            Filter sameGate = new Filter(
                    Optional.of(entry.site()), Optional.of(entry.gate()), Optional.empty(), Optional.empty());
            return log.before(entry.id(), PAGE, sameGate).stream()
                    .filter(earlier -> earlier.sequence() == key.sequence())
                    .findAny();
        }

        private void emit(SseSink sink, String name, Optional<Long> id, String html) {
            // A line break would end the event's data; in our pages it is but a space.
            SseEvent.Builder event = SseEvent.builder().name(name).data(html.replaceAll("\\s*\\R\\s*", " "));
            id.ifPresent(number -> event.id(Long.toString(number)));
            sink.emit(event.build());
        }
    }
}
