package portvakt.server.adapter.sql;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.Query;
import org.jdbi.v3.core.statement.StatementContext;
import org.jdbi.v3.core.statement.Update;
import portvakt.server.port.AccessAudit;
import portvakt.server.port.StorageException;

/** The audit of reads in the database. */
public final class SqlAccessAudit implements AccessAudit {

    private static final int TEXT_CHARS_MAX = 100;
    private static final int QUESTION_CHARS_MAX = 500;

    private static final String COLUMNS = "SELECT a.id, a.kind, a.account, a.route, a.site, a.question, a.card_number,"
            + " a.span_from, a.span_to, a.row_count, a.times, a.first_at, a.last_at FROM access_audit a WHERE ";

    private static final RowMapper<Row> ROW = (row, context) -> new Row(
            row.getLong("id"),
            Instants.read(row, "first_at", context),
            Instants.read(row, "last_at", context),
            row.getInt("times"),
            new Read(
                    Kind.valueOf(row.getString("kind")),
                    row.getString("account"),
                    row.getString("route"),
                    Optional.ofNullable(row.getString("site")),
                    row.getString("question"),
                    Optional.ofNullable(row.getString("card_number")),
                    instant(row, "span_from", context),
                    instant(row, "span_to", context),
                    row.getInt("row_count")));

    private final Database database;

    public SqlAccessAudit(Database database) {
        this.database = database;
    }

    private static Optional<Instant> instant(ResultSet row, String column, StatementContext context)
            throws SQLException {
        return Optional.ofNullable(Instants.read(row, column, context));
    }

    @Override
    public long note(Read given, Instant now) {
        Instant at = now.truncatedTo(ChronoUnit.MILLIS);
        Read read = new Read(
                given.kind(),
                cut(given.account(), TEXT_CHARS_MAX),
                cut(given.route(), TEXT_CHARS_MAX),
                given.site(),
                cut(given.question(), QUESTION_CHARS_MAX),
                given.card(),
                given.from().map(time -> time.truncatedTo(ChronoUnit.MILLIS)),
                given.to().map(time -> time.truncatedTo(ChronoUnit.MILLIS)),
                given.rows());
        return transaction("a read was not noted in the audit", handle -> {
            // Two at the same moment may make two rows: both are true.
            Optional<Row> open = open(handle, read, at);
            if (open.isEmpty()) {
                return insert(handle, read, at);
            }
            Row row = open.get();
            update(handle, row, read.rows(), read.from(), read.to(), 1, at.isAfter(row.lastAt()) ? at : row.lastAt());
            return row.id();
        });
    }

    private static Optional<Row> open(Handle handle, Read read, Instant at) {
        try (Query query = handle.createQuery(COLUMNS
                + "a.account = :account AND a.first_at > :since AND a.kind = :kind AND a.route = :route AND a.question = :question"
                + (read.site().isPresent() ? " AND a.site = :site" : " AND a.site IS NULL")
                + (read.card().isPresent() ? " AND a.card_number = :card" : " AND a.card_number IS NULL")
                + " ORDER BY a.id DESC FETCH FIRST 1 ROWS ONLY")) {
            query.bind("account", read.account())
                    .bind("since", at.minus(FOLD))
                    .bind("kind", read.kind().name())
                    .bind("route", read.route())
                    .bind("question", read.question());
            read.site().ifPresent(site -> query.bind("site", site));
            read.card().ifPresent(card -> query.bind("card", card));
            return query.map(ROW).findOne();
        }
    }

    @Override
    public void grow(long id, int rows, Optional<Instant> from, Optional<Instant> to) {
        transaction("the audit was not brought up to date", handle -> {
            handle.select(COLUMNS + "a.id = ?", id)
                    .map(ROW)
                    .findOne()
                    .ifPresent(row -> update(handle, row, rows, from, to, 0, row.lastAt()));
            return null;
        });
    }

    private static void update(
            Handle handle, Row row, int rows, Optional<Instant> from, Optional<Instant> to, int more, Instant last) {
        handle.execute(
                "UPDATE access_audit SET times = times + ?, last_at = ?, row_count = ?, span_from = ?, span_to = ? WHERE id = ?",
                more,
                last,
                Math.max(row.read().rows(), rows),
                Stream.concat(row.read().from().stream(), from.stream())
                        .map(time -> time.truncatedTo(ChronoUnit.MILLIS))
                        .min(Instant::compareTo)
                        .map(Instants::column)
                        .orElse(null),
                Stream.concat(row.read().to().stream(), to.stream())
                        .map(time -> time.truncatedTo(ChronoUnit.MILLIS))
                        .max(Instant::compareTo)
                        .map(Instants::column)
                        .orElse(null),
                row.id());
    }

