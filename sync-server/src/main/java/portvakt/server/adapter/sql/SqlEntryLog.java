package portvakt.server.adapter.sql;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jdbi.v3.core.JdbiException;
import portvakt.server.log.Passage;
import portvakt.server.log.Sighting;
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
        try {
            return database.jdbi().withHandle(handle -> PresenceTable.onSite(handle, site)).stream()
                    .sorted(Comparator.comparing(
                                    (PresenceTable.Row row) -> row.newest().orElseThrow(), Sighting.ORDER)
                            .reversed()
                            .thenComparing(PresenceTable.Row::holder))
                    .map(SqlEntryLog::onSite)
                    .toList();
        } catch (JdbiException e) {
            throw new StorageException("the presence list cannot be read", e);
        }
    }

    private static OnSite onSite(PresenceTable.Row row) {
        Sighting newest = row.newest().orElseThrow();
        return new OnSite(
                row.site(),
                newest.isByGate() ? Optional.of(newest.gate()) : Optional.empty(),
                newest.at(),
                newest.isByGate() ? Optional.empty() : Optional.of(newest.correction()),
                row.cardNumber(),
                row.passage().flatMap(Passage::holderName),
                row.passage().flatMap(Passage::employerName));
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
