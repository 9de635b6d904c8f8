package portvakt.server.adapter.sql;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jdbi.v3.core.JdbiException;
import portvakt.server.port.EntryLog;
import portvakt.server.port.LiveIngest;
import portvakt.server.port.LogEntry;
import portvakt.server.port.StorageException;

/** The entry log, read from the database. What is written there is {@link SqlEventIngest}'s. */
public final class SqlEntryLog implements EntryLog, AutoCloseable {

    private final Database database;
    private final LiveFeed live;
    private final LogFeed feed;

    public SqlEntryLog(Database database) {
        this.database = database;
        this.live = new LiveFeed(database);
        this.feed = new LogFeed(live);
    }

    /** What takes live copies for this log. */
    public LiveIngest liveIngest() {
        return live;
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
    public List<Tally> tallies(String site, Instant from, Duration step, int count) {
        EntryTallies tallies = new EntryTallies(site, from, step, count);
        try {
            return database.jdbi().withHandle(tallies::read);
        } catch (JdbiException e) {
            throw new StorageException("the entry log cannot be counted", e);
        }
    }

    @Override
    public List<OnSite> onSite(Optional<String> site) {
        List<LogEntry> newest = live.newestFirst();
        try {
            return database.jdbi().withHandle(handle -> OnSiteRows.read(handle, site, newest));
        } catch (JdbiException e) {
            throw new StorageException("the presence list cannot be read", e);
        }
    }

    @Override
    public List<LogEntry> live() {
        return live.newestFirst();
    }

    @Override
    public AutoCloseable listenLive(Runnable bell) {
        return live.listen(bell);
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
