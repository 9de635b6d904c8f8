package portvakt.server.web;

import io.helidon.http.Method;
import io.helidon.webserver.http.Handler;

/** One row of the routing table. All routes of the server's own are in one list, so that a test can walk it. */
record Route(Method method, String path, Protection protection, Handler handler) {

    /** Who may call a route, and what anybody else gets. */
    enum Protection {
        /** Anybody. */
        PUBLIC,
        /**
         * A bearer token, or a session; else 401 with a problem document. What changes something is taken from a session only if
         * one of our own pages sent it; else 403.
         */
        API,
        /** A session; else the log-in page. */
        PAGE,
        /** A session; else 401 with nothing: a stream cannot follow a redirect to a page. */
        STREAM
    }

    static Route get(String path, Protection protection, Handler handler) {
        return new Route(Method.GET, path, protection, handler);
    }

    static Route post(String path, Protection protection, Handler handler) {
        return new Route(Method.POST, path, protection, handler);
    }

    /** A route of the JSON API: a {@link ProblemException} that the handler throws becomes the answer. */
    static Route api(Method method, String path, Handler handler) {
        return new Route(method, path, Protection.API, (request, response) -> {
            try {
                handler.handle(request, response);
            } catch (ProblemException e) {
                e.problem().send(response);
            }
        });
    }
}
