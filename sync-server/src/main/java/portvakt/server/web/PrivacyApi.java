package portvakt.server.web;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.protocol.CardNumber;
import portvakt.server.port.PrivacyCases;
import portvakt.server.port.PrivacyCases.Case;
import portvakt.server.port.PrivacyCases.Decision;
import portvakt.server.port.PrivacyCases.Kind;
import portvakt.server.port.Restrictions;
import portvakt.server.port.Right;
import portvakt.server.port.RowCorrections;
import portvakt.server.port.RowCorrections.About;

/** People's rights for programs: access as one file of JSON, cases, restriction, correction. Erasure has its own route. */
final class PrivacyApi {

    private static final Logger LOG = LoggerFactory.getLogger(PrivacyApi.class);
    private static final String PATH = "/api/v1/sites/{site}/privacy";
    private static final String PERSON_PATH = PATH + "/persons/{card}";

    private static final JsonMapper STRICT = JsonMapper.builder()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final PrivacyDesk desk;
    private final InstantSource clock;

    PrivacyApi(PrivacyDesk desk, InstantSource clock) {
        this.desk = desk;
        this.clock = clock;
    }

    List<Route> routes() {
        return List.of(
                route(Method.GET, PATH + "/cases", this::cases),
                route(Method.POST, PATH + "/cases/{id}/decision", this::decide),
                route(Method.GET, PERSON_PATH, this::person),
                route(Method.POST, PERSON_PATH + "/cases", this::open),
                route(Method.PUT, PERSON_PATH + "/restriction", this::freeze),
                route(Method.DELETE, PERSON_PATH + "/restriction", this::lift),
                route(Method.POST, PERSON_PATH + "/corrections", this::correct));
    }

    private static Route route(Method method, String path, Handler handler) {
        return PrivacyRoutes.api(method, path, Right.HANDLE_PRIVACY, handler);
    }

    private PrivacyDesk.Site site(ServerRequest request) {
        return PrivacyRoutes.site(request, desk);
    }

    private static CardNumber card(ServerRequest request) {
        String card = request.path().pathParameters().get("card");
        if (!card.matches("[0-9]{1,16}")) {
            throw RegisterRoutes.problem(
                    Status.NOT_FOUND_404, "A person is named by the number of their card or pass: digits alone.");
        }
        return new CardNumber(card);
    }

    private void cases(ServerRequest request, ServerResponse response) {
        List<Case> open = desk.cases().open(site(request).name());
        Reading.shown(request, open.size());
        ObjectNode answer = Json.MAPPER.createObjectNode();
        ArrayNode cases = answer.putArray("cases");
        open.forEach(each -> cases.add(json(each)));
        Json.send(response, answer);
    }

    /** Card numbers whole: whoever answers for them sees them whole. */
    private static ObjectNode json(Case each) {
        ObjectNode node = Json.MAPPER.valueToTree(each);
        return node.put("card", each.card().digits());
    }

    private void person(ServerRequest request, ServerResponse response) {
        PersonFile file = PersonFile.of(desk, site(request), card(request), clock.instant());
        Reading.shown(request, file.rows());
        ObjectNode answer = Json.MAPPER.valueToTree(file);
        answer.put("card", file.card().digits());
        for (String part : List.of("corrections", "restrictions", "cases")) {
            answer.withArray(part)
                    .forEach(each -> ((ObjectNode) each).put("card", file.card().digits()));
        }
        response.header(
                "Content-Disposition",
                "attachment; filename=\"access-" + file.card().digits() + ".json\"");
        Json.send(response, answer);
    }

    private void open(ServerRequest request, ServerResponse response) {
        PrivacyDesk.Site site = site(request);
        CardNumber card = card(request);
        SortedMap<String, String> body = body(request, "kind", "receivedOn", "grounds");
        Optional<Kind> kind = Arrays.stream(Kind.values())
                .filter(each -> each.name().equals(body.get("kind")))
                .findAny();
        Optional<LocalDate> received = PersonFields.day(body.getOrDefault("receivedOn", ""))
                .filter(day -> !day.isAfter(site.day(clock.instant())));
        Optional<String> grounds = PrivacyPages.text(body.getOrDefault("grounds", ""), PrivacyCases.TEXT_CHARS_MAX);
        if (kind.isEmpty() || received.isEmpty() || grounds.isEmpty()) {
            throw malformed(
                    "\"kind\" has to be one of ACCESS, RECTIFICATION, ERASURE, OBJECTION, RESTRICTION, \"receivedOn\" a day"
                            + " that is not to come, as in 2026-01-31, and \"grounds\" 1 to "
                            + PrivacyCases.TEXT_CHARS_MAX
                            + " characters without a national identity number.");
        }
        response.status(Status.CREATED_201);
        Json.send(
                response,
                json(desk.cases()
                        .open(
                                site.name(),
                                card,
                                kind.get(),
                                received.get(),
                                grounds.get(),
                                RegisterRoutes.account(request),
                                clock.instant())));
    }

