package portvakt.server.adapter.sql;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.Query;
import portvakt.server.port.EntryLog.Cursor;
import portvakt.server.port.EntryLog.Filter;
import portvakt.server.port.EntryLog.NoSuchRow;
import portvakt.server.port.EntryLog.Page;
import portvakt.server.port.LogEntry;

/**
 * Pages of the log, one filter. The rows come from one index in its own order ({@link EntryIndex}); what that index does not tell
 * apart is tested row by row, in strides of {@link #STRIDE} index entries, and after {@link #STRIDES_MAX} of them the page ends as
 * it is. So a filter that hardly anything passes costs what that many entries cost, and no more. One instance a call.
 */
final class EntryPages {

    static final int STRIDE = 5_000;
    static final int STRIDES_MAX = 2;

    private final Handle handle;
    private final Filter filter;
    private final EntryIndex index;
    private final boolean down;
    private final int limit;

    /** A place in the index's order. */
    private record Place(Optional<Instant> occurredAt, long id) {}

    EntryPages(Handle handle, Filter filter, Cursor cursor, int limit) {
        this.handle = handle;
        this.filter = filter;
        this.index = EntryIndex.of(filter);
        this.down = cursor instanceof Cursor.Before;
        this.limit = limit;
    }

    Page read(Cursor cursor) {
        Place from = place(cursor);
        if (index.tested(filter).isEmpty() || index.sorts()) {
            return page(rows(from, Optional.empty(), limit));
        }
        List<LogEntry> found = new ArrayList<>();
        for (int stride = 0; stride < STRIDES_MAX; stride++) {
            Optional<Place> last = lastOfStride(from);
            found.addAll(rows(from, last, limit - found.size()));
            if (found.size() == limit || last.isEmpty()) {
                return page(found);
            }
            from = last.get();
        }
        return new Page(found, Optional.of(from.id));
    }

    private Page page(List<LogEntry> rows) {
        return new Page(
                rows,
                rows.size() < limit
                        ? Optional.empty()
                        : Optional.of(rows.getLast().id()));
    }

    /** From where the cursor's row stands. */
    private Place place(Cursor cursor) {
        boolean whole = cursor.id() == (down ? Cursor.END : Cursor.START).id();
        if (whole || !filter.inOrderOfTime()) {
            return new Place(Optional.empty(), cursor.id());
        }
        Instant at = handle.select("SELECT occurred_at FROM log_entry WHERE id = ?", cursor.id())
                .mapTo(Instant.class)
                .findOne()
                .orElseThrow(() -> new NoSuchRow(cursor.id()));
        return new Place(Optional.of(at), cursor.id());
    }

    /** How the database would go about a page: its own words for the statements that the page takes. */
    List<String> plans(Cursor cursor) {
        Place from = place(cursor);
        List<Question> asked = List.of(rowsBehind(from, Optional.empty(), limit), strideBehind(from));
        return asked.stream()
                .map(question -> select(
                                new Question("EXPLAIN " + question.sql, question.where),
                                (row, context) -> row.getString(1))
                        .getFirst())
                .toList();
    }

    private List<LogEntry> rows(Place from, Optional<Place> last, int count) {
        return select(rowsBehind(from, last, count), LogEntryTable::map);
    }

    private Question rowsBehind(Place from, Optional<Place> last, int count) {
        Where where = new Where();
        index.equalities(filter).forEach(where::equal);
        index.tested(filter).forEach(where::tested);
        range(where, from, last);
        return question("*", where, " FETCH FIRST " + count + " ROWS ONLY");
    }

    /** The last entry of the next stride; empty if the stride reaches the end. */
    private Optional<Place> lastOfStride(Place from) {
        return select(
                        strideBehind(from),
                        (row, context) -> new Place(
                                filter.inOrderOfTime()
                                        ? Optional.of(Instants.read(row, "occurred_at", context))
                                        : Optional.empty(),
                                row.getLong("id")))
                .stream()
                .findFirst();
    }

    private Question strideBehind(Place from) {
        Where where = new Where();
        index.equalities(filter).forEach(where::equal);
        range(where, from, Optional.empty());
        return question(
                filter.inOrderOfTime() ? "id, occurred_at" : "id",
                where,
                " OFFSET " + (STRIDE - 1) + " ROWS FETCH FIRST 1 ROWS ONLY");
    }

    /** Behind {@code from}, up to and with {@code last}. */
    private void range(Where where, Place from, Optional<Place> last) {
        String behind = down ? "<" : ">";
        String notBehind = down ? ">" : "<";
        if (!filter.inOrderOfTime()) {
            where.add("id " + behind + " :fromId", "fromId", from.id);
            last.ifPresent(place -> where.add("id " + notBehind + "= :lastId", "lastId", place.id));
            return;
        }
        filter.from().ifPresent(at -> where.add("occurred_at >= :since", "since", at));
        filter.to().ifPresent(at -> where.add("occurred_at < :until", "until", at));
        // The first condition is one that an index can be entered by; the second tells rows of one instant apart.
        from.occurredAt.ifPresent(at -> where.add("occurred_at " + behind + "= :fromAt", "fromAt", at)
                .add("(occurred_at " + behind + " :fromAt OR id " + behind + " :fromId)", "fromId", from.id));
        last.ifPresent(place -> where.add(
                        "occurred_at " + notBehind + "= :lastAt", "lastAt", place.occurredAt.orElseThrow())
                .add("(occurred_at " + notBehind + " :lastAt OR id " + notBehind + "= :lastId)", "lastId", place.id));
    }

    private record Question(String sql, Where where) {}

    private Question question(String columns, Where where, String fetch) {
        return new Question(
                "SELECT " + columns + " FROM log_entry WHERE " + String.join(" AND ", where.conditions) + " ORDER BY "
                        + index.order(filter, down) + fetch,
                where);
    }

    private <T> List<T> select(Question question, RowMapper<T> mapper) {
        try (Query query = handle.createQuery(question.sql)) {
            question.where.values.forEach(query::bind);
            return query.map(mapper).list();
        }
    }

    private static final class Where {
        private final List<String> conditions = new ArrayList<>();
        private final Map<String, Object> values = new TreeMap<>();

        Where add(String condition, String name, Object value) {
            conditions.add(condition);
            values.put(name, value);
            return this;
        }

        void equal(String column, String value) {
            add(column + " = :" + column, column, value);
        }

        /** A condition that no optimiser takes for a reason to leave the index whose order is asked for. */
        void tested(String column, String value) {
            add("COALESCE(" + column + ", '') = :" + column, column, value);
        }
    }
}
