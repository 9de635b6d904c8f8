package portvakt.server.web;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.protocol.CardNumber;
import portvakt.server.adapter.register.Reconciler;
import portvakt.server.adapter.register.StatusListTokens;
import portvakt.server.port.Reconciliations;
import portvakt.server.port.Reconciliations.Reconciled;
import portvakt.server.port.RegisterRecords;
import portvakt.server.port.RegisterRecords.AuditRow;
import portvakt.server.port.Right;
import portvakt.server.port.Sites;

/** The register's audit, and what came of the lists that were pulled. */
final class RegisterApi {

    private static final Logger LOG = LoggerFactory.getLogger(RegisterApi.class);
    private static final String RECONCILIATIONS = "/api/v1/register/reconciliations";
    private static final Set<String> AUDIT_QUERY = new TreeSet<>(List.of("after", "limit", "card", "source", "list"));
    private static final int LIMIT_DEFAULT = 100;

    private record Audit(List<ObjectNode> rows, long next) {}

    private record AllReconciled(List<Reconciled> reconciliations) {}

    private final RegisterDesk desk;

    RegisterApi(RegisterDesk desk) {
        this.desk = desk;
    }

    List<Route> routes() {
        return List.of(
                RegisterRoutes.api(Method.GET, "/api/v1/register/audit", Right.SEE_CARDS, this::audit),
                RegisterRoutes.api(Method.GET, RECONCILIATIONS, Right.SEE_CARDS, this::reconciliations),
                RegisterRoutes.api(
                        Method.POST, RECONCILIATIONS + "/{id}/confirmation", Right.CONFIRM_REGISTER, this::confirm));
    }

    private void audit(ServerRequest request, ServerResponse response) {
        EventQuery.refuseUnknown(request.query(), AUDIT_QUERY);
        Sites sites = Authentication.principal(request).sites(Right.SEE_CARDS);
        Optional<String> list = EventQuery.name(request.query(), "list");
        if (list.isEmpty() && !sites.all()) {
            throw new ProblemException(Problem.parameter(
                    "list", "\"list\" has to say which list's audit is meant, as your sites are not all."));
        }
        if (list.filter(name -> !sites.includeList(name)).isPresent()) {
            throw Scope.refused();
        }
        long after =
                EventQuery.number(request.query(), "after", 0, Long.MAX_VALUE).orElse(0L);
        int limit = EventQuery.number(request.query(), "limit", 1, RegisterRecords.LIMIT_MAX)
                .map(Math::toIntExact)
                .orElse(LIMIT_DEFAULT);
        List<AuditRow> rows = desk.records()
                .audit(
                        after,
                        limit,
                        new RegisterRecords.Filter(
                                list,
                                EventQuery.card(request.query()).map(CardNumber::new),
                                EventQuery.value(request.query(), "source")));
        Reading.shown(request, rows.size());
        Json.send(
                response,
                new Audit(
                        rows.stream().map(RegisterApi::json).toList(),
                        rows.isEmpty() ? after : rows.getLast().id()));
    }

    /** With its card's number whole: who reads here sees them whole. */
    static ObjectNode json(AuditRow row) {
        ObjectNode node = Json.MAPPER.valueToTree(row);
        row.card().ifPresent(card -> node.put("card", card.digits()));
        return node;
    }

    private void reconciliations(ServerRequest request, ServerResponse response) {
        EventQuery.refuseUnknown(request.query(), Set.of("limit"));
        int limit = EventQuery.number(request.query(), "limit", 1, Reconciliations.LIMIT_MAX)
                .map(Math::toIntExact)
                .orElse(LIMIT_DEFAULT);
        Json.send(response, new AllReconciled(desk.reconciliations().newest(limit)));
    }

    private void confirm(ServerRequest request, ServerResponse response) {
        EventQuery.refuseUnknown(request.query(), Set.of());
        Reconciler reconciler = desk.reconciler()
                .orElseThrow(() -> RegisterRoutes.problem(
                        Status.NOT_FOUND_404, "This server pulls no status list; see register.statusList."));
        String id = request.path().pathParameters().get("id");
        if (!id.matches("[0-9]{1,18}")
                || desk.reconciliations().find(Long.parseLong(id)).isEmpty()) {
            throw RegisterRoutes.problem(Status.NOT_FOUND_404, "There is no such reconciliation.");
        }
        try {
            Optional<Reconciled> confirmed = reconciler.confirm(Long.parseLong(id), RegisterRoutes.account(request));
            Json.send(
                    response,
                    confirmed.orElseThrow(() -> RegisterRoutes.problem(
                            Status.CONFLICT_409,
                            "This one is not held: it was confirmed, or a newer list has come. Look at the newest.")));
        } catch (StatusListTokens.Refused e) {
            LOG.error("The held list of reconciliation {} cannot be read", id, e);
            throw RegisterRoutes.problem(
                    Status.CONFLICT_409, "What was kept of this list is damaged. Wait for the next pull.");
        }
    }
}
