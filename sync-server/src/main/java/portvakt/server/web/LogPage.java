package portvakt.server.web;

import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import portvakt.server.port.EntryLog;
import portvakt.server.port.EntryLog.Cursor;
import portvakt.server.port.EntryLog.Filter;
import portvakt.server.port.Gates;
import portvakt.server.port.Gates.Gate;
import portvakt.server.port.LogEntry;
import portvakt.server.port.Principal;
import portvakt.server.port.Right;
import portvakt.server.port.Sites;
import portvakt.server.web.view.LogView;
import portvakt.server.web.view.Passage;
import portvakt.server.web.view.RowView;
import portvakt.server.web.view.Texts;
import portvakt.server.web.view.Wording;

/**
 * Searches the log. The question stands in the address, so that it can be kept and sent on; what it finds grows by itself while
 * somebody looks on, and goes into a file by the API.
 */
final class LogPage {

    static final String PATH = "/log";

    /** Events of one page; a passage is two. */
    static final int EVENTS_SHOWN = 100;

    private final EntryLog log;
    private final Gates gates;
    private final ConsolePage console;
    private final ExportPages exports;
    private final ZoneId zone;
    private final Pages pages;
    private final InstantSource clock;

    LogPage(
            EntryLog log,
            Gates gates,
            ConsolePage console,
            ExportPages exports,
            ZoneId zone,
            Pages pages,
            InstantSource clock) {
        this.console = console;
        this.log = log;
        this.gates = gates;
        this.exports = exports;
        this.zone = zone;
        this.pages = pages;
        this.clock = clock;
    }

    List<Route> routes() {
        return List.of(Route.page(PATH, Right.SEE_PASSAGES, this::show));
    }

    private record Found(List<LogEntry> entries, Optional<Long> next) {
        static final Found NOTHING = new Found(List.of(), Optional.empty());
    }

    private void show(ServerRequest request, ServerResponse response) {
        Principal principal = Authentication.principal(request);
        Optional<String> site = Scope.ofPage(principal, Right.SEE_PASSAGES, request.query());
        boolean whole = Authentication.seesCardNumbers(request, site);
        LogQuestion question = LogQuestion.of(request.query(), zone, whole, site);
        Cursor from = from(request);
        // Before the page is read: what comes in between is sent by the stream, and shown once.
        long newest = log.before(Long.MAX_VALUE, 1, Filter.NONE.of(site)).stream()
                .mapToLong(LogEntry::id)
                .findFirst()
                .orElse(0);
        Found found = question.filter().map(filter -> find(filter, from)).orElse(Found.NOTHING);
        Reading.shown(request, found.entries);
        Sites sites = principal.sites(Right.SEE_PASSAGES);
        List<Gate> all =
                gates.all().stream().filter(gate -> sites.include(gate.site())).toList();
        Texts texts = pages.texts(request);
        Wording wording = console.wording(texts, principal, site, all, found.entries);
        Instant now = clock.instant();
        List<RowView> rows = Passage.join(
                        found.entries.stream().filter(Wording::isWorthARow).toList())
                .stream()
                .map(passage -> wording.row(passage, now, false))
                .toList();
        boolean live = from.equals(Cursor.END)
                && question.filter().filter(filter -> filter.to().isEmpty()).isPresent();
        pages.send(
                response,
                "log",
                new LogView(
                        pages.frame(request, response, PATH),
                        fields(question, texts, all, whole),
                        question.fault().map(field -> texts.text("search.bad." + field)),
                        rows,
                        live,
                        ConsoleStream.LOG_PATH + "?" + and(question.apiQuery(zone)) + "after=" + newest,
                        newest,
                        found.next
                                .map(id -> PATH + "?" + and(question.query()) + "before=" + id)
                                .orElse(""),
                        question.asksAnything(),
                        and(question.apiQuery(zone)),
                        ExportPages.formats(texts),
                        exports.views(request)));
    }

    private Found find(Filter filter, Cursor from) {
        try {
            EntryLog.Page page = log.page(filter, from, EVENTS_SHOWN);
            return new Found(page.rows(), page.next());
        } catch (EntryLog.NoSuchRow e) {
            // Erased since, or a mistyped address: the newest rows.
            EntryLog.Page page = log.page(filter, Cursor.END, EVENTS_SHOWN);
            return new Found(page.rows(), page.next());
        }
    }

    private static Cursor from(ServerRequest request) {
        try {
            return request.query()
                    .first("before")
                    .asOptional()
                    .map(Long::parseLong)
                    .filter(id -> id > 0)
                    .<Cursor>map(Cursor.Before::new)
                    .orElse(Cursor.END);
        } catch (NumberFormatException e) {
            // A mistyped address shows the newest rows.
            return Cursor.END;
        }
    }

    private static String and(String query) {
        return query.isEmpty() ? "" : query + "&";
    }

    private List<LogView.Field> fields(LogQuestion question, Texts texts, List<Gate> all, boolean whole) {
        List<LogView.Field> fields = new ArrayList<>();
        List<String> sites = all.stream().map(Gate::site).distinct().sorted().toList();
        if (sites.size() > 1) {
            fields.add(choice("site", question, texts, sites, Function.identity()));
        }
        fields.add(choice(
                "gate",
                question,
                texts,
                all.stream().map(Gate::gate).distinct().sorted().toList(),
                Function.identity()));
        fields.add(choice(
                "kind",
                question,
                texts,
                EventQuery.KINDS,
                kind -> texts.has("kind." + kind) ? texts.text("kind." + kind) : kind));
        fields.add(choice(
                "reason", question, texts, EventQuery.REASONS, reason -> texts.text("reason." + reason + ".title")));
        fields.add(choice(
                "assurance",
                question,
                texts,
                EventQuery.ASSURANCES,
                assurance -> texts.text("assurance." + assurance)));
        if (whole) {
            fields.add(input("card", "text", question, texts));
        }
        fields.add(input("employer", "text", question, texts));
        fields.add(input("from", "datetime-local", question, texts));
        fields.add(input("to", "datetime-local", question, texts));
        return fields;
    }

    /** What was asked for stays to be chosen although there is no such thing, or it would be asked for unseen. */
    private static LogView.Field choice(
            String name, LogQuestion question, Texts texts, Collection<String> values, Function<String, String> words) {
        String value = question.value(name);
        Stream<String> unknown = value.isEmpty() || values.contains(value) ? Stream.empty() : Stream.of(value);
        List<LogView.Option> options = Stream.concat(
                        Stream.of(new LogView.Option("", texts.text("search." + name + ".any"))),
                        Stream.concat(
                                values.stream().map(each -> new LogView.Option(each, words.apply(each))),
                                unknown.map(each -> new LogView.Option(each, each))))
                .toList();
        return field(name, "", question, texts, options);
    }

    private static LogView.Field input(String name, String type, LogQuestion question, Texts texts) {
        return field(name, type, question, texts, List.of());
    }

    private static LogView.Field field(
            String name, String type, LogQuestion question, Texts texts, List<LogView.Option> options) {
        return new LogView.Field(
                name,
                texts.text("search." + name),
                type,
                question.value(name),
                options,
                question.fault().filter(name::equals).isPresent());
    }
}
