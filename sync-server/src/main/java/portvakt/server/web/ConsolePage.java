package portvakt.server.web;

import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import portvakt.server.port.Accounts.Principal;
import portvakt.server.port.EntryLog;
import portvakt.server.port.Gates;
import portvakt.server.port.Gates.Gate;
import portvakt.server.port.Lists;
import portvakt.server.port.LogEntry;
import portvakt.server.port.Presence;
import portvakt.server.web.view.ConsoleView;
import portvakt.server.web.view.GatesView;
import portvakt.server.web.view.PageFrame;
import portvakt.server.web.view.Passage;
import portvakt.server.web.view.PresenceView;
import portvakt.server.web.view.RowView;
import portvakt.server.web.view.Texts;
import portvakt.server.web.view.Wording;

/** The console's one page, whole: it is of use without any script, and the stream keeps it up to date where there is one. */
final class ConsolePage {

    static final String PATH = "/";

    /** Events looked at for one page; a passage is two. */
    static final int EVENTS_SHOWN = 120;

    /** How long the page tells of those whom a rule took for gone, and of those who entered twice. */
    private static final Duration NOTED_FOR = Duration.ofHours(24);

    private final EntryLog log;
    private final Presence presence;
    private final Gates gates;
    private final Lists lists;
    private final Cookies cookies;
    private final Languages languages;
    private final Templates templates;
    private final StaticFiles files;
    private final InstantSource clock;

    ConsolePage(
            EntryLog log,
            Presence presence,
            Gates gates,
            Lists lists,
            Cookies cookies,
            Languages languages,
            Templates templates,
            StaticFiles files,
            InstantSource clock) {
        this.log = log;
        this.presence = presence;
        this.gates = gates;
        this.lists = lists;
        this.cookies = cookies;
        this.languages = languages;
        this.templates = templates;
        this.files = files;
        this.clock = clock;
    }

    List<Route> routes() {
        return List.of(Route.get(PATH, Route.Protection.PAGE, this::show));
    }

    private void show(ServerRequest request, ServerResponse response) {
        Principal principal = Authentication.principal(request);
        Texts texts = languages.texts(request);
        Instant now = clock.instant();
        long before = beforeId(request);
        boolean live = before == Long.MAX_VALUE;
        // The log is read before presence and gates, and the stream goes on from the log: nothing falls between.
        List<LogEntry> entries = log.before(before, EVENTS_SHOWN, EntryLog.Filter.NONE);
        List<Gate> all = gates.all();
        Wording wording = wording(texts, principal, all);
        long newest = entries.isEmpty() ? 0 : entries.getFirst().id();
        List<RowView> rows = Passage.join(
                        entries.stream().filter(Wording::isWorthARow).toList())
                .stream()
                .map(passage -> wording.row(passage, now, false))
                .toList();
        response.header("Vary", "Cookie, Accept-Language");
        templates.send(
                response,
                "console",
                new ConsoleView(
                        new PageFrame(
                                texts,
                                files::url,
                                FormToken.of(cookies.formSecret(request, response)),
                                PATH,
                                Optional.of(principal.name())),
                        texts.today(now),
                        presence(wording, all, now),
                        gates(wording, all, now),
                        wording.live(log.live(), now),
                        rows,
                        live,
                        ConsoleStream.PATH + "?after=" + newest,
                        newest,
                        entries.size() < EVENTS_SHOWN
                                ? ""
                                : "/?before=" + entries.getLast().id()));
    }

    /** The words for one reader: their language, their right to see card numbers. */
    static Wording wording(Texts texts, Principal principal, List<Gate> gates) {
        boolean severalSites = gates.stream().map(Gate::site).distinct().count() > 1;
        return new Wording(texts, Authentication.seesCardNumbers(principal), severalSites);
    }

    PresenceView presence(Wording wording, List<Gate> all, Instant now) {
        Instant from = now.minus(NOTED_FOR);
        return wording.presence(
                log.onSite(Optional.empty()),
                presence.checkOuts(Optional.empty(), from, Presence.LIMIT_MAX).stream()
                        .filter(row -> !row.superseded())
                        .count(),
                presence.doubleEntries(Optional.empty(), from, Presence.LIMIT_MAX).stream()
                        .filter(row -> row.forgiven().isEmpty())
                        .count(),
                all,
                now);
    }

    GatesView gates(Wording wording, List<Gate> all, Instant now) {
        return wording.gates(all, list -> lists.find(list).map(Lists.PublishedList::version), now);
    }

    private static long beforeId(ServerRequest request) {
        try {
            return Math.max(
                    1,
                    request.query()
                            .first("before")
                            .asOptional()
                            .map(Long::parseLong)
                            .orElse(Long.MAX_VALUE));
        } catch (NumberFormatException e) {
            // A mistyped address shows the newest rows.
            return Long.MAX_VALUE;
        }
    }
}
