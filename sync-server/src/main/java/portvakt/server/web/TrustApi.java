package portvakt.server.web;

import io.helidon.http.Method;
import java.util.List;
import java.util.Set;
import portvakt.server.port.KeyTrust;
import portvakt.server.port.Right;

/** Which keys the gates are told to believe, for programs that watch over it. */
final class TrustApi {

    private final KeyTrust trust;

    TrustApi(KeyTrust trust) {
        this.trust = trust;
    }

    List<Route> routes() {
        return List.of(Route.api(Method.GET, "/api/v1/trust", Right.SEE_KEYS, (request, response) -> {
            EventQuery.refuseUnknown(request.query(), Set.of());
            Json.send(response, trust.state());
        }));
    }
}
