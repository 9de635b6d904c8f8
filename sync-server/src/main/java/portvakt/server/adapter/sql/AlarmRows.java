package portvakt.server.adapter.sql;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.protocol.Direction;
import portvakt.protocol.Topics.GateAddress;
import portvakt.server.port.LogEntry;
import portvakt.server.port.StorageException;

/** Alarms that the server itself finds, about a gate and no event of it. */
final class AlarmRows {

    private static final Logger LOG = LoggerFactory.getLogger(AlarmRows.class);
    private static final int DETAIL_CHARS_MAX = 500;

    private AlarmRows() {}

    /** What is to be said, inside the transaction; empty if somebody else has said it. */
    @FunctionalInterface
    interface Finding {
        Optional<String> in(Handle handle);
    }

    /**
     * Writes the alarm with whatever the finding changed, or neither.
     *
     * @return false if there was nothing to say
     */
    static boolean write(Database database, LogFeed feed, GateAddress gate, Instant at, Finding finding) {
        feed.commits().lock();
        try {
            Optional<LogEntry> written = database.jdbi()
                    .inTransaction(handle -> insert(handle, gate, at.truncatedTo(ChronoUnit.MILLIS), finding));
            written.ifPresent(entry -> {
                LOG.warn("{}/{}: {}", gate.site(), gate.gate(), entry.detail().orElse(""));
                feed.committed(List.of(entry));
            });
            return written.isPresent();
        } catch (JdbiException e) {
            throw new StorageException("the entry log did not take an alarm", e);
        } finally {
            feed.commits().unlock();
        }
    }

    private static Optional<LogEntry> insert(Handle handle, GateAddress gate, Instant at, Finding finding) {
        long id = nextId(handle);
        return finding.in(handle).map(detail -> {
            GateTable.ensure(handle, gate, Direction.IN);
            return insert(handle, gate, id, at, detail);
        });
    }

    /**
     * Locks the log: before all else in a transaction, as whoever writes the log does. Two that lock in different orders would wait for each
     * other.
     *
     * @return the id of the next row
     */
    static long nextId(Handle handle) {
        return 1
                + handle.select("SELECT last_id FROM log_cursor WHERE name = 'log' FOR UPDATE")
                        .mapTo(Long.class)
                        .one();
    }

    /** The row itself, of a gate that is known. @param id by {@link #nextId} */
    static LogEntry insert(Handle handle, GateAddress gate, long id, Instant at, String text) {
        Direction direction = GateTable.progress(handle, gate).orElseThrow().direction();
        // No event of the gate has such a number, and no two of these rows have the same.
        LogEntry entry = LogRows.alarm(
                id, gate, direction, -id, at, text.substring(0, Math.min(text.length(), DETAIL_CHARS_MAX)));
        LogEntryTable.insert(handle, List.of(entry));
        handle.execute("UPDATE log_cursor SET last_id = ? WHERE name = 'log'", id);
        return entry;
    }
}
