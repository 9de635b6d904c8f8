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
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.protocol.pass.HolderKind;
import portvakt.server.port.Passes.Issued;
import portvakt.server.port.Right;
import portvakt.server.port.StatusChange;
import portvakt.server.port.StorageException;
import portvakt.server.web.PassFaultException.Fault;

/** The part of the API by which a site's passes are issued, listed and taken back. It answers when a change is on the disk. */
final class PassApi {

    private static final Logger LOG = LoggerFactory.getLogger(PassApi.class);
    private static final String SITE_PATH = "/api/v1/sites/{site}/passes";
    private static final String PASS_PATH = SITE_PATH + "/{pass}";
    private static final int LIMIT_DEFAULT = 100;
    private static final int LIMIT_MAX = 1000;
    private static final String BODY_REMEDY = "The body has to be JSON: {\"kind\": \"…\", \"validFrom\": \"…\","
            + " \"validUntil\": \"…\"}, and \"note\" if there is one to make.";
    private static final Set<String> FIELDS = new TreeSet<>(List.of("kind", "validFrom", "validUntil", "note"));

    /** A body says one thing, once, and nothing else. */
    private static final JsonMapper STRICT = JsonMapper.builder()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /** What became of a pass, as the API tells it. */
    private enum State {
        OPEN,
        WITHDRAWN,
        OVER
    }

    /** A pass as the API tells it. @param code what goes into the QR code; absent where it opens no more */
    private record Told(
            long id,
            String site,
            String number,
            HolderKind kind,
            Instant validFrom,
            Instant validUntil,
            String note,
            String issuedBy,
            Instant issuedAt,
            State state,
            Optional<Instant> withdrawnAt,
            Optional<String> code) {}

    private record Page(String site, List<Told> passes, Optional<Long> next) {}

    private final PassDesk desk;
    private final InstantSource clock;

    PassApi(PassDesk desk, InstantSource clock) {
        this.desk = desk;
        this.clock = clock;
    }

    List<Route> routes() {
        return List.of(
                route(Method.GET, SITE_PATH, this::list),
                route(Method.POST, SITE_PATH, this::issue),
                route(Method.GET, PASS_PATH, this::read),
                route(Method.DELETE, PASS_PATH, this::withdraw),
                route(Method.GET, PASS_PATH + "/code.png", this::picture));
    }

    private static Route route(Method method, String path, Handler handler) {
        return Route.api(method, path, Right.ISSUE_PASSES, (request, response) -> {
            try {
                handler.handle(request, response);
            } catch (StorageException e) {
                LOG.error("Passes could not be read or kept; the caller was asked to try again", e);
                response.header(HeaderNames.RETRY_AFTER, "5");
                throw problem(
                        Status.SERVICE_UNAVAILABLE_503,
                        "The database did not take this. Look whether the pass is there, and send it again in a moment.");
            }
        });
    }

    private void list(ServerRequest request, ServerResponse response) {
        EventQuery.refuseUnknown(request.query(), Set.of("before", "limit"));
        String site = site(request);
        int limit = (int) number(request, "limit", LIMIT_DEFAULT, LIMIT_MAX);
        long before = number(request, "before", Long.MAX_VALUE, Long.MAX_VALUE);
        List<Issued> passes = desk.list(site, before, limit);
        Reading.shown(request, passes.size());
        Json.send(
                response,
                new Page(
                        site,
                        passes.stream().map(each -> told(each, false)).toList(),
                        passes.size() < limit
                                ? Optional.empty()
                                : Optional.of(passes.getLast().id())));
    }

    private void issue(ServerRequest request, ServerResponse response) {
        EventQuery.refuseUnknown(request.query(), Set.of());
        String site = site(request);
        JsonNode body = body(request);
        Instant now = clock.instant();
        Issued issued;
        try {
            PassWish wish = PassWish.of(
                    body.path("kind").asText(),
                    instant(body, "validFrom"),
                    instant(body, "validUntil"),
                    body.path("note").asText(""),
                    now);
            issued = desk.issue(site, wish, Authentication.principal(request).name(), now);
        } catch (PassFaultException e) {
            throw problem(Status.BAD_REQUEST_400, e.fault().detail());
        }
        response.status(Status.CREATED_201)
                .header(
                        HeaderNames.LOCATION,
                        "/api/v1/sites/" + site + "/passes/"
                                + issued.pass().number().digits());
        Json.send(response, told(issued, true));
    }

