package portvakt.server.web;

import io.helidon.common.uri.UriQuery;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import portvakt.protocol.CardNumber;
import portvakt.protocol.DenialReason;
import portvakt.protocol.Topics;
import portvakt.protocol.v1.EventFacts;
import portvakt.server.port.EntryLog;
import portvakt.server.port.EntryLog.Cursor;
import portvakt.server.port.EntryLog.Filter;

/**
 * The question that {@code GET /api/v1/events} was asked. A name or value that it does not know is refused by name, rather than
 * passed over: a misspelt filter would otherwise answer with everybody's passages.
 */
record EventQuery(Cursor cursor, int limit, Filter filter) {

    static final int LIMIT_DEFAULT = 100;
    private static final int EMPLOYER_CHARS_MAX = 200;

    /** Names of filters, which the export takes too. */
    static final Set<String> FILTERS = new TreeSet<>(
            List.of("site", "gate", "kind", "decision", "reason", "assurance", "card", "employer", "from", "to"));

    private static final Set<String> KNOWN = known();

    /** The names of the events that a gate can report, as the protocol has them. */
    static final Set<String> KINDS = kinds();

    static final Set<String> ASSURANCES =
            new TreeSet<>(List.of("UNSIGNED_CODE", "UID_ONLY", "CHIP_DATA", "SIGNED_PASS", "AUTHENTICATED_CHIP"));

    static final Set<String> REASONS =
            Arrays.stream(DenialReason.values()).map(Enum::name).collect(Collectors.toCollection(TreeSet::new));

    /** What came of somebody who wanted through, in the words of the gate; each is one kind. */
    private static final SortedMap<String, String> DECISIONS = new TreeMap<>(Map.of( // sorted, so walked in one order
            "granted", "AccessGranted",
            "denied", "AccessDenied",
            "taken", "AccessTaken",
            "not-taken", "AccessNotTaken"));

    /** Years after this have five digits, which no database has to know. */
    private static final Instant LATEST = Instant.parse("9999-12-31T00:00:00Z");

    /** @throws ProblemException if anything in it is unknown, repeated or malformed */
    static EventQuery parse(UriQuery query) {
        refuseUnknown(query, KNOWN);
        Optional<Long> after = number(query, "after", 0, Long.MAX_VALUE);
        Optional<Long> before = number(query, "before", 1, Long.MAX_VALUE);
        if (after.isPresent() && before.isPresent()) {
            throw malformed("before", "\"after\" and \"before\" go opposite ways: send one of them.");
        }
        return new EventQuery(
                after.<Cursor>map(Cursor.After::new)
                        .or(() -> before.map(Cursor.Before::new))
                        .orElse(Cursor.END),
                number(query, "limit", 1, EntryLog.LIMIT_MAX)
                        .map(Math::toIntExact)
                        .orElse(LIMIT_DEFAULT),
                filter(query));
    }

    /** @throws ProblemException if a filter is malformed, or two contradict each other */
    static Filter filter(UriQuery query) {
        Optional<Instant> from = instant(query, "from");
        Optional<Instant> to = instant(query, "to");
        if (from.isPresent() && to.isPresent() && !from.get().isBefore(to.get())) {
            throw malformed("to", "\"to\" has to be later than \"from\": nothing lies between them.");
        }
        Optional<String> decision = choice(query, "decision", DECISIONS.keySet());
        if (decision.isPresent() && value(query, "kind").isPresent()) {
            throw malformed("decision", "\"decision\" is short for a kind: send it or \"kind\".");
        }
        return new Filter(
                name(query, "site"),
                name(query, "gate"),
                decision.map(DECISIONS::get).or(() -> choice(query, "kind", KINDS)),
                card(query),
                employer(query),
                choice(query, "reason", REASONS),
                choice(query, "assurance", ASSURANCES),
                from,
                to);
    }

