package portvakt.server.web;

import io.helidon.common.uri.UriQuery;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import portvakt.protocol.CardNumber;
import portvakt.server.port.AccessAudit;
import portvakt.server.port.AccessAudit.Filter;
import portvakt.server.port.AccessAudit.Kind;
import portvakt.server.port.AccessAudit.Row;
import portvakt.server.port.Principal;
import portvakt.server.port.Right;
import portvakt.server.port.Sites;
import portvakt.server.web.view.AuditView;
import portvakt.server.web.view.LogView;
import portvakt.server.web.view.PageFrame;
import portvakt.server.web.view.Texts;

/** The page that shows who read personal data, and answers somebody who asks who looked at them. */
final class AuditPage {

    static final String PATH = "/audit";

    private static final int ROWS = 100;
    private static final List<String> FIELDS = List.of("site", "kind", "account", "card", "from", "to");

    private final PrivacyDesk desk;
    private final AccessAudit audit;
    private final ZoneId zone;
    private final Pages pages;

    AuditPage(PrivacyDesk desk, ZoneId zone, Pages pages) {
        this.desk = desk;
        this.audit = desk.audit();
        this.zone = zone;
        this.pages = pages;
    }

    List<Route> routes() {
        return List.of(Route.page(PATH, Right.SEE_AUDIT, this::show));
    }

    /** @param fault names the field that cannot be understood; nothing is asked then */
    private record Asked(Optional<Filter> filter, Optional<String> fault) {
        static Asked wrong(String field) {
            return new Asked(Optional.empty(), Optional.of(field));
        }
    }

    private void show(ServerRequest request, ServerResponse response) {
        UriQuery query = request.query();
        Principal principal = Authentication.principal(request);
        PageFrame frame = pages.frame(request, response, PATH);
        Asked asked = asked(principal, Scope.ofPage(principal, Right.SEE_AUDIT, query), query);
        List<Row> rows = asked.filter
                .map(filter -> audit.rows(filter, before(query), ROWS))
                .orElse(List.of());
        List<Row> lists = asked.filter
                .map(filter -> AuditQuestion.lists(audit, filter, principal, ROWS))
                .orElse(List.of());
        Reading.shown(request, rows.size() + lists.size());
        pages.send(
                response,
                "audit",
                new AuditView(
                        frame,
                        fields(frame.texts(), principal, query, asked.fault),
                        asked.fault.map(field -> frame.text("audit.bad." + field)),
                        rows.stream()
                                .map(row -> line(
                                        frame.texts(), AuditQuestion.shown(row, asked.filter.orElseThrow(), principal)))
                                .toList(),
                        asked.filter.flatMap(Filter::card).isPresent(),
                        lists.stream().map(row -> line(frame.texts(), row)).toList(),
                        rows.size() < ROWS ? "" : PATH + "?" + older(query, rows.getLast())));
    }

    private Asked asked(Principal principal, Optional<String> site, UriQuery query) {
        String given = value(query, "card");
        Optional<CardNumber> card = CardNumber.parse(given, desk.acceptedCardNumbers());
        if (!given.isEmpty() && card.isEmpty() && !given.matches("[0-9]{1,16}")) {
            return Asked.wrong("card");
        }
        Optional<Instant> from;
        Optional<Instant> to;
        try {
            from = day(query, "from").map(day -> day.atStartOfDay(zone).toInstant());
        } catch (DateTimeException e) {
            return Asked.wrong("from");
        }
        try {
            to = day(query, "to").map(day -> day.plusDays(1).atStartOfDay(zone).toInstant());
        } catch (DateTimeException e) {
            return Asked.wrong("to");
        }
        return new Asked(
                Optional.of(new Filter(
                        site.map(name -> Sites.of(Set.of(name))).orElse(principal.sites(Right.SEE_AUDIT)),
                        Arrays.stream(Kind.values())
                                .filter(kind -> kind.name().equals(value(query, "kind")))
                                .findAny(),
                        Optional.of(value(query, "account")).filter(name -> !name.isEmpty()),
                        card.map(CardNumber::digits).or(() -> Optional.of(given).filter(text -> !text.isEmpty())),
                        from,
                        to)),
                Optional.empty());
    }

