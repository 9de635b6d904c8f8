package portvakt.server.web;

import io.helidon.http.HttpException;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import portvakt.server.port.AccessAudit.Kind;
import portvakt.server.port.EntryLog;
import portvakt.server.port.Gates;
import portvakt.server.port.Gates.Gate;
import portvakt.server.port.Lists;
import portvakt.server.port.LogEntry;
import portvakt.server.port.Presence;
import portvakt.server.port.Principal;
import portvakt.server.port.Right;
import portvakt.server.web.view.ConsoleView;
import portvakt.server.web.view.GatesView;
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
    private final Pages pages;
    private final PersonNotes notes;
    private final InstantSource clock;

    ConsolePage(
            EntryLog log,
            Presence presence,
            Gates gates,
            Lists lists,
            PersonNotes notes,
            Pages pages,
            InstantSource clock) {
        this.notes = notes;
        this.log = log;
        this.presence = presence;
        this.gates = gates;
        this.lists = lists;
        this.pages = pages;
        this.clock = clock;
    }

    List<Route> routes() {
        // Its right is asked for in it, since whoever lacks it is led elsewhere.
        return List.of(new Route(
                Method.GET, PATH, Route.Protection.PAGE, Optional.empty(), Optional.of(Kind.PASSAGES), this::show));
    }

    private void show(ServerRequest request, ServerResponse response) {
        Principal principal = Authentication.principal(request);
        if (!principal.may(Right.SEE_PASSAGES)) {
            // Where everybody begins is not for everybody.
            Pages.redirect(
                    response,
                    Pages.start(principal)
                            .orElseThrow(() -> new HttpException("no page for this account", Status.FORBIDDEN_403)));
            return;
        }
        Optional<String> site = Scope.ofPage(principal, Right.SEE_PASSAGES, request.query());
        Texts texts = pages.texts(request);
        Instant now = clock.instant();
        long before = beforeId(request);
        boolean live = before == Long.MAX_VALUE;
        // The log is read before presence and gates, and the stream goes on from the log: nothing falls between.
        List<LogEntry> entries = log.before(before, EVENTS_SHOWN, EntryLog.Filter.NONE.of(site));
        List<Gate> all = gates(site);
        Reading.shown(request, entries);
        Wording wording = wording(texts, principal, site, all, entries);
        long newest = entries.isEmpty() ? 0 : entries.getFirst().id();
        List<RowView> rows = Passage.join(
                        entries.stream().filter(Wording::isWorthARow).toList())
                .stream()
                .map(passage -> wording.row(passage, now, false))
                .toList();
        pages.send(
                response,
                "console",
                new ConsoleView(
                        pages.frame(request, response, PATH),
                        texts.today(now),
                        presence(wording, site, all, now),
                        gatesView(wording, all, now),
                        wording.live(live(site), now),
                        rows,
                        live,
                        ConsoleStream.PATH + "?" + query(site) + "after=" + newest,
                        newest,
                        entries.size() < EVENTS_SHOWN
                                ? ""
                                : "/?" + query(site) + "before="
                                        + entries.getLast().id()));
    }

    /** The words for one reader: their language, their right to see card numbers. @param entries that are going to be shown */
    Wording wording(Texts texts, Principal principal, Optional<String> site, List<Gate> gates, List<LogEntry> entries) {
        boolean severalSites = gates.stream().map(Gate::site).distinct().count() > 1;
        return new Wording(texts, principal.may(Right.SEE_CARD_NUMBERS, site), severalSites)
                .noting(notes.of(texts, principal, entries));
    }

    PresenceView presence(Wording wording, Optional<String> site, List<Gate> all, Instant now) {
        Instant from = now.minus(NOTED_FOR);
        return wording.presence(
                log.onSite(site),
                presence.checkOuts(site, from, Presence.LIMIT_MAX).stream()
                        .filter(row -> !row.superseded())
                        .count(),
                presence.doubleEntries(site, from, Presence.LIMIT_MAX).stream()
                        .filter(row -> row.forgiven().isEmpty())
                        .count(),
                all,
                now);
    }

    GatesView gatesView(Wording wording, List<Gate> all, Instant now) {
        return wording.gates(all, list -> lists.find(list).map(Lists.PublishedList::version), now);
    }

    /** The gates of a site. @param site empty: of all */
    List<Gate> gates(Optional<String> site) {
        return gates.all().stream()
                .filter(gate -> site.map(gate.site()::equals).orElse(true))
                .toList();
    }

    /** What is not in the log yet. */
    List<LogEntry> live(Optional<String> site) {
        return log.live().stream().filter(EntryLog.Filter.NONE.of(site)::passes).toList();
    }

    private static String query(Optional<String> site) {
        return site.map(name -> Scope.SITE + "=" + name + "&").orElse("");
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
