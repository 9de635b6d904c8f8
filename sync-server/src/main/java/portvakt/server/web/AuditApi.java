package portvakt.server.web;

import io.helidon.http.Method;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import portvakt.server.port.AccessAudit;
import portvakt.server.port.AccessAudit.Filter;
import portvakt.server.port.AccessAudit.Row;
import portvakt.server.port.Principal;
import portvakt.server.port.Right;

/** Who read personal data, for those who answer for it. */
final class AuditApi {

    static final String PATH = "/api/v1/audit";

    private static final int LIMIT_DEFAULT = 100;

    private record Look(
            long id,
            Instant firstAt,
            Instant lastAt,
            int times,
            AccessAudit.Kind kind,
            String account,
            String route,
            Optional<String> site,
            String question,
            Optional<String> card,
            Optional<Instant> from,
            Optional<Instant> to,
            int rows) {

        static Look of(Row row) {
            AccessAudit.Read read = row.read();
            return new Look(
                    row.id(),
                    row.firstAt(),
                    row.lastAt(),
                    row.times(),
                    read.kind(),
                    read.account(),
                    read.route(),
                    read.site(),
                    read.question(),
                    read.card(),
                    read.from(),
                    read.to(),
                    read.rows());
        }
    }

    private record Answer(List<Look> reads, Optional<Long> next, List<Look> listsThatMayHaveShown) {}

    private final AccessAudit audit;

    AuditApi(AccessAudit audit) {
        this.audit = audit;
    }

    List<Route> routes() {
        return List.of(Route.api(Method.GET, PATH, Right.SEE_AUDIT, this::reads));
    }

    private void reads(ServerRequest request, ServerResponse response) {
        EventQuery.refuseUnknown(request.query(), AuditQuestion.PARAMETERS);
        Filter filter = AuditQuestion.of(request);
        Principal principal = Authentication.principal(request);
        int limit = EventQuery.number(request.query(), "limit", 1, AccessAudit.LIMIT_MAX)
                .map(Math::toIntExact)
                .orElse(LIMIT_DEFAULT);
        long before =
                EventQuery.number(request.query(), "before", 1, Long.MAX_VALUE).orElse(Long.MAX_VALUE);
        List<Row> rows = audit.rows(filter, before, limit);
        List<Row> lists = AuditQuestion.lists(audit, filter, principal, limit);
        Reading.shown(request, rows.size() + lists.size());
        Json.send(
                response,
                new Answer(
                        rows.stream()
                                .map(row -> Look.of(AuditQuestion.shown(row, filter, principal)))
                                .toList(),
                        rows.size() < limit
                                ? Optional.empty()
                                : Optional.of(rows.getLast().id()),
                        lists.stream().map(Look::of).toList()));
    }
}
