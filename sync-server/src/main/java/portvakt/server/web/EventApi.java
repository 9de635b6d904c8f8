package portvakt.server.web;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.List;
import java.util.Optional;
import portvakt.protocol.CardNumber;
import portvakt.protocol.Uid;
import portvakt.server.port.EntryLog;
import portvakt.server.port.EntryLog.Cursor;
import portvakt.server.port.LogEntry;

/**
 * The entry log, page by page. A page that is asked for again with the tag that it had is not sent again: the tag is a digest of
 * what the page says, so it holds for as long as no row of it is erased or, on the newest page, comes.
 */
final class EventApi {

    static final String PATH = "/api/v1/events";

    private record Events(List<ObjectNode> events, Optional<Long> next) {}

    private final EntryLog log;

    EventApi(EntryLog log) {
        this.log = log;
    }

    List<Route> routes() {
        return List.of(Route.api(Method.GET, PATH, this::events));
    }

    private void events(ServerRequest request, ServerResponse response) {
        EventQuery query = EventQuery.parse(request.query());
        boolean whole = mayAsk(request, query.filter());
        EntryLog.Page page = page(query);
        Optional<Long> next = page.next();
        if (query.cursor() instanceof Cursor.After(long id) && !query.filter().inOrderOfTime()) {
            // Going up by arrival there is always a next page: what has not happened yet.
            next = next.or(() -> Optional.of(
                    page.rows().isEmpty() ? id : page.rows().getLast().id()));
        }
        next.ifPresent(id -> response.header(
                HeaderNames.LINK,
                "<" + PATH + "?"
                        + EventQuery.goOn(request.query(), query.cursor().goOn(id)) + ">; rel=\"next\""));
        List<ObjectNode> rows =
                page.rows().stream().map(row -> json(row, whole)).toList();
        EntityTag.send(request, response, Json.bytes(new Events(rows, next)));
    }

    private EntryLog.Page page(EventQuery query) {
        try {
            return log.page(query.filter(), query.cursor(), query.limit());
        } catch (EntryLog.NoSuchRow e) {
            String name = query.cursor() instanceof Cursor.After ? "after" : "before";
            throw new ProblemException(Problem.parameter(
                    name, "\"" + name + "\" has to be the \"next\" of a page; the log has no row of that id."));
        }
    }

    /**
     * @return whether the caller sees card numbers whole
     * @throws ProblemException if the filter would tell them one that they do not see
     */
    static boolean mayAsk(ServerRequest request, EntryLog.Filter filter) {
        boolean whole = Authentication.seesCardNumbers(Authentication.principal(request));
        if (!whole && filter.cardNumber().isPresent()) {
            // A masked number has three stars: with this filter, a thousand questions would tell them.
            throw new ProblemException(Problem.of(
                    Status.FORBIDDEN_403, "\"card\" is for those who see card numbers whole; leave it out."));
        }
        return whole;
    }

    static ObjectNode json(LogEntry row, boolean whole) {
        ObjectNode node = Json.MAPPER.valueToTree(row);
        if (!whole) {
            row.cardNumber().ifPresent(card -> node.put("cardNumber", new CardNumber(card).masked()));
            // A UID stands for its card wherever only the UID is read, so it is kept from the same eyes.
            row.uid().ifPresent(uid -> node.put("uid", new Uid(uid).toString()));
        }
        return node;
    }
}
