package portvakt.server.web;

import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import portvakt.server.port.Lists;
import portvakt.server.port.Right;
import portvakt.server.port.Sites;

/** The lists that there are, and how far each has spread, as JSON. */
final class SpreadApi {

    private record Names(List<String> lists) {}

    private final Lists lists;
    private final SpreadDesk desk;
    private final InstantSource clock;

    SpreadApi(Lists lists, SpreadDesk desk, InstantSource clock) {
        this.lists = lists;
        this.desk = desk;
        this.clock = clock;
    }

    List<Route> routes() {
        return List.of(
                Route.api(Method.GET, "/api/v1/lists", Right.SEE_GATES, this::names),
                Route.api(Method.GET, "/api/v1/lists/{list}/spread", Right.SEE_GATES, this::spread));
    }

    private void names(ServerRequest request, ServerResponse response) {
        EventQuery.refuseUnknown(request.query(), Set.of());
        Sites sites = sites(request);
        Json.send(
                response,
                new Names(lists.names().stream().filter(sites::includeList).toList()));
    }

    private void spread(ServerRequest request, ServerResponse response) {
        EventQuery.refuseUnknown(request.query(), Set.of("version"));
        String list = request.path().pathParameters().get("list");
        if (!lists.names().contains(list)) {
            throw new ProblemException(Problem.of(Status.NOT_FOUND_404, "This server issues no list of that name."));
        }
        if (request.query().contains("version")) {
            Json.send(
                    response,
                    desk.of(list, version(request), sites(request), clock.instant())
                            .orElseThrow(() -> new ProblemException(Problem.of(
                                    Status.NOT_FOUND_404, "This server does not know that version of " + list + "."))));
        } else {
            Json.send(response, desk.of(list, sites(request), clock.instant()));
        }
    }

    private static Sites sites(ServerRequest request) {
        return Authentication.principal(request).sites(Right.SEE_GATES);
    }

    private static long version(ServerRequest request) {
        try {
            long version = Long.parseLong(request.query().get("version"));
            if (version >= 1) {
                return version;
            }
        } catch (NumberFormatException e) {
            // Answered below, as other numbers that are no version are.
        }
        throw new ProblemException(Problem.parameter("version", "has to be a number from 1"));
    }
}
