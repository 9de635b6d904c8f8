package portvakt.server.web;

import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.protocol.Topics;
import portvakt.server.port.Gates;
import portvakt.server.port.Presence;
import portvakt.server.port.Presence.Correction;
import portvakt.server.port.Presence.Outcome;
import portvakt.server.port.Principal;
import portvakt.server.port.Right;
import portvakt.server.port.StorageException;
import portvakt.server.web.PresenceOrder.Forgiveness;
import portvakt.server.web.PresenceOrder.Statement;

/** What people state about who is on a site, whom a rule took for gone, and who entered twice. */
final class PresenceApi {

    private static final Logger LOG = LoggerFactory.getLogger(PresenceApi.class);
    private static final String PATH = "/api/v1/sites/{site}/presence";
    private static final String CORRECTIONS = PATH + "/corrections";
    private static final String RETRY_SECONDS = "5";
    private static final int LIMIT_DEFAULT = 100;
    private static final Duration SHOWN = Duration.ofDays(7);
    private static final Set<String> PAGE = new TreeSet<>(List.of("before", "limit"));
    private static final Set<String> SINCE = new TreeSet<>(List.of("from", "limit"));

    private record Corrections(List<PresenceJson.Correction> corrections, Optional<Long> next) {}

    private record CheckOuts(List<PresenceJson.CheckOut> checkOuts) {}

    private record DoubleEntries(List<PresenceJson.DoubleEntry> doubleEntries) {}

    private final PresenceDesk desk;
    private final Presence presence;
    private final Gates gates;
    private final InstantSource clock;

    PresenceApi(PresenceDesk desk, Gates gates, InstantSource clock) {
        this.desk = desk;
        this.presence = desk.presence();
        this.gates = gates;
        this.clock = clock;
    }

    List<Route> routes() {
        return List.of(
                route(Method.GET, CORRECTIONS, Right.SEE_PASSAGES, this::corrections),
                route(Method.POST, CORRECTIONS, Right.CORRECT_PRESENCE, corrects(this::state)),
                route(Method.POST, CORRECTIONS + "/{id}/undo", Right.CORRECT_PRESENCE, corrects(this::undo)),
                route(Method.GET, PATH + "/check-outs", Right.SEE_PASSAGES, this::checkOuts),
                route(Method.GET, PATH + "/double-entries", Right.SEE_PASSAGES, this::doubleEntries),
                route(Method.POST, PATH + "/forgivings", Right.CORRECT_PRESENCE, corrects(this::forgive)));
    }

    private static Route route(Method method, String path, Right right, Handler handler) {
        return Route.api(method, path, right, (request, response) -> {
            try {
                handler.handle(request, response);
            } catch (StorageException e) {
                LOG.error("Presence could not be read or kept; the caller was asked to try again", e);
                response.header(HeaderNames.RETRY_AFTER, RETRY_SECONDS);
                throw problem(
                        Status.SERVICE_UNAVAILABLE_503,
                        "The database did not take this. Send it again in a moment; sent twice, it does no harm.");
            }
        });
    }

    private static Handler corrects(Handler handler) {
        return (request, response) -> {
            EventQuery.refuseUnknown(request.query(), Set.of());
            handler.handle(request, response);
        };
    }

    private void corrections(ServerRequest request, ServerResponse response) {
        EventQuery.refuseUnknown(request.query(), PAGE);
        int limit = limit(request);
        long before =
                EventQuery.number(request.query(), "before", 1, Long.MAX_VALUE).orElse(Long.MAX_VALUE);
        List<Correction> rows = presence.corrections(Optional.of(site(request)), before, limit);
        boolean whole = seesWhole(request);
        Reading.shown(request, rows.size());
        Json.send(
                response,
                new Corrections(
                        rows.stream()
                                .map(row -> PresenceJson.Correction.of(row, whole))
                                .toList(),
                        rows.size() < limit
                                ? Optional.empty()
                                : Optional.of(rows.getLast().id())));
    }

    private void checkOuts(ServerRequest request, ServerResponse response) {
        EventQuery.refuseUnknown(request.query(), SINCE);
        boolean whole = seesWhole(request);
        List<Presence.CheckOut> rows = presence.checkOuts(Optional.of(site(request)), from(request), limit(request));
        Reading.shown(request, rows.size(), from(request), clock.instant());
        Json.send(
                response,
                new CheckOuts(rows.stream()
                        .map(row -> PresenceJson.CheckOut.of(row, whole))
                        .toList()));
    }

