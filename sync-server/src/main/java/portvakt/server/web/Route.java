package portvakt.server.web;

import io.helidon.http.Method;
import io.helidon.webserver.http.Handler;
import java.util.Optional;
import portvakt.server.port.AccessAudit.Kind;
import portvakt.server.port.Right;

/**
 * One row of the routing table. All routes of the server's own are in one list, so that a test can walk it.
 *
 * @param right what a caller needs on the site that the path names, or of the list that it names; else on some site. Empty: none,
 *              which is for what anybody may have, and for what every account may do
 * @param reads what personal data it shows, so that {@link ReadAudit} notes who saw it; empty: none
 */
record Route(
        Method method,
        String path,
        Protection protection,
        Optional<Right> right,
        Optional<Kind> reads,
        Handler handler) {

    /** One whose right says what personal data it shows: see {@link #kindOf}. */
    Route(Method method, String path, Protection protection, Optional<Right> right, Handler handler) {
        this(
                method,
                path,
                protection,
                right,
                method.equals(Method.GET) ? right.flatMap(Route::kindOf) : Optional.empty(),
                handler);
    }

    /** What somebody reads who reads by that right. Empty: nothing of those who come and go. */
    private static Optional<Kind> kindOf(Right right) {
        return switch (right) {
            case SEE_PASSAGES, SEE_CARD_NUMBERS, CORRECT_PRESENCE, HOLD_MUSTER -> Optional.of(Kind.PASSAGES);
            case SEE_CARDS, BAR_CARDS -> Optional.of(Kind.CARDS);
            case ISSUE_PASSES -> Optional.of(Kind.PASSES);
            case ENROL -> Optional.of(Kind.ENROLMENTS);
            case SEE_SITE_LIST, KEEP_SITE_LIST -> Optional.of(Kind.SITE_LIST);
            case HANDLE_PRIVACY, ERASE -> Optional.of(Kind.PRIVACY);
            case EXPORT_EVIDENCE -> Optional.of(Kind.EVIDENCE);
            case SEE_AUDIT -> Optional.of(Kind.AUDIT);
            case SEE_GATES, MANAGE_SITE, IMPORT_REGISTER, CONFIRM_REGISTER, SEE_KEYS, MANAGE_ACCOUNTS ->
                Optional.empty();
        };
    }

    /** The same route, which tells nothing of anybody although its right might. */
    Route showsNobody() {
        return new Route(method, path, protection, right, Optional.empty(), handler);
    }

    /** The same route with another handler. */
    Route handledBy(Handler other) {
        return new Route(method, path, protection, right, reads, other);
    }

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

    static Route open(Method method, String path, Handler handler) {
        return new Route(method, path, Protection.PUBLIC, Optional.empty(), handler);
    }

    /** A page for those who may see it. */
    static Route page(String path, Right right, Handler handler) {
        return new Route(Method.GET, path, Protection.PAGE, Optional.of(right), handler);
    }

    /** A form of a page. */
    static Route form(String path, Right right, Handler handler) {
        return new Route(Method.POST, path, Protection.PAGE, Optional.of(right), handler);
    }

    static Route stream(String path, Right right, Handler handler) {
        return new Route(Method.GET, path, Protection.STREAM, Optional.of(right), handler);
    }

    /** A route of the JSON API: a {@link ProblemException} that the handler throws becomes the answer. */
    static Route api(Method method, String path, Right right, Handler handler) {
        return new Route(method, path, Protection.API, Optional.of(right), (request, response) -> {
            try {
                handler.handle(request, response);
            } catch (ProblemException e) {
                e.problem().send(response);
            }
        });
    }
}
