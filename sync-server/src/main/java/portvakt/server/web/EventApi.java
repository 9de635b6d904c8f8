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
import portvakt.server.port.EntryLog.Filter;
import portvakt.server.port.LogEntry;
import portvakt.server.port.Right;

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
        return List.of(Route.api(Method.GET, PATH, Right.SEE_PASSAGES, this::events));
    }

    private void events(ServerRequest request, ServerResponse response) {
        EventQuery query = EventQuery.parse(request.query());
        Asked asked = asked(request, query.filter());
        boolean whole = asked.whole();
        EntryLog.Page page = page(query, asked.filter());
        Reading.shown(request, page.rows());
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

    private EntryLog.Page page(EventQuery query, Filter filter) {
        try {
            return log.page(filter, query.cursor(), query.limit());
        } catch (EntryLog.NoSuchRow e) {
            String name = query.cursor() instanceof Cursor.After ? "after" : "before";
            throw new ProblemException(Problem.parameter(
                    name, "\"" + name + "\" has to be the \"next\" of a page; the log has no row of that id."));
        }
    }

    /** A question as its caller may have it. @param whole whether they see card numbers whole */
    record Asked(Filter filter, boolean whole) {}

    /** @throws ProblemException if the site is not the caller's, or the filter would tell them a card number that they do not see */
    static Asked asked(ServerRequest request, Filter filter) {
        Optional<String> site = Scope.of(Authentication.principal(request), Right.SEE_PASSAGES, filter.site());
        boolean whole = Authentication.seesCardNumbers(request, site);
        if (!whole && filter.cardNumber().isPresent()) {
            // A masked number has three stars: with this filter, a thousand questions would tell them.
            throw new ProblemException(Problem.of(
                    Status.FORBIDDEN_403, "\"card\" is for those who see card numbers whole; leave it out."));
        }
        return new Asked(filter.of(site), whole);
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
