package portvakt.server.web;

import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.protocol.CardNumber;
import portvakt.server.port.Lists;
import portvakt.server.port.Principal;
import portvakt.server.port.Right;
import portvakt.server.port.StorageException;

/** All routes about what is said of cards: the register's push, its audit and reconciliations, single cards, files. */
final class RegisterRoutes {

    private static final Logger LOG = LoggerFactory.getLogger(RegisterRoutes.class);
    private static final String RETRY_SECONDS = "5";

    private RegisterRoutes() {}

    static List<Route> of(RegisterDesk desk, Lists lists, ServerMeters meters, InstantSource clock) {
        RefusalAudit refusals = new RefusalAudit(desk.records(), clock);
        return Stream.of(
                        desk.tokens()
                                .map(tokens -> new RegisterEndpoint(tokens, desk.register(), refusals, meters).routes())
                                .orElse(List.of()),
                        new RegisterApi(desk).routes(),
                        new CardApi(desk, lists, refusals, clock).routes(),
                        new ImportApi(desk, lists, refusals, clock).routes())
                .flatMap(List::stream)
                .toList();
    }

    /** A route where a database that is away becomes 503. */
    static Route api(Method method, String path, Right right, Handler handler) {
        return Route.api(method, path, right, (request, response) -> {
            try {
                handler.handle(request, response);
            } catch (StorageException e) {
                LOG.error("Card statuses could not be read or kept; the caller was asked to try again", e);
                response.header(HeaderNames.RETRY_AFTER, RETRY_SECONDS);
                throw problem(
                        Status.SERVICE_UNAVAILABLE_503,
                        "The database did not take this. Send it again in a moment; sent twice, it does no harm.");
            }
        });
    }

    /** The list that the path names, which has to be one that gates get. */
    static String list(ServerRequest request, Lists lists) {
        String name = request.path().pathParameters().get("list");
        if (!lists.names().contains(name)) {
            throw problem(Status.NOT_FOUND_404, "This server issues no list of that name.");
        }
        return name;
    }

    static CardNumber card(ServerRequest request, RegisterDesk desk) {
        return CardNumber.parse(request.path().pathParameters().get("number"), desk.acceptedCardNumbers())
                .orElseThrow(() -> problem(
                        Status.BAD_REQUEST_400,
                        "The address has to end in a card number; this server takes numbers that match "
                                + desk.acceptedCardNumbers() + "."));
    }

    /** Who is calling, as the audit names it. */
    static String account(ServerRequest request) {
        Principal principal = Authentication.principal(request);
        return principal.name();
    }

    static ProblemException problem(Status status, String detail) {
        return new ProblemException(Problem.of(status, detail));
    }
}