    private static long insert(Handle handle, Read read, Instant at) {
        try (Update update = handle.createUpdate(
                "INSERT INTO access_audit (kind, account, route, site, question, card_number, span_from, span_to, row_count,"
                        + " times, first_at, last_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?)")) {
            return update.bind(0, read.kind().name())
                    .bind(1, read.account())
                    .bind(2, read.route())
                    .bindByType(3, read.site().orElse(null), String.class)
                    .bind(4, read.question())
                    .bindByType(5, read.card().orElse(null), String.class)
                    .bindByType(6, read.from().map(Instants::column).orElse(null), OffsetDateTime.class)
                    .bindByType(7, read.to().map(Instants::column).orElse(null), OffsetDateTime.class)
                    .bind(8, read.rows())
                    .bind(9, at)
                    .bind(10, at)
                    .executeAndReturnGeneratedKeys("id")
                    .mapTo(Long.class)
                    .one();
        }
    }

    @Override
    public List<Row> rows(Filter filter, long below, int limit) {
        if (!filter.sites().all() && filter.sites().names().isEmpty()) {
            return List.of();
        }
        List<String> where = new ArrayList<>(List.of("a.id < :below"));
        if (!filter.sites().all()) {
            where.add("(a.site IS NULL OR a.site IN (<sites>))");
        }
        filter.kind().ifPresent(_ -> where.add("a.kind = :kind"));
        filter.account().ifPresent(_ -> where.add("a.account = :account"));
        filter.card().ifPresent(_ -> where.add("a.card_number = :card"));
        filter.from().ifPresent(_ -> where.add("a.last_at >= :from"));
        filter.to().ifPresent(_ -> where.add("a.first_at < :to"));
        return transaction("the audit cannot be read", handle -> {
            try (Query query = handle.createQuery(COLUMNS + String.join(" AND ", where) + newest(limit))) {
                query.bind("below", below);
                if (!filter.sites().all()) {
                    query.bindList("sites", List.copyOf(filter.sites().names()));
                }
                filter.kind().ifPresent(kind -> query.bind("kind", kind.name()));
                filter.account().ifPresent(account -> query.bind("account", account));
                filter.card().ifPresent(card -> query.bind("card", card));
                filter.from().ifPresent(from -> query.bind("from", from));
                filter.to().ifPresent(to -> query.bind("to", to));
                return query.map(ROW).list();
            }
        });
    }

    @Override
    public List<Row> listsWith(String site, String card, int limit) {
        return transaction(
                "the audit cannot be read",
                handle -> handle.createQuery(COLUMNS + """
                (a.site IS NULL OR a.site = :site) AND a.card_number IS NULL AND (
                    (a.span_from IS NOT NULL AND EXISTS (SELECT 1 FROM log_entry l WHERE l.card_number = :card AND l.site = :site
                        AND l.occurred_at >= a.span_from AND l.occurred_at <= a.span_to AND l.received_at <= a.last_at))
                    OR (a.kind = 'SITE_LIST' AND EXISTS (SELECT 1 FROM site_list_version v WHERE v.card_number = :card
                        AND v.site = :site AND v.kind <> 'REMOVED' AND v.recorded_at <= a.last_at
                        AND NOT EXISTS (SELECT 1 FROM site_list_version w WHERE w.row_id = v.row_id AND w.id > v.id
                            AND w.recorded_at <= a.first_at))))""" + newest(limit))
                        .bind("site", site)
                        .bind("card", card)
                        .map(ROW)
                        .list());
    }

    private static String newest(int limit) {
        return " ORDER BY a.id DESC FETCH FIRST " + Math.min(limit, LIMIT_MAX) + " ROWS ONLY";
    }

    @Override
    public int forget(Instant before) {
        return transaction(
                "the audit was not tidied",
                handle -> handle.execute("DELETE FROM access_audit WHERE last_at < ?", before));
    }

    private static String cut(String text, int most) {
        return text.length() > most ? text.substring(0, most) : text;
    }

    private <T> T transaction(String otherwise, Function<Handle, T> work) {
        try {
            return database.jdbi().inTransaction(work::apply);
        } catch (JdbiException e) {
            throw new StorageException(otherwise, e);
        }
    }
}
