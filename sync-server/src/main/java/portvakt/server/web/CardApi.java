package portvakt.server.web;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;
import portvakt.server.port.CardRegister.Outcome;
import portvakt.server.port.Lists;
import portvakt.server.port.RegisterRecords;
import portvakt.server.port.RegisterRecords.Known;
import portvakt.server.port.Right;
import portvakt.server.port.StatusChange;

/**
 * One card on one list. Anybody who sees card numbers may read it; a site's manager may put a card onto the site's own list, for a
 * ban or a lost card, and take it off. The register's list is the register's alone.
 */
final class CardApi {

    private static final String PATH = "/api/v1/lists/{list}/cards/{number}";
    private static final String BODY_REMEDY =
            "The body has to be JSON: {\"status\": \"REVOKED\" | \"SUSPENDED\" | \"VALID\","
                    + " \"reason\": \"…\"}, the reason in 1 to " + StatusChange.TEXT_CHARS_MAX + " characters.";

    /** A body says one thing, once, and nothing else. */
    private static final JsonMapper STRICT = JsonMapper.builder()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private record Card(
            String list, String card, CardStatus status, Optional<Instant> since, Optional<List<ObjectNode>> history) {}

    private final RegisterDesk desk;
    private final Lists lists;
    private final RefusalAudit refusals;
    private final CardOrder order;

    CardApi(RegisterDesk desk, Lists lists, RefusalAudit refusals, InstantSource clock) {
        this.desk = desk;
        this.lists = lists;
        this.refusals = refusals;
        this.order = new CardOrder(desk, clock);
    }

    List<Route> routes() {
        return List.of(
                RegisterRoutes.api(Method.GET, PATH, Right.SEE_CARDS, this::read),
                RegisterRoutes.api(Method.PUT, PATH, Right.BAR_CARDS, this::put),
                RegisterRoutes.api(Method.DELETE, PATH, Right.BAR_CARDS, this::remove));
    }

    private void read(ServerRequest request, ServerResponse response) {
        EventQuery.refuseUnknown(request.query(), Set.of());
        String list = RegisterRoutes.list(request, lists);
        CardNumber card = RegisterRoutes.card(request, desk);
        List<ObjectNode> history = desk
                .records()
                .audit(
                        0,
                        RegisterRecords.LIMIT_MAX,
                        new RegisterRecords.Filter(Optional.of(list), Optional.of(card), Optional.empty()))
                .stream()
                .map(RegisterApi::json)
                .toList();
        Reading.shown(request, history.size());
        Json.send(response, card(list, card, Optional.of(history)));
    }

    private void put(ServerRequest request, ServerResponse response) {
        EventQuery.refuseUnknown(request.query(), Set.of());
        String list = siteList(request);
        CardNumber card = RegisterRoutes.card(request, desk);
        JsonNode body = body(request);
        CardStatus status = Arrays.stream(CardStatus.values())
                .filter(each -> each.name().equals(body.path("status").textValue()))
                .findAny()
                .orElseThrow(() -> RegisterRoutes.problem(Status.BAD_REQUEST_400, BODY_REMEDY));
        String reason = CardOrder.reason(Optional.ofNullable(body.path("reason").textValue()))
                .orElseThrow(() -> RegisterRoutes.problem(Status.BAD_REQUEST_400, BODY_REMEDY));
        apply(request, list, card, status, Optional.of(reason));
        Json.send(response, card(list, card, Optional.empty()));
    }

    private void remove(ServerRequest request, ServerResponse response) {
        EventQuery.refuseUnknown(request.query(), Set.of("reason"));
        String list = siteList(request);
        CardNumber card = RegisterRoutes.card(request, desk);
        Optional<String> given = EventQuery.value(request.query(), "reason");
        Optional<String> reason = CardOrder.reason(given);
        if (given.isPresent() && reason.isEmpty()) {
            throw new ProblemException(Problem.parameter(
                    "reason", "\"reason\" has to be 1 to " + StatusChange.TEXT_CHARS_MAX + " characters."));
        }
        if (apply(request, list, card, CardStatus.VALID, reason) == Outcome.UNCHANGED) {
            throw RegisterRoutes.problem(Status.NOT_FOUND_404, "This card is not on the list.");
        }
        response.status(Status.NO_CONTENT_204).send();
    }

    private Outcome apply(
            ServerRequest request, String list, CardNumber card, CardStatus status, Optional<String> reason) {
        return order.apply(list, card, status, RegisterRoutes.account(request), reason);
    }

    private Card card(String list, CardNumber card, Optional<List<ObjectNode>> history) {
        Optional<Known> known = desk.records().find(list, card);
        return new Card(
                list,
                card.digits(),
                known.map(Known::status).orElse(CardStatus.VALID),
                known.map(Known::eventTime),
                history);
    }

    /** The list that the path names, unless it is the register's. */
    private String siteList(ServerRequest request) {
        String list = RegisterRoutes.list(request, lists);
        if (list.equals(desk.registerList())) {
            String detail =
                    "The register alone decides over \"" + list + "\". To keep a card out of a site, put it onto"
                            + " the site's own list: /api/v1/lists/site-<site>/cards/<number>.";
            refusals.refused(
                    Optional.of(list),
                    CardOrder.SOURCE,
                    Optional.of(RegisterRoutes.account(request)),
                    "FORBIDDEN",
                    detail);
            throw RegisterRoutes.problem(Status.FORBIDDEN_403, detail);
        }
        return list;
    }

    private static JsonNode body(ServerRequest request) {
        boolean json = request.headers()
                .contentType()
                .map(type -> type.mediaType().text().equalsIgnoreCase("application/json"))
                .orElse(false);
        if (!json) {
            throw RegisterRoutes.problem(
                    Status.UNSUPPORTED_MEDIA_TYPE_415, "The Content-Type has to be application/json.");
        }
        try {
            JsonNode body = STRICT.readTree(request.content().as(byte[].class));
            if (body.isObject() && body.size() == 2 && body.has("status") && body.has("reason")) {
                return body;
            }
        } catch (IOException e) {
            // The parser's message would quote the body; what is right is said below.
        }
        throw RegisterRoutes.problem(Status.BAD_REQUEST_400, BODY_REMEDY);
    }
}
