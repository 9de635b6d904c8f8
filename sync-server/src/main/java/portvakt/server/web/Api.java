package portvakt.server.web;

import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import portvakt.protocol.Topics;
import portvakt.server.port.EntryLog;
import portvakt.server.port.EntryLog.OnSite;
import portvakt.server.port.Gates;
import portvakt.server.port.Gates.Gate;
import portvakt.server.port.Lists;
import portvakt.server.port.Presence;
import portvakt.server.port.Right;
import portvakt.server.port.Sites;

/** The JSON API for programs. What it answers is described in {@code openapi.yaml}, and a test holds the two together. */
final class Api {

    private record OnSiteNow(
            Instant asOf,
            int count,
            List<OnSite> people,
            List<PresenceJson.CheckOut> checkedOut,
            List<PresenceJson.DoubleEntry> doubleEntries) {}

    private record AllGates(Instant asOf, List<Gate> gates) {}

    /** How long the presence list tells whom a rule took for gone, and who entered twice. */
    private static final Duration DOUBTFUL_FOR = Duration.ofHours(24);

    private final EntryLog log;
    private final Gates gates;
    private final Lists lists;
    private final PresenceDesk desk;
    private final InstantSource clock;

    Api(EntryLog log, Gates gates, Lists lists, PresenceDesk desk, InstantSource clock) {
        this.log = log;
        this.gates = gates;
        this.lists = lists;
        this.desk = desk;
        this.clock = clock;
    }

    List<Route> routes() {
        return List.of(
                Route.api(Method.GET, "/api/v1/presence", Right.SEE_PASSAGES, this::presence),
                Route.api(Method.GET, "/api/v1/gates", Right.SEE_GATES, this::gates),
                Route.api(Method.GET, "/api/v1/lists/{list}", Right.SEE_GATES, this::list));
    }

    private void presence(ServerRequest request, ServerResponse response) {
        EventQuery.refuseUnknown(request.query(), Set.of("site"));
        Optional<String> site = Scope.of(request, Right.SEE_PASSAGES);
        boolean whole = Authentication.seesCardNumbers(request, site);
        List<OnSite> people = log.onSite(site).stream()
                .map(person -> new OnSite(
                        person.site(),
                        person.gate(),
                        person.since(),
                        person.correction(),
                        person.cardNumber().map(card -> PresenceJson.card(card, whole)),
                        person.holderName(),
                        person.employerName(),
                        person.live()))
                .toList();
        Instant now = clock.instant();
        Instant from = now.minus(DOUBTFUL_FOR);
        Reading.shown(
                request,
                people.size(),
                people.stream().map(OnSite::since).min(Instant::compareTo).orElse(from),
                now);
        Json.send(
                response,
                new OnSiteNow(
                        now,
                        people.size(),
                        people,
                        desk.presence().checkOuts(site, from, Presence.LIMIT_MAX).stream()
                                .filter(row -> !row.superseded())
                                .map(row -> PresenceJson.CheckOut.of(row, whole))
                                .toList(),
                        desk.presence().doubleEntries(site, from, Presence.LIMIT_MAX).stream()
                                .filter(row -> row.forgiven().isEmpty())
                                .map(row -> PresenceJson.DoubleEntry.of(row, whole))
                                .toList()));
    }

    private void gates(ServerRequest request, ServerResponse response) {
        EventQuery.refuseUnknown(request.query(), Set.of());
        Sites sites = Authentication.principal(request).sites(Right.SEE_GATES);
        Json.send(
                response,
                new AllGates(
                        clock.instant(),
                        gates.all().stream()
                                .filter(gate -> sites.include(gate.site()))
                                .toList()));
    }

    private void list(ServerRequest request, ServerResponse response) {
        EventQuery.refuseUnknown(request.query(), Set.of());
        String name = request.path().pathParameters().get("list");
        Optional<Lists.PublishedList> found = Topics.isName(name) ? lists.find(name) : Optional.empty();
        if (found.isPresent()) {
            Json.send(response, found.get());
        } else {
            Problem.of(Status.NOT_FOUND_404, "This server issues no list of that name.")
                    .send(response);
        }
    }
}
