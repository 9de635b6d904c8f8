package portvakt.server.web;

import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.server.port.Right;
import portvakt.server.port.StorageException;

/** What the routes about the law's list and the rights of those on it have in common. */
final class PrivacyRoutes {

    private static final Logger LOG = LoggerFactory.getLogger(PrivacyRoutes.class);

    private PrivacyRoutes() {}

    /** A route without a query, where a database that is away becomes 503. */
    static Route api(Method method, String path, Right right, Handler handler) {
        return Route.api(method, path, right, (request, response) -> {
            EventQuery.refuseUnknown(request.query(), Set.of());
            try {
                handler.handle(request, response);
            } catch (StorageException e) {
                LOG.error("{} {} was not served; the caller was asked to try again", method.text(), path, e);
                throw RegisterRoutes.problem(
                        Status.SERVICE_UNAVAILABLE_503,
                        "The database did not take this. Look whether it is there, and send it again in a moment.");
            }
        });
    }

    /** The site that the path names. */
    static PrivacyDesk.Site site(ServerRequest request, PrivacyDesk desk) {
        return desk.find(request.path().pathParameters().get(Scope.SITE))
                .orElseThrow(() -> RegisterRoutes.problem(
                        Status.NOT_FOUND_404, "This server has no site of that name in its settings."));
    }
}