    private void read(ServerRequest request, ServerResponse response) {
        EventQuery.refuseUnknown(request.query(), Set.of());
        Json.send(response, told(pass(request), true));
    }

    private void withdraw(ServerRequest request, ServerResponse response) {
        EventQuery.refuseUnknown(request.query(), Set.of("reason"));
        String reason = EventQuery.value(request.query(), "reason").orElse("withdrawn");
        if (reason.isBlank() || reason.length() > StatusChange.TEXT_CHARS_MAX) {
            throw new ProblemException(Problem.parameter(
                    "reason", "\"reason\" has to be 1 to " + StatusChange.TEXT_CHARS_MAX + " characters."));
        }
        desk.withdraw(pass(request), Authentication.principal(request).name(), reason, clock.instant());
        response.status(Status.NO_CONTENT_204).send();
    }

    private void picture(ServerRequest request, ServerResponse response) {
        EventQuery.refuseUnknown(request.query(), Set.of());
        Issued issued = pass(request);
        if (!issued.isOpen(clock.instant())) {
            throw problem(Status.GONE_410, "This pass opens no more, so its code is not shown. Issue another.");
        }
        response.header(HeaderNames.CONTENT_TYPE, "image/png");
        response.send(QrPicture.png(desk.code(issued).text()));
    }

    private Told told(Issued issued, boolean withCode) {
        boolean open = issued.isOpen(clock.instant());
        return new Told(
                issued.id(),
                issued.pass().site(),
                issued.pass().number().digits(),
                issued.pass().kind(),
                issued.pass().validFrom(),
                issued.pass().validUntil(),
                issued.note(),
                issued.by(),
                issued.issuedAt(),
                open ? State.OPEN : issued.withdrawnAt().isPresent() ? State.WITHDRAWN : State.OVER,
                issued.withdrawnAt(),
                open && withCode ? Optional.of(desk.code(issued).text()) : Optional.empty());
    }

    private String site(ServerRequest request) {
        String name = request.path().pathParameters().get("site");
        if (!desk.sites().contains(name)) {
            throw problem(
                    Status.NOT_FOUND_404,
                    "This server has no site of that name that can issue passes: it needs a list of its own,"
                            + " site-<site>, to take one back by.");
        }
        return name;
    }

    private Issued pass(ServerRequest request) {
        return desk.find(site(request), request.path().pathParameters().get("pass"))
                .orElseThrow(() -> problem(Status.NOT_FOUND_404, "This site has issued no pass of that number."));
    }

    private static long number(ServerRequest request, String name, long otherwise, long max) {
        Optional<String> given = EventQuery.value(request.query(), name);
        if (given.isEmpty()) {
            return otherwise;
        }
        try {
            long value = Long.parseLong(given.get());
            if (value >= 1 && value <= max) {
                return value;
            }
        } catch (NumberFormatException e) {
            // What is right is said below.
        }
        throw new ProblemException(
                Problem.parameter(name, "\"" + name + "\" has to be a number from 1 to " + max + "."));
    }

    private static Instant instant(JsonNode body, String field) throws PassFaultException {
        try {
            return Instant.parse(body.path(field).asText());
        } catch (DateTimeException e) {
            throw new PassFaultException(Fault.TIMES);
        }
    }

    private static JsonNode body(ServerRequest request) {
        boolean json = request.headers()
                .contentType()
                .map(type -> type.mediaType().text().equalsIgnoreCase("application/json"))
                .orElse(false);
        if (!json) {
            throw problem(Status.UNSUPPORTED_MEDIA_TYPE_415, "The Content-Type has to be application/json.");
        }
        try {
            JsonNode body = request.content().hasEntity()
                    ? STRICT.readTree(request.content().as(byte[].class))
                    : null;
            if (body != null && body.isObject() && hasKnownTexts(body)) {
                return body;
            }
        } catch (IOException e) {
            // The parser's message would quote the body; what is right is said below.
        }
        throw problem(Status.BAD_REQUEST_400, BODY_REMEDY);
    }

    private static boolean hasKnownTexts(JsonNode body) {
        return body.properties().stream()
                .allMatch(field ->
                        FIELDS.contains(field.getKey()) && field.getValue().isTextual());
    }

    private static ProblemException problem(Status status, String detail) {
        return new ProblemException(Problem.of(status, detail));
    }
}
