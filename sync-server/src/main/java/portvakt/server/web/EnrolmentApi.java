package portvakt.server.web;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.protocol.CardNumber;
import portvakt.protocol.Topics;
import portvakt.protocol.Uid;
import portvakt.server.port.Enrolments;
import portvakt.server.port.Enrolments.Binding;
import portvakt.server.port.Enrolments.Enrolment;
import portvakt.server.port.Enrolments.OnConflict;
import portvakt.server.port.Gates;
import portvakt.server.port.Right;
import portvakt.server.port.StorageException;

/**
 * The part of the API by which a site's chips are bound to card numbers. It answers when a change is on the disk; the gates hear
 * of it a moment later.
 */
final class EnrolmentApi {

    private static final Logger LOG = LoggerFactory.getLogger(EnrolmentApi.class);
    private static final String SITE_PATH = "/api/v1/sites/{site}/enrolments";
    private static final String UID_PATH = SITE_PATH + "/{uid}";
    private static final String RETRY_SECONDS = "5";

    /** A body says one thing, once, and nothing else: what is misspelt or doubled is refused rather than guessed at. */
    private static final JsonMapper STRICT = JsonMapper.builder()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /** A binding as the API tells it. */
    private record Bound(String uid, String card, String by, Instant since) {
        static Bound of(Enrolment enrolment) {
            return new Bound(enrolment.uid().hex(), enrolment.card().digits(), enrolment.by(), enrolment.since());
        }
    }

    private record Table(String site, long version, List<Bound> enrolments) {}

    private final EnrolmentDesk desk;
    private final Enrolments enrolments;
    private final Gates gates;
    private final InstantSource clock;

    EnrolmentApi(EnrolmentDesk desk, Gates gates, InstantSource clock) {
        this.desk = desk;
        this.enrolments = desk.enrolments();
        this.gates = gates;
        this.clock = clock;
    }

    List<Route> routes() {
        return List.of(
                route(Method.GET, SITE_PATH, this::list),
                route(Method.PUT, UID_PATH, this::bind),
                route(Method.DELETE, UID_PATH, this::unbind));
    }

    private static Route route(Method method, String path, Handler handler) {
        return Route.api(method, path, Right.ENROL, (request, response) -> {
            try {
                handler.handle(request, response);
            } catch (StorageException e) {
                LOG.error("Enrolments could not be read or kept; the caller was asked to try again", e);
                response.header(HeaderNames.RETRY_AFTER, RETRY_SECONDS);
                throw problem(
                        Status.SERVICE_UNAVAILABLE_503,
                        "The database did not take this. Send it again in a moment; sent twice, it does no harm.");
            }
        });
    }

    private void list(ServerRequest request, ServerResponse response) {
        EventQuery.refuseUnknown(request.query(), Set.of());
        Enrolments.Table table = enrolments.list(site(request));
        Reading.shown(request, table.enrolments().size());
        Json.send(
                response,
                new Table(
                        table.site(),
                        table.version(),
                        table.enrolments().stream().map(Bound::of).toList()));
    }

    private void bind(ServerRequest request, ServerResponse response) {
        EventQuery.refuseUnknown(request.query(), Set.of("replace"));
        String site = site(request);
        Uid uid = uid(request);
        OnConflict onConflict = onConflict(request);
        CardNumber card = card(request);
        String by = Authentication.principal(request).name();
        Binding binding = enrolments.bind(site, uid, card, onConflict, by, clock.instant());
        switch (binding) {
            case Binding.Bound(Enrolment enrolment, long version, boolean replaced) -> {
                LOG.info("UID {} is bound to card {} at {}, version {}", uid, card, site, version);
                response.status(replaced ? Status.OK_200 : Status.CREATED_201);
                Json.send(response, Bound.of(enrolment));
            }
            case Binding.Unchanged unchanged -> Json.send(response, Bound.of(unchanged.enrolment()));
            case Binding.UidTaken(Enrolment taken) ->
                throw problem(
                        Status.CONFLICT_409,
                        "This UID is bound to card " + taken.card()
                                + " here. If it now belongs to the other card, send it" + " with ?replace=true.");
            case Binding.CardTaken(Enrolment taken) ->
                throw problem(
                        Status.CONFLICT_409,
                        "This card is bound to UID " + taken.uid()
                                + " here. If its chip is another one now, send it with" + " ?replace=true.");
            case Binding.RandomUid() ->
                throw problem(
                        Status.BAD_REQUEST_400,
                        "A UID of four bytes that begins with 08 is drawn anew at each read (phones and some cards do"
                                + " that), so it can never name this card again and cannot be enrolled.");
            case Binding.SiteFull() ->
                throw problem(
                        Status.CONFLICT_409,
                        "This site has " + Enrolments.SITE_MAX
                                + " enrolments, the most that its gates take. Remove those"
                                + " that are not needed any more.");
        }
    }

