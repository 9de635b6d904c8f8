package portvakt.server.web;

import io.helidon.common.uri.UriQuery;
import io.helidon.webserver.http.ServerRequest;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import portvakt.server.port.AccessAudit;
import portvakt.server.port.AccessAudit.Filter;
import portvakt.server.port.AccessAudit.Kind;
import portvakt.server.port.AccessAudit.Read;
import portvakt.server.port.AccessAudit.Row;
import portvakt.server.port.Principal;
import portvakt.server.port.Right;
import portvakt.server.port.Sites;

/** What the audit was asked, and what its reader may see of a row. */
final class AuditQuestion {

    static final Set<String> PARAMETERS =
            new TreeSet<>(List.of("site", "kind", "account", "card", "from", "to", "before", "limit"));

    private static final int ACCOUNT_CHARS_MAX = 100;

    private AuditQuestion() {}

    /** @throws ProblemException naming what cannot be understood, or a site that is not the caller's */
    static Filter of(ServerRequest request) {
        UriQuery query = request.query();
        Principal principal = Authentication.principal(request);
        Optional<String> site = EventQuery.name(query, "site");
        Sites theirs = principal.sites(Right.SEE_AUDIT);
        if (site.isPresent() && !theirs.include(site.get())) {
            throw Scope.refused();
        }
        return new Filter(
                site.map(name -> Sites.of(Set.of(name))).orElse(theirs),
                kind(query),
                account(query),
                EventQuery.card(query),
                EventQuery.instant(query, "from"),
                EventQuery.instant(query, "to"));
    }

    private static Optional<Kind> kind(UriQuery query) {
        return EventQuery.value(query, "kind")
                .map(name -> Arrays.stream(Kind.values())
                        .filter(kind -> kind.name().equals(name))
                        .findAny()
                        .orElseThrow(() -> new ProblemException(Problem.parameter(
                                "kind",
                                "\"kind\" has to be one of "
                                        + Arrays.stream(Kind.values())
                                                .map(Kind::name)
                                                .collect(Collectors.joining(", "))
                                        + "."))));
    }

    private static Optional<String> account(UriQuery query) {
        Optional<String> account = EventQuery.value(query, "account");
        if (account.filter(name -> name.isBlank() || name.length() > ACCOUNT_CHARS_MAX)
                .isPresent()) {
            throw new ProblemException(Problem.parameter(
                    "account",
                    "\"account\" has to be the whole name of an account or a token, as the audit shows it."));
        }
        return account;
    }

    /**
     * A row as its reader may have it. Somebody of some sites sees that all sites were read, theirs among them; what was asked about
     * whom stays with those who see all.
     */
    static Row shown(Row row, Filter filter, Principal principal) {
        Read read = row.read();
        if (read.site().isPresent() || principal.sites(Right.SEE_AUDIT).all()) {
            return row;
        }
        return new Row(
                row.id(),
                row.firstAt(),
                row.lastAt(),
                row.times(),
                new Read(
                        read.kind(),
                        read.account(),
                        read.route(),
                        read.site(),
                        "",
                        read.card().filter(card -> filter.card().equals(Optional.of(card))),
                        read.from(),
                        read.to(),
                        read.rows()));
    }

    /** Looks at lists that may have had somebody in them, if the question is about one person on one site. */
    static List<Row> lists(AccessAudit audit, Filter filter, Principal principal, int limit) {
        boolean onePerson = filter.card().isPresent()
                && !filter.sites().all()
                && filter.sites().names().size() == 1;
        return onePerson
                ? audit.listsWith(filter.sites().names().first(), filter.card().get(), limit).stream()
                        .filter(row -> filter.kind()
                                .map(kind -> kind == row.read().kind())
                                .orElse(true))
                        .filter(row -> filter.account()
                                .map(row.read().account()::equals)
                                .orElse(true))
                        .filter(row ->
                                filter.from().filter(row.lastAt()::isBefore).isEmpty())
                        .filter(row -> filter.to().map(row.firstAt()::isBefore).orElse(true))
                        .map(row -> shown(row, filter, principal))
                        .toList()
                : List.of();
    }
}
