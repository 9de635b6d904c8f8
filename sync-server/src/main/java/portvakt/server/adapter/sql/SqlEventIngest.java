package portvakt.server.adapter.sql;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import portvakt.protocol.Topics.GateAddress;
import portvakt.protocol.v1.EventBatch;
import portvakt.server.log.ReadEvent;
import portvakt.server.port.EventIngest;
import portvakt.server.port.LogEntry;
import portvakt.server.port.StorageException;

/**
 * Takes events into the database: the chained bytes, the row that the log shows, who is on site by it, and how far the gate is
 * committed, all in one transaction a batch.
 *
 * <p>An event that breaks the chain is stored and an alarm row says so, since refusing it would refuse all that follow. One
 * whose sequence is taken by another is not stored; its bytes go to the quarantine and an alarm row says so.
 */
public final class SqlEventIngest implements EventIngest {

    private final Database database;
    private final LogFeed feed;
    private final Map<String, Duration> doubleEntryWithin;

    /** Of sites that do not ask who entered twice. */
    public SqlEventIngest(Database database, SqlEntryLog log) {
        this(database, log, Map.of()); // looked up, never walked
    }

    /** @param doubleEntryWithin of the sites that ask who entered twice: how long an arrival is remembered */
    public SqlEventIngest(Database database, SqlEntryLog log, Map<String, Duration> doubleEntryWithin) {
        this.database = database;
        this.doubleEntryWithin = new TreeMap<>(doubleEntryWithin);
        this.feed = log.feed();
    }

    @Override
    public Ingested ingest(GateAddress gate, EventBatch batch, Instant receivedAt) {
        Instant received = receivedAt.truncatedTo(ChronoUnit.MILLIS);
        // Before the log is locked: lanes do this at the same time.
        List<ReadEvent> events = ReadEvent.all(gate, batch.getEventsList(), received);
        Ingested ingested = commit(handle -> {
            Intake intake = new Intake(handle, gate, received, Optional.ofNullable(doubleEntryWithin.get(gate.site())));
            return new Outcome<>(intake.take(events), intake.entries());
        });
        database.makeDurable();
        return ingested;
    }

    @Override
    public Map<GateAddress, Long> committed() {
        Map<GateAddress, Long> committed = new LinkedHashMap<>();
        try {
            database.jdbi()
                    .useHandle(handle -> handle.select(
                                    "SELECT site, gate, committed_sequence FROM gate WHERE revoked_at IS NULL"
                                            + " ORDER BY site, gate")
                            .map((row, context) -> committed.put(
                                    new GateAddress(row.getString("site"), row.getString("gate")),
                                    row.getLong("committed_sequence")))
                            .list());
        } catch (JdbiException e) {
            throw new StorageException("how far the gates are committed cannot be read", e);
        }
        // After the reading: another lane may have committed a moment ago, and be about to force it.
        database.makeDurable();
        return committed;
    }

    @Override
    public void quarantine(GateAddress gate, byte[] payload, String detail, Instant receivedAt) {
        Instant received = receivedAt.truncatedTo(ChronoUnit.MILLIS);
        commit(handle -> {
            QuarantineTable.insert(handle, gate, 0, QuarantineTable.Cause.NO_BATCH, detail, payload, received);
            return new Outcome<>(null, List.of());
        });
        database.makeDurable();
    }

    private record Outcome<T>(T result, List<LogEntry> entries) {}

    private interface Work<T> {
        Outcome<T> in(Handle handle);
    }

    private <T> T commit(Work<T> work) {
        feed.commits().lock();
        try {
            Outcome<T> outcome = database.jdbi().inTransaction(work::in);
            feed.committed(outcome.entries);
            return outcome.result;
        } catch (JdbiException e) {
            throw new StorageException("the entry log did not take a batch", e);
        } finally {
            feed.commits().unlock();
        }
    }
}