    private void doubleEntries(ServerRequest request, ServerResponse response) {
        EventQuery.refuseUnknown(request.query(), SINCE);
        boolean whole = seesWhole(request);
        List<Presence.DoubleEntry> rows =
                presence.doubleEntries(Optional.of(site(request)), from(request), limit(request));
        Reading.shown(request, rows.size(), from(request), clock.instant());
        Json.send(
                response,
                new DoubleEntries(rows.stream()
                        .map(row -> PresenceJson.DoubleEntry.of(row, whole))
                        .toList()));
    }

    private void state(ServerRequest request, ServerResponse response) {
        String site = site(request);
        Instant now = clock.instant();
        Statement order = PresenceOrder.statement(request, desk.acceptedCardNumbers(), now);
        send(
                request,
                response,
                presence.state(
                        site, order.holder(), order.direction(), order.at(), author(request), order.reason(), now));
    }

    private void undo(ServerRequest request, ServerResponse response) {
        String site = site(request);
        long id = id(request);
        String reason = PresenceOrder.reason(request);
        answer(request, response, presence.undo(site, id, author(request), reason, clock.instant()));
    }

    private void forgive(ServerRequest request, ServerResponse response) {
        String site = site(request);
        Forgiveness order = PresenceOrder.forgiveness(request, desk.acceptedCardNumbers());
        answer(
                request,
                response,
                presence.forgive(site, order.holder(), author(request), order.reason(), clock.instant()));
    }

    private static void answer(ServerRequest request, ServerResponse response, Outcome outcome) {
        switch (outcome) {
            case Outcome.Recorded(Correction correction) -> send(request, response, correction);
            case Outcome.Unknown() ->
                throw problem(Status.NOT_FOUND_404, "This site has no correction of that number.");
            case Outcome.CannotBeUndone() ->
                throw problem(
                        Status.CONFLICT_409,
                        "Only a statement that somebody was in or out can be undone, and once. To take an undoing back,"
                                + " state it anew.");
            case Outcome.NothingToForgive() ->
                throw problem(
                        Status.CONFLICT_409, "No entry without leaving is open for that holder: nothing to forgive.");
        }
    }

    private static void send(ServerRequest request, ServerResponse response, Correction correction) {
        LOG.info(
                "{} wrote correction {} of presence on {}: {}",
                author(request),
                correction.id(),
                correction.site(),
                correction.kind());
        response.status(Status.CREATED_201);
        Json.send(response, PresenceJson.Correction.of(correction, seesWhole(request)));
    }

    private String site(ServerRequest request) {
        String name = request.path().pathParameters().get("site");
        boolean known = Topics.isName(name)
                && (desk.find(name).isPresent()
                        || gates.all().stream().anyMatch(gate -> gate.site().equals(name)));
        if (!known) {
            throw problem(
                    Status.NOT_FOUND_404,
                    "This server has no site of that name. A site is known by the settings or by its gates.");
        }
        return name;
    }

    private static long id(ServerRequest request) {
        try {
            return Long.parseLong(request.path().pathParameters().get("id"));
        } catch (NumberFormatException e) {
            throw problem(Status.NOT_FOUND_404, "The number of a correction is a whole number.");
        }
    }

    private Instant from(ServerRequest request) {
        return EventQuery.instant(request.query(), "from")
                .orElseGet(() -> clock.instant().minus(SHOWN));
    }

    private static int limit(ServerRequest request) {
        return EventQuery.number(request.query(), "limit", 1, Presence.LIMIT_MAX)
                .map(Math::toIntExact)
                .orElse(LIMIT_DEFAULT);
    }

    private static boolean seesWhole(ServerRequest request) {
        return Authentication.seesCardNumbers(
                request, Optional.of(request.path().pathParameters().get("site")));
    }

    private static String author(ServerRequest request) {
        Principal principal = Authentication.principal(request);
        return principal.name();
    }

    private static ProblemException problem(Status status, String detail) {
        return new ProblemException(Problem.of(status, detail));
    }
}
