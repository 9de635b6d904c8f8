package portvakt.server.web;

import io.helidon.common.uri.UriQuery;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import portvakt.protocol.CardNumber;
import portvakt.protocol.Topics;
import portvakt.protocol.v1.EventFacts;
import portvakt.server.port.EntryLog;
import portvakt.server.port.EntryLog.Filter;

/**
 * The question that {@code GET /api/v1/events} was asked. A name or value that it does not know is refused by name, rather than
 * passed over: a misspelt filter would otherwise answer with everybody's passages.
 */
record EventQuery(Page page, int limit, Filter filter) {

    static final int LIMIT_DEFAULT = 100;

    /** Which way the reader goes through the log. */
    sealed interface Page {
        /** Oldest first, from above this id. */
        record After(long id) implements Page {}

        /** Newest first, from below this id. */
        record Before(long id) implements Page {}
    }

    private static final Set<String> KNOWN =
            new TreeSet<>(List.of("after", "before", "limit", "site", "gate", "kind", "card"));

    /** The names of the events that a gate can report, as the protocol has them. */
    static final Set<String> KINDS = kinds();

    /** @throws ProblemException if anything in it is unknown, repeated or malformed */
    static EventQuery parse(UriQuery query) {
        refuseUnknown(query, KNOWN);
        Optional<Long> after = number(query, "after", 0, Long.MAX_VALUE);
        Optional<Long> before = number(query, "before", 1, Long.MAX_VALUE);
        if (after.isPresent() && before.isPresent()) {
            throw malformed("before", "\"after\" and \"before\" go opposite ways: send one of them.");
        }
        return new EventQuery(
                after.<Page>map(Page.After::new).orElseGet(() -> new Page.Before(before.orElse(Long.MAX_VALUE))),
                number(query, "limit", 1, EntryLog.LIMIT_MAX)
                        .map(Math::toIntExact)
                        .orElse(LIMIT_DEFAULT),
                new Filter(name(query, "site"), name(query, "gate"), kind(query), card(query)));
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

    private static Optional<String> kind(UriQuery query) {
        Optional<String> value = value(query, "kind");
        if (value.isPresent() && !KINDS.contains(value.get())) {
            throw malformed("kind", "\"kind\" has to be one of " + String.join(", ", KINDS) + ".");
        }
        return value;
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
