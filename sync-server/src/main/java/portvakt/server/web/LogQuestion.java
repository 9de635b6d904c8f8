package portvakt.server.web;

import io.helidon.common.uri.UriQuery;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import portvakt.server.port.EntryLog.Filter;
import portvakt.server.web.view.Texts;

/**
 * What the form of the log's page asks: the filters of the API under the same names, where a field that was left empty asks nothing
 * and a time is as the clock on the wall shows it.
 *
 * @param given  what the fields hold, also where it cannot be understood, so that it can be put right
 * @param filter empty if something cannot be understood
 * @param fault  the name of the field at fault
 */
record LogQuestion(SortedMap<String, String> given, Optional<Filter> filter, Optional<String> fault) {

    private static final String CARD = "card";

    /**
     * @param whole whether the reader sees card numbers whole; others may not ask for one
     * @param site  the one that the reader is bound to, or has chosen
     */
    static LogQuestion of(UriQuery query, ZoneId zone, boolean whole, Optional<String> site) {
        SortedMap<String, String> given = new TreeMap<>();
        for (String name : EventQuery.FILTERS) {
            query.first(name)
                    .asOptional()
                    .map(String::strip)
                    .filter(text -> !text.isEmpty())
                    .ifPresent(text -> given.put(name, text));
        }
        site.ifPresent(name -> given.put(Scope.SITE, name));
        if (given.containsKey(CARD) && !whole) {
            return new LogQuestion(given, Optional.empty(), Optional.of(CARD));
        }
        try {
            return new LogQuestion(
                    given,
                    Optional.of(EventQuery.filter(UriQuery.create(written(inUtc(given, zone))))),
                    Optional.empty());
        } catch (ProblemException e) {
            return new LogQuestion(given, Optional.empty(), e.problem().parameter());
        }
    }

    /** The address of a filter on the log's page: what stands behind its path, with times as the form has them. */
    static String address(Filter filter, Texts texts) {
        SortedMap<String, String> given = new TreeMap<>();
        filter.site().ifPresent(site -> given.put("site", site));
        filter.gate().ifPresent(gate -> given.put("gate", gate));
        filter.kind().ifPresent(kind -> given.put("kind", kind));
        filter.reason().ifPresent(reason -> given.put("reason", reason));
        filter.assurance().ifPresent(assurance -> given.put("assurance", assurance));
        filter.cardNumber().ifPresent(card -> given.put(CARD, card));
        filter.employer().ifPresent(employer -> given.put("employer", employer));
        filter.from().ifPresent(from -> given.put("from", texts.localDateTime(from)));
        filter.to().ifPresent(to -> given.put("to", texts.localDateTime(to)));
        return given.isEmpty() ? "" : "?" + written(given);
    }

    boolean asksAnything() {
        return !given.isEmpty();
    }

    String value(String name) {
        return given.getOrDefault(name, "");
    }

    /** As it stands behind the question mark of this page. */
    String query() {
        return written(given);
    }

    /** As it stands behind the question mark of the API and of the stream. */
    String apiQuery(ZoneId zone) {
        return written(inUtc(given, zone));
    }

    private static SortedMap<String, String> inUtc(Map<String, String> given, ZoneId zone) {
        SortedMap<String, String> utc = new TreeMap<>(given);
        utc.computeIfPresent("from", (_, local) -> inUtc(local, zone));
        utc.computeIfPresent("to", (_, local) -> inUtc(local, zone));
        return utc;
    }

    /** A time with its zone, as a link may have it, stays as it is. */
    private static String inUtc(String time, ZoneId zone) {
        try {
            return LocalDateTime.parse(time)
                    .atZone(zone)
                    .toInstant()
                    .truncatedTo(ChronoUnit.SECONDS)
                    .toString();
        } catch (DateTimeParseException e) {
            return time;
        }
    }

    private static String written(Map<String, String> parameters) {
        return parameters.entrySet().stream()
                .map(each -> each.getKey() + "=" + URLEncoder.encode(each.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }
}