    /** The same question from another row on, as it stands behind the question mark. */
    static String goOn(UriQuery query, Cursor next) {
        SortedMap<String, String> parameters = new TreeMap<>();
        for (String name : query.names()) {
            parameters.put(name, query.get(name));
        }
        parameters.put(next instanceof Cursor.After ? "after" : "before", Long.toString(next.id()));
        return parameters.entrySet().stream()
                .map(each -> each.getKey() + "=" + URLEncoder.encode(each.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }

    static void refuseUnknown(UriQuery query, Set<String> known) {
        for (String name : query.names()) {
            if (!known.contains(name)) {
                throw malformed(
                        name, "There is no parameter \"" + name + "\" here. Known: " + String.join(", ", known) + ".");
            }
            if (query.all(name).size() > 1) {
                throw malformed(name, "\"" + name + "\" is given more than once: send it once.");
            }
        }
    }

    static Optional<String> name(UriQuery query, String parameter) {
        Optional<String> value = value(query, parameter);
        if (value.isPresent() && !Topics.isName(value.get())) {
            throw malformed(
                    parameter,
                    "\"" + parameter + "\" has to be a name: small letters, digits and hyphens, at most 30, the first"
                            + " no hyphen.");
        }
        return value;
    }

    private static Optional<String> choice(UriQuery query, String parameter, Set<String> known) {
        Optional<String> value = value(query, parameter);
        if (value.isPresent() && !known.contains(value.get())) {
            throw malformed(parameter, "\"" + parameter + "\" has to be one of " + String.join(", ", known) + ".");
        }
        return value;
    }

    private static Optional<String> employer(UriQuery query) {
        Optional<String> value = value(query, "employer");
        if (value.isPresent() && (value.get().isBlank() || value.get().length() > EMPLOYER_CHARS_MAX)) {
            throw malformed(
                    "employer",
                    "\"employer\" has to be an employer's name as the rows show it, at most " + EMPLOYER_CHARS_MAX
                            + " characters.");
        }
        return value;
    }

    static Optional<Instant> instant(UriQuery query, String parameter) {
        return value(query, parameter).map(text -> {
            try {
                // A plus sign that was not escaped arrives as a space.
                Instant instant = OffsetDateTime.parse(text.replace(' ', '+')).toInstant();
                if (!instant.isBefore(Instant.EPOCH) && instant.isBefore(LATEST)) {
                    return instant;
                }
            } catch (DateTimeParseException e) {
                // Answered below, like a time out of bounds.
            }
            throw malformed(
                    parameter,
                    "\"" + parameter + "\" has to be a time with its zone, as in 2026-11-24T05:00:00Z or"
                            + " 2026-11-24T06:00:00+01:00.");
        });
    }

    static Optional<String> card(UriQuery query) {
        return value(query, "card").map(text -> {
            try {
                return new CardNumber(text).digits();
            } catch (IllegalArgumentException e) {
                throw malformed("card", "\"card\" has to be a whole card number: digits alone, at most 16.");
            }
        });
    }

    static Optional<Long> number(UriQuery query, String parameter, long min, long max) {
        return value(query, parameter).map(text -> {
            try {
                long number = Long.parseLong(text);
                if (number >= min && number <= max) {
                    return number;
                }
            } catch (NumberFormatException e) {
                // Answered below, like a number out of bounds.
            }
            throw malformed(
                    parameter,
                    "\"" + parameter + "\" has to be a whole number from " + min
                            + (max == Long.MAX_VALUE ? " up." : " to " + max + "."));
        });
    }

    static Optional<String> value(UriQuery query, String parameter) {
        return query.first(parameter).asOptional();
    }

    private static ProblemException malformed(String parameter, String detail) {
        return new ProblemException(Problem.parameter(parameter, detail));
    }

    private static Set<String> known() {
        Set<String> names = new TreeSet<>(FILTERS);
        names.addAll(List.of("after", "before", "limit"));
        return names;
    }

    private static Set<String> kinds() {
        Set<String> names = new TreeSet<>();
        EventFacts.getDescriptor()
                .getOneofs()
                .getFirst()
                .getFields()
                .forEach(field -> names.add(field.getMessageType().getName()));
        return names;
    }
}
