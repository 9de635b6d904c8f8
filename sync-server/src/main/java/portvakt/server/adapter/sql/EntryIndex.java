package portvakt.server.adapter.sql;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import portvakt.server.port.EntryLog.Filter;

/**
 * The indexes of {@code log_entry} that pages are read from, the choosiest first. Each begins with columns that are asked for by
 * one value, then comes the order of the page. Pure.
 */
enum EntryIndex {
    CARD(Order.SORTED, "card_number"),
    EMPLOYER_AND_TIME(Order.TIME, "employer_name"),
    GATE_KIND_AND_TIME(Order.TIME, "site", "gate", "kind"),
    TIME(Order.TIME),
    REASON(Order.ARRIVAL, "reason"),
    EMPLOYER(Order.ARRIVAL, "employer_name"),
    KIND(Order.ARRIVAL, "kind"),
    SITE(Order.ARRIVAL, "site"),
    ALL(Order.ARRIVAL);

    private static final String DENIED = "AccessDenied";

    private enum Order {
        /** By id. */
        ARRIVAL,
        /** By the gates' clocks, then id. */
        TIME,
        /** By id, and where the page goes by time, its rows are few enough to be sorted. */
        SORTED
    }

    private final Order order;
    private final List<String> columns;

    EntryIndex(Order order, String... columns) {
        this.order = order;
        this.columns = List.of(columns);
    }

    static EntryIndex of(Filter filter) {
        SequencedMap<String, String> asked = asked(filter);
        Order wanted = filter.inOrderOfTime() ? Order.TIME : Order.ARRIVAL;
        return Arrays.stream(values())
                .filter(index -> index.order == wanted || index.order == Order.SORTED)
                .filter(index -> asked.keySet().containsAll(index.columns))
                .findFirst()
                .orElseThrow();
    }

    /** Whether the whole of the index's part is read and sorted for a page. */
    boolean sorts() {
        return order == Order.SORTED;
    }

    /** Columns and values that lead into the index. */
    SequencedMap<String, String> equalities(Filter filter) {
        SequencedMap<String, String> equalities = asked(filter);
        equalities.keySet().retainAll(columns);
        return equalities;
    }

    /** Columns and values that are left to be tested row by row. */
    SequencedMap<String, String> tested(Filter filter) {
        SequencedMap<String, String> tested = asked(filter);
        tested.keySet().removeAll(columns);
        return tested;
    }

    /**
     * What stands behind ORDER BY. The leading columns have one value each, but H2 follows an index only in an order that names all
     * of it.
     */
    String order(Filter filter, boolean down) {
        Stream<String> own = filter.inOrderOfTime() ? Stream.of("occurred_at", "id") : Stream.of("id");
        Stream<String> leading = sorts() && filter.inOrderOfTime() ? Stream.empty() : columns.stream();
        return Stream.concat(leading, own)
                .map(column -> down ? column + " DESC" : column)
                .collect(Collectors.joining(", "));
    }

    private static SequencedMap<String, String> asked(Filter filter) {
        SequencedMap<String, String> asked = new LinkedHashMap<>();
        put(asked, "site", filter.site());
        put(asked, "gate", filter.gate());
        // Only a denial has a reason, so an index by kind serves there too.
        put(asked, "kind", filter.kind().or(() -> filter.reason().map(_ -> DENIED)));
        put(asked, "card_number", filter.cardNumber());
        put(asked, "employer_name", filter.employer());
        put(asked, "reason", filter.reason());
        put(asked, "assurance", filter.assurance());
        return asked;
    }

    private static void put(SequencedMap<String, String> asked, String column, Optional<String> value) {
        value.ifPresent(text -> asked.put(column, text));
    }
}