    private void unbind(ServerRequest request, ServerResponse response) {
        EventQuery.refuseUnknown(request.query(), Set.of());
        String site = site(request);
        Uid uid = uid(request);
        String by = Authentication.principal(request).name();
        if (!enrolments.unbind(site, uid, by, clock.instant())) {
            throw problem(Status.NOT_FOUND_404, "This UID is bound to no card here.");
        }
        LOG.info("UID {} is bound no more at {}", uid, site);
        response.status(Status.NO_CONTENT_204).send();
    }

    private String site(ServerRequest request) {
        String name = request.path().pathParameters().get("site");
        boolean known = Topics.isName(name)
                && (desk.sites().contains(name)
                        || gates.all().stream().anyMatch(gate -> gate.site().equals(name))
                        || enrolments.versions().containsKey(name));
        if (!known) {
            throw problem(
                    Status.NOT_FOUND_404,
                    "This server has no site of that name. A site is known by the settings or by its gates.");
        }
        return name;
    }

    private static Uid uid(ServerRequest request) {
        try {
            return new Uid(request.path().pathParameters().get("uid").toLowerCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw problem(
                    Status.BAD_REQUEST_400,
                    "A UID is 8, 14 or 20 hexadecimal digits in the order read, without anything between them.");
        }
    }

    private static OnConflict onConflict(ServerRequest request) {
        String value = request.query().first("replace").orElse("false");
        return switch (value) {
            case "true" -> OnConflict.REPLACE;
            case "false" -> OnConflict.REFUSE;
            default -> throw new ProblemException(Problem.parameter("replace", "\"replace\" has to be true or false."));
        };
    }

    private CardNumber card(ServerRequest request) {
        boolean json = request.headers()
                .contentType()
                .map(type -> type.mediaType().text().equalsIgnoreCase("application/json"))
                .orElse(false);
        if (!json) {
            throw problem(Status.UNSUPPORTED_MEDIA_TYPE_415, "The Content-Type has to be application/json.");
        }
        Optional<JsonNode> card = body(request)
                .filter(body -> body.isObject() && body.size() == 1)
                .map(body -> body.path("card"))
                .filter(JsonNode::isTextual);
        if (card.isEmpty()) {
            throw problem(Status.BAD_REQUEST_400, "The body has to be JSON with one text: {\"card\": \"…\"}.");
        }
        return CardNumber.parse(card.get().textValue(), desk.acceptedCardNumbers())
                .orElseThrow(() -> problem(
                        Status.BAD_REQUEST_400,
                        "\"card\" has to be the number printed on the card; this server takes numbers that match "
                                + desk.acceptedCardNumbers() + "."));
    }

    private static Optional<JsonNode> body(ServerRequest request) {
        if (!request.content().hasEntity()) {
            return Optional.empty();
        }
        try {
            return Optional.of(STRICT.readTree(request.content().as(byte[].class)));
        } catch (IOException e) {
            // The parser's message would quote the body; what is right is said by the caller.
            return Optional.empty();
        }
    }

    private static ProblemException problem(Status status, String detail) {
        return new ProblemException(Problem.of(status, detail));
    }
}