    private static Optional<LocalDate> day(UriQuery query, String name) {
        return Optional.of(value(query, name)).filter(text -> !text.isEmpty()).map(LocalDate::parse);
    }

    private static String value(UriQuery query, String name) {
        return query.first(name).orElse("").strip();
    }

    private static long before(UriQuery query) {
        try {
            return Long.parseLong(query.first("before").orElse(""));
        } catch (NumberFormatException e) {
            return Long.MAX_VALUE;
        }
    }

    private static String older(UriQuery query, Row last) {
        return Stream.concat(
                        FIELDS.stream()
                                .filter(name -> !value(query, name).isEmpty())
                                .map(name ->
                                        name + "=" + URLEncoder.encode(value(query, name), StandardCharsets.UTF_8)),
                        Stream.of("before=" + last.id()))
                .collect(Collectors.joining("&"));
    }

    private List<LogView.Field> fields(Texts texts, Principal principal, UriQuery query, Optional<String> fault) {
        List<String> sites = Scope.choices(
                principal,
                Right.SEE_AUDIT,
                desk.sites().stream().map(PrivacyDesk.Site::name).toList());
        List<LogView.Field> fields = new ArrayList<>();
        if (sites.size() > 1) {
            List<LogView.Option> options = new ArrayList<>();
            if (principal.sites(Right.SEE_AUDIT).all()) {
                options.add(new LogView.Option("", texts.text("audit.site.any")));
            }
            sites.forEach(site -> options.add(new LogView.Option(site, site)));
            fields.add(field(texts, query, "site", "", options, fault));
        }
        fields.add(field(
                texts,
                query,
                "kind",
                "",
                Stream.concat(
                                Stream.of(new LogView.Option("", texts.text("audit.kind.any"))),
                                Arrays.stream(Kind.values())
                                        .map(kind -> new LogView.Option(kind.name(), texts.text("audit.kind." + kind))))
                        .toList(),
                fault));
        fields.add(field(texts, query, "account", "text", List.of(), fault));
        fields.add(field(texts, query, "card", "text", List.of(), fault));
        fields.add(field(texts, query, "from", "date", List.of(), fault));
        fields.add(field(texts, query, "to", "date", List.of(), fault));
        return fields;
    }

    private static LogView.Field field(
            Texts texts,
            UriQuery query,
            String name,
            String type,
            List<LogView.Option> options,
            Optional<String> fault) {
        return new LogView.Field(
                name,
                texts.text("audit." + name),
                type,
                value(query, name),
                options,
                fault.filter(name::equals).isPresent());
    }

    /** Also for the page about one person. */
    static AuditView.Line line(Texts texts, Row row) {
        AccessAudit.Read read = row.read();
        List<String> facts = new ArrayList<>();
        facts.add(texts.text("audit.rows", read.rows()));
        if (read.from().isPresent() && read.to().isPresent()) {
            String until = texts.dateAndTime(read.to().get());
            // A file without a first day has all that there was.
            facts.add(
                    read.from().get().equals(Instant.EPOCH)
                            ? texts.text("audit.until", until)
                            : texts.text(
                                    "audit.span", texts.dateAndTime(read.from().get()), until));
        }
        read.card().ifPresent(card -> facts.add(texts.text("audit.about", card)));
        if (!read.question().isEmpty()) {
            facts.add(texts.text("audit.question", read.question()));
        }
        facts.add(read.route());
        return new AuditView.Line(
                read.account(),
                row.times() == 1
                        ? texts.dateAndTime(row.lastAt())
                        : texts.text("audit.times", texts.dateAndTime(row.firstAt()), row.times()),
                texts.text("audit.kind." + read.kind()),
                read.site().orElseGet(() -> texts.text("audit.site.all")),
                facts);
    }
}
