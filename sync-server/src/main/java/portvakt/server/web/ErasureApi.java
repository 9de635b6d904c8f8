package portvakt.server.web;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.protocol.CardNumber;
import portvakt.protocol.Topics;
import portvakt.server.port.Erasure;
import portvakt.server.port.Erasure.Outcome;
import portvakt.server.port.Erasure.Scope;
import portvakt.server.port.Right;

/** Has persons forgotten. It cannot be undone, so a body says exactly whom and why. */
final class ErasureApi {

    static final int REASON_CHARS_MAX = 300;

    private static final Logger LOG = LoggerFactory.getLogger(ErasureApi.class);
    private static final String PATH = "/api/v1/sites/{site}/erasures";
    private static final Set<String> FIELDS = Set.of("card", "before", "reason");
    private static final String REMEDY =
            "The body has to be JSON with \"card\" (a whole card number), \"before\" (a time that is past, as in"
                    + " 2026-01-31T00:00:00Z), or both, and a \"reason\" of 1 to " + REASON_CHARS_MAX + " characters.";

    /** A body says one thing, once, and nothing else: a misspelt limit must not erase everybody. */
    private static final JsonMapper STRICT = JsonMapper.builder()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final Erasure erasure;
    private final InstantSource clock;

    ErasureApi(Erasure erasure, InstantSource clock) {
        this.erasure = erasure;
        this.clock = clock;
    }

    List<Route> routes() {
        return List.of(RegisterRoutes.api(Method.POST, PATH, Right.ERASE, this::erase));
    }

    private record Order(Scope scope, String reason) {}

    private void erase(ServerRequest request, ServerResponse response) {
        EventQuery.refuseUnknown(request.query(), Set.of());
        String site = request.path().pathParameters().get("site");
        if (!Topics.isName(site)) {
            throw RegisterRoutes.problem(Status.NOT_FOUND_404, "That is no name of a site.");
        }
        Order order = body(request)
                .flatMap(body -> order(site, body))
                .orElseThrow(() -> RegisterRoutes.problem(Status.BAD_REQUEST_400, REMEDY));
        Outcome outcome = erasure.erase(order.scope, RegisterRoutes.account(request), order.reason, clock.instant());
        switch (outcome) {
            case Outcome.OnSite() ->
                throw RegisterRoutes.problem(
                        Status.CONFLICT_409,
                        "The holder of this card is on site, and whoever looks for people in a fire has to find them on"
                                + " the list. Erase when they have left.");
            case Outcome.Erased erased -> {
                LOG.info(
                        "{} had {} rows of the log of {} erased", RegisterRoutes.account(request), erased.rows(), site);
                Json.send(response, erased);
            }
        }
    }

    private Optional<Order> order(String site, JsonNode body) {
        boolean known = body.isObject()
                && body.properties().stream()
                        .allMatch(field -> FIELDS.contains(field.getKey())
                                && field.getValue().isTextual());
        if (!known) {
            return Optional.empty();
        }
        try {
            Optional<CardNumber> card =
                    Optional.ofNullable(body.path("card").textValue()).map(CardNumber::new);
            Optional<Instant> before =
                    Optional.ofNullable(body.path("before").textValue()).map(Instant::parse);
            String reason = body.path("reason").asText("").strip();
            return reason.isEmpty()
                            || reason.length() > REASON_CHARS_MAX
                            || before.filter(time -> time.isAfter(clock.instant()))
                                    .isPresent()
                    ? Optional.empty()
                    : Optional.of(new Order(new Scope(site, card, before), reason));
        } catch (IllegalArgumentException | DateTimeException e) {
            return Optional.empty();
        }
    }

    private static Optional<JsonNode> body(ServerRequest request) {
        if (!request.content().hasEntity()) {
            return Optional.empty();
        }
        try {
            return Optional.ofNullable(STRICT.readTree(request.content().as(byte[].class)));
        } catch (IOException e) {
            // The parser's message would quote the body; what is right is said by the caller.
            return Optional.empty();
        }
    }
}
