package portvakt.server.web;

import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import portvakt.server.port.Accounts;
import portvakt.server.port.Accounts.Principal;

/** Who is calling, and what somebody gets who may not: see {@link Route.Protection}. */
final class Authentication {

    /** Who sees card numbers whole; to anybody else, unknown roles too, they are masked. */
    private static final Set<String> SEES_CARD_NUMBERS = Set.of("admin", "site-manager", "program");

    /** Who may bind a chip to a card number, and see what is bound. */
    private static final Set<String> ENROLS = SEES_CARD_NUMBERS;

    /** Who may state that somebody was on site or gone: it takes a whole card number. */
    private static final Set<String> CORRECTS_PRESENCE = SEES_CARD_NUMBERS;

    /** Who may send a file that changes the register's list. */
    private static final Set<String> IMPORTS_REGISTER = Set.of("admin", "program");

    /** Who may take a gate's whole chain along, with everybody in it. */
    private static final Set<String> EXPORTS_EVIDENCE = Set.of("admin", "program");

    private static final String BEARER = "Bearer ";

    private final Accounts accounts;
    private final Cookies cookies;
    private final SameOrigin sameOrigin;
    private final InstantSource clock;

    Authentication(Accounts accounts, Cookies cookies, SameOrigin sameOrigin, InstantSource clock) {
        this.accounts = accounts;
        this.cookies = cookies;
        this.sameOrigin = sameOrigin;
        this.clock = clock;
    }

    static boolean seesCardNumbers(Principal principal) {
        return SEES_CARD_NUMBERS.contains(principal.role());
    }

    static boolean mayEnrol(Principal principal) {
        return ENROLS.contains(principal.role());
    }

    /** Whether somebody may state who was on site, and forgive who entered twice. */
    static boolean mayCorrectPresence(Principal principal) {
        return CORRECTS_PRESENCE.contains(principal.role());
    }

    /** Whether somebody may issue passes, see them and take them back. */
    static boolean mayIssuePasses(Principal principal) {
        return ENROLS.contains(principal.role());
    }

    static boolean mayImportRegister(Principal principal) {
        return IMPORTS_REGISTER.contains(principal.role());
    }

    static boolean mayExportEvidence(Principal principal) {
        return EXPORTS_EVIDENCE.contains(principal.role());
    }

    /** Whether somebody may have persons forgotten. A program may not: it cannot be asked why. */
    static boolean mayErase(Principal principal) {
        return principal.role().equals("admin");
    }

    /** Whether somebody may let through what a guard has held; a program may not, since the guard asks for a person. */
    static boolean mayConfirm(Principal principal) {
        return principal.role().equals("admin");
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
        return cookies.session(request).flatMap(secret -> accounts.session(secret, clock.instant()));
    }

    private Optional<Principal> caller(ServerRequest request) {
        Optional<String> bearer = bearer(request);
        return bearer.isPresent() ? accounts.token(bearer.get()) : session(request);
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
            handler.handle(request, response);
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
            case PAGE, PUBLIC ->
                response.status(Status.SEE_OTHER_303)
                        .header(HeaderNames.LOCATION, LogInPages.PATH)
                        .send();
        }
    }
}
