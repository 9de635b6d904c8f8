package portvakt.server.web;

import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import portvakt.protocol.CardNumber;
import portvakt.protocol.Topics;
import portvakt.server.port.EntryLog;
import portvakt.server.port.EntryLog.OnSite;
import portvakt.server.port.Gates;
import portvakt.server.port.Gates.Gate;
import portvakt.server.port.Lists;

/** The JSON API for programs. What it answers is described in {@code openapi.yaml}, and a test holds the two together. */
final class Api {

    private record Presence(Instant asOf, int count, List<OnSite> people) {}

    private record AllGates(Instant asOf, List<Gate> gates) {}

    private final EntryLog log;
    private final Gates gates;
    private final Lists lists;
    private final InstantSource clock;

    Api(EntryLog log, Gates gates, Lists lists, InstantSource clock) {
        this.log = log;
        this.gates = gates;
        this.lists = lists;
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
        List<OnSite> people = log.onSite(EventQuery.name(request.query(), "site")).stream()
                .map(person -> new OnSite(
                        person.site(),
                        person.gate(),
                        person.since(),
                        person.correction(),
                        person.cardNumber().map(card -> shown(card, whole)),
                        person.holderName(),
                        person.employerName()))
                .toList();
        Json.send(response, new Presence(clock.instant(), people.size(), people));
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

    private static String shown(String card, boolean whole) {
        return whole ? card : new CardNumber(card).masked();
    }
}
