package portvakt.server.web;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import java.io.IOException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import portvakt.protocol.CardNumber;
import portvakt.protocol.Direction;
import portvakt.protocol.Uid;
import portvakt.server.port.Presence;
import portvakt.server.port.Presence.Holder;

/** The bodies by which presence is corrected. Anything unknown, doubled or missing is refused by name, with what would be right. */
final class PresenceOrder {

    /** A body says one thing, once, and nothing else: what is misspelt or doubled is refused rather than guessed at. */
    private static final JsonMapper STRICT = JsonMapper.builder()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    record Statement(Holder holder, Direction direction, Instant at, String reason) {}

    record Forgiveness(Holder holder, String reason) {}

    private PresenceOrder() {}

    /** @throws ProblemException naming what is wrong */
    static Statement statement(ServerRequest request, Pattern acceptedCardNumbers, Instant now) {
        JsonNode body = body(request, "card", "uid", "direction", "at", "reason");
        Holder holder = holder(body, acceptedCardNumbers);
        Direction direction = switch (text(body, "direction").orElse("")) {
            case "IN" -> Direction.IN;
            case "OUT" -> Direction.OUT;
            default -> throw malformed("\"direction\" has to be IN (was on site) or OUT (was gone).");
        };
        return new Statement(holder, direction, at(body, now), reason(body));
    }

    static Forgiveness forgiveness(ServerRequest request, Pattern acceptedCardNumbers) {
        JsonNode body = body(request, "card", "uid", "reason");
        return new Forgiveness(holder(body, acceptedCardNumbers), reason(body));
    }

    static String reason(ServerRequest request) {
        return reason(body(request, "reason"));
    }

    private static Holder holder(JsonNode body, Pattern acceptedCardNumbers) {
        Optional<String> card = text(body, "card");
        Optional<String> uid = text(body, "uid");
        if (card.isPresent() == uid.isPresent()) {
            throw malformed(
                    "Give \"card\", the number printed on the card, or \"uid\", for a chip that is bound to none.");
        }
        if (card.isPresent()) {
            return new Holder.Card(CardNumber.parse(card.get(), acceptedCardNumbers)
                    .orElseThrow(() -> malformed("\"card\" has to be the number printed on the card; this server takes"
                            + " numbers that match " + acceptedCardNumbers + ".")));
        }
        try {
            return new Holder.Chip(new Uid(uid.get().toLowerCase(Locale.ROOT)));
        } catch (IllegalArgumentException e) {
            throw malformed("\"uid\" has to be 8, 14 or 20 hexadecimal digits in the order read.");
        }
    }

    private static Instant at(JsonNode body, Instant now) {
        Instant at;
        try {
            at = OffsetDateTime.parse(text(body, "at").orElse("")).toInstant();
        } catch (DateTimeParseException e) {
            throw malformed("\"at\" has to be a time with its zone, as in 2026-11-24T15:30:00+01:00.");
        }
        if (!isStatable(at, now)) {
            throw malformed("\"at\" has to be past, and at most " + Presence.STATED_WITHIN.toDays() + " days ago.");
        }
        return at;
    }

    /** Whether something may be stated of that time. */
    static boolean isStatable(Instant at, Instant now) {
        return !at.isAfter(now) && !at.isBefore(now.minus(Presence.STATED_WITHIN));
    }

    private static String reason(JsonNode body) {
        return reason(text(body, "reason").orElse(""))
                .orElseThrow(() -> malformed("\"reason\" has to say why, in 1 to " + Presence.REASON_CHARS_MAX
                        + " characters; it stays in the log of corrections."));
    }

    /** @return the reason as it is kept; empty if it is none */
    static Optional<String> reason(String text) {
        return Optional.of(text.strip())
                .filter(reason -> !reason.isEmpty() && reason.length() <= Presence.REASON_CHARS_MAX);
    }

    private static Optional<String> text(JsonNode body, String field) {
        return Optional.ofNullable(body.path(field).textValue());
    }

    private static JsonNode body(ServerRequest request, String... fields) {
        boolean json = request.headers()
                .contentType()
                .map(type -> type.mediaType().text().equalsIgnoreCase("application/json"))
                .orElse(false);
        if (!json) {
            throw new ProblemException(
                    Problem.of(Status.UNSUPPORTED_MEDIA_TYPE_415, "The Content-Type has to be application/json."));
        }
        Set<String> known = new TreeSet<>(List.of(fields));
        String right = "The body has to be a JSON object with texts alone, out of: " + String.join(", ", known) + ".";
        JsonNode body;
        try {
            body = request.content().hasEntity()
                    ? STRICT.readTree(request.content().as(byte[].class))
                    : null;
        } catch (IOException e) {
            // The parser's message would quote the body.
            throw malformed(right);
        }
        if (body == null
                || !body.isObject()
                || !body.properties().stream()
                        .allMatch(field -> known.contains(field.getKey())
                                && field.getValue().isTextual())) {
            throw malformed(right);
        }
        return body;
    }

    private static ProblemException malformed(String detail) {
        return new ProblemException(Problem.of(Status.BAD_REQUEST_400, detail));
    }
}