    private void decide(ServerRequest request, ServerResponse response) {
        PrivacyDesk.Site site = site(request);
        String id = request.path().pathParameters().get("id");
        SortedMap<String, String> body = body(request, "decision", "answer");
        Optional<Decision> decision = Arrays.stream(Decision.values())
                .filter(each -> each.name().equals(body.get("decision")))
                .findAny();
        Optional<String> answer = PrivacyPages.text(body.getOrDefault("answer", ""), PrivacyCases.TEXT_CHARS_MAX);
        if (decision.isEmpty() || answer.isEmpty()) {
            throw malformed("\"decision\" has to be GRANTED or REFUSED, and \"answer\" 1 to "
                    + PrivacyCases.TEXT_CHARS_MAX + " characters without a national identity number.");
        }
        Optional<Case> closed = id.matches("[0-9]{1,18}")
                ? desk.cases()
                        .close(
                                site.name(),
                                Long.parseLong(id),
                                decision.get(),
                                answer.get(),
                                RegisterRoutes.account(request),
                                clock.instant())
                : Optional.empty();
        Json.send(
                response,
                closed.map(PrivacyApi::json)
                        .orElseThrow(() -> RegisterRoutes.problem(
                                Status.NOT_FOUND_404, "This site has no open case of that number.")));
    }

    private void freeze(ServerRequest request, ServerResponse response) {
        PrivacyDesk.Site site = site(request);
        CardNumber card = card(request);
        String reason = PrivacyPages.text(
                        body(request, "reason").getOrDefault("reason", ""), Restrictions.REASON_CHARS_MAX)
                .orElseThrow(() -> malformed("\"reason\" has to be 1 to " + Restrictions.REASON_CHARS_MAX
                        + " characters without a national identity number."));
        ObjectNode answer = Json.MAPPER.valueToTree(desk.restrictions()
                .freeze(site.name(), card, reason, RegisterRoutes.account(request), clock.instant()));
        Json.send(response, answer.put("card", card.digits()));
    }

    private void lift(ServerRequest request, ServerResponse response) {
        if (!desk.restrictions()
                .lift(site(request).name(), card(request), RegisterRoutes.account(request), clock.instant())) {
            throw RegisterRoutes.problem(Status.NOT_FOUND_404, "The data of that person is not restricted here.");
        }
        response.status(Status.NO_CONTENT_204).send();
    }

    private void correct(ServerRequest request, ServerResponse response) {
        PrivacyDesk.Site site = site(request);
        CardNumber card = card(request);
        SortedMap<String, String> body = body(request, "about", "row", "words");
        Optional<About> about = Arrays.stream(About.values())
                .filter(each -> each.name().equals(body.get("about")))
                .findAny();
        Optional<String> words = PrivacyPages.text(body.getOrDefault("words", ""), RowCorrections.WORDS_CHARS_MAX);
        String row = body.getOrDefault("row", "");
        if (about.isEmpty() || words.isEmpty() || !row.matches("[0-9]{1,18}")) {
            throw malformed("\"about\" has to be LOG or LIST, \"row\" the row's number, and \"words\" 1 to "
                    + RowCorrections.WORDS_CHARS_MAX + " characters without a national identity number.");
        }
        ObjectNode answer = Json.MAPPER.valueToTree(desk.corrections()
                .add(
                        site.name(),
                        card,
                        about.get(),
                        Long.parseLong(row),
                        words.get(),
                        RegisterRoutes.account(request),
                        clock.instant())
                .orElseThrow(() ->
                        RegisterRoutes.problem(Status.NOT_FOUND_404, "That is no row of this person's on this site.")));
        response.status(Status.CREATED_201);
        Json.send(response, answer.put("card", card.digits()));
    }

    private static SortedMap<String, String> body(ServerRequest request, String... fields) {
        ProblemException wrong = malformed(
                "The body has to be a JSON object with texts alone, out of: " + String.join(", ", fields) + ".");
        try {
            JsonNode body = request.content().hasEntity()
                    ? STRICT.readTree(request.content().as(byte[].class))
                    : null;
            if (body == null || !body.isObject()) {
                throw wrong;
            }
            SortedMap<String, String> values = new TreeMap<>();
            body.properties().forEach(field -> {
                if (!List.of(fields).contains(field.getKey())
                        || !field.getValue().isTextual()) {
                    throw wrong;
                }
                values.put(field.getKey(), field.getValue().textValue());
            });
            return values;
        } catch (IOException e) {
            // The parser's message would quote the body.
            throw wrong;
        }
    }

    private static ProblemException malformed(String detail) {
        return RegisterRoutes.problem(Status.BAD_REQUEST_400, detail);
    }
}
