package portvakt.server.adapter.sql;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.statement.Query;
import portvakt.server.port.EntryLog;
import portvakt.server.port.LogEntry;
import portvakt.server.port.StorageException;

/** The entry log, read from the database. What is written there is {@link SqlEventIngest}'s. */
public final class SqlEntryLog implements EntryLog, AutoCloseable {

    private final Database database;
    private final LogFeed feed = new LogFeed();

    public SqlEntryLog(Database database) {
        this.database = database;
    }

    LogFeed feed() {
        return feed;
    }

    @Override
    public List<LogEntry> after(long afterId, int limit, Filter filter) {
        return page(filter, new Cursor.After(afterId), limit).rows();
    }

    @Override
    public List<LogEntry> before(long beforeId, int limit, Filter filter) {
        return page(filter, new Cursor.Before(beforeId), limit).rows();
    }

    @Override
    public Page page(Filter filter, Cursor cursor, int limit) {
        if (limit < 1 || limit > LIMIT_MAX) {
            throw new IllegalArgumentException("limit must be 1 to " + LIMIT_MAX + ", got " + limit);
        }
        try {
            return database.jdbi().withHandle(handle -> new EntryPages(handle, filter, cursor, limit).read(cursor));
        } catch (JdbiException e) {
            throw new StorageException("the entry log cannot be read", e);
        }
    }

    @Override
    public List<OnSite> onSite(Optional<String> site) {
        String sql = "SELECT site, gate, occurred_at, card_number, holder_name, employer_name FROM presence"
                + " WHERE direction = 'IN'" + (site.isPresent() ? " AND site = :site" : "")
                + " ORDER BY occurred_at DESC, sequence DESC, holder";
        try {
            return database.jdbi().withHandle(handle -> {
                try (Query query = handle.createQuery(sql)) {
                    site.ifPresent(name -> query.bind("site", name));
                    return query.map((row, context) -> new OnSite(
                                    row.getString("site"),
                                    row.getString("gate"),
                                    context.findColumnMapperFor(Instant.class)
                                            .orElseThrow()
                                            .map(row, "occurred_at", context),
                                    Optional.ofNullable(row.getString("card_number")),
                                    Optional.ofNullable(row.getString("holder_name")),
                                    Optional.ofNullable(row.getString("employer_name"))))
                            .list();
                }
            });
        } catch (JdbiException e) {
            throw new StorageException("the presence list cannot be read", e);
        }
    }

    @Override
    public AutoCloseable listen(Consumer<LogEntry> listener) {
        return feed.listen(listener);
    }

    /** Stops telling listeners. The database stays open: it is its opener's. */
    @Override
    public void close() {
        feed.close();
    }
}
