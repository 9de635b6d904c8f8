package portvakt.server.web;

import io.helidon.http.HeaderNames;
import io.helidon.http.HttpException;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.InstantSource;
import java.util.Optional;
import portvakt.server.port.Principal;
import portvakt.server.port.Right;

/** Who is calling, and what somebody gets who may not: see {@link Route.Protection}. */
final class Authentication {

    private static final String BEARER = "Bearer ";

    private final AccountDesk desk;
    private final Cookies cookies;
    private final SameOrigin sameOrigin;
    private final InstantSource clock;

    Authentication(AccountDesk desk, Cookies cookies, SameOrigin sameOrigin, InstantSource clock) {
        this.desk = desk;
        this.cookies = cookies;
        this.sameOrigin = sameOrigin;
        this.clock = clock;
    }

    /** Whether the caller sees card numbers whole. @param site where; empty: of all sites */
    static boolean seesCardNumbers(ServerRequest request, Optional<String> site) {
        return principal(request).may(Right.SEE_CARD_NUMBERS, site);
    }

    /** @return a handler that the route's own one is only reached through by those who may */
    Handler guard(Route route) {
        return switch (route.protection()) {
            case PUBLIC -> route.handler();
            case API ->
                (request, response) -> admit(route, request, response, caller(request), (asked, answer) -> {
                    if (bearer(asked).isPresent() || !changes(asked) || sameOrigin.sent(asked)) {
                        route.handler().handle(asked, answer);
                    } else {
                        Problem.of(
                                        Status.FORBIDDEN_403,
                                        "Your log-in counts for what this server's own pages send. Another program needs"
                                                + " a token in the header \"Authorization: Bearer …\".")
                                .send(answer);
                    }
                });
            case PAGE, STREAM ->
                (request, response) -> admit(route, request, response, session(request), route.handler());
        };
    }

    /** The caller that {@link #guard} let through. */
    static Principal principal(ServerRequest request) {
        return request.context()
                .get(Principal.class)
                .orElseThrow(() -> new IllegalStateException("a route that needs a caller is not guarded"));
    }

    Optional<Principal> session(ServerRequest request) {
        return cookies.session(request).flatMap(secret -> desk.accounts().session(secret, clock.instant()));
    }

    private Optional<Principal> caller(ServerRequest request) {
        Optional<String> bearer = bearer(request);
        return bearer.isPresent() ? desk.tokens().principal(bearer.get(), clock.instant()) : session(request);
    }

    /** A token that a browser would not send by itself, whether it is good or not. */
    private static Optional<String> bearer(ServerRequest request) {
        return request.headers()
                .first(HeaderNames.AUTHORIZATION)
                .filter(value -> value.startsWith(BEARER))
                .map(value -> value.substring(BEARER.length()).strip());
    }

    private static boolean changes(ServerRequest request) {
        return !request.prologue().method().equals(Method.GET)
                && !request.prologue().method().equals(Method.HEAD);
    }

    private static void admit(
            Route route, ServerRequest request, ServerResponse response, Optional<Principal> caller, Handler handler)
            throws Exception {
        if (caller.isPresent()) {
            request.context().register(caller.get());
            boolean allowed = route.right()
                    .map(right -> Scope.allows(request, caller.get(), right))
                    .orElse(true);
            if (allowed) {
                handler.handle(request, response);
            } else {
                refuse(route, response);
            }
            return;
        }
        switch (route.protection()) {
            case API -> {
                response.header(HeaderNames.WWW_AUTHENTICATE, "Bearer realm=\"portvakt\"");
                Problem.of(
                                Status.UNAUTHORIZED_401,
                                "Send a token in the header \"Authorization: Bearer …\", or log in.")
                        .send(response);
            }
            case STREAM -> response.status(Status.UNAUTHORIZED_401).send();
            case PAGE, PUBLIC -> Pages.redirect(response, LogInPages.pathFor(request));
        }
    }

    private static void refuse(Route route, ServerResponse response) {
        switch (route.protection()) {
            case API -> Scope.refused().problem().send(response);
            case STREAM -> response.status(Status.FORBIDDEN_403).send();
            case PAGE, PUBLIC -> throw new HttpException("not for this account", Status.FORBIDDEN_403);
        }
    }
}
