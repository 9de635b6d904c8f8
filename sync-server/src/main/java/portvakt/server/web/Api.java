package portvakt.server.web;

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
import portvakt.protocol.Topics;
import portvakt.server.port.EntryLog;
import portvakt.server.port.EntryLog.OnSite;
import portvakt.server.port.Gates;
import portvakt.server.port.Gates.Gate;
import portvakt.server.port.Lists;
import portvakt.server.port.Presence;

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
                route("/api/v1/presence", this::presence),
                route("/api/v1/gates", this::gates),
                route("/api/v1/lists/{list}", this::list));
    }

    private static Route route(String path, Handler handler) {
        return Route.api(Method.GET, path, handler);
    }

    private void presence(ServerRequest request, ServerResponse response) {
        EventQuery.refuseUnknown(request.query(), Set.of("site"));
        boolean whole = Authentication.seesCardNumbers(Authentication.principal(request));
        Optional<String> site = EventQuery.name(request.query(), "site");
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
        Json.send(response, new AllGates(clock.instant(), gates.all()));
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
