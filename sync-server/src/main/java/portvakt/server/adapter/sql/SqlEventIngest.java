package portvakt.server.adapter.sql;

import com.google.protobuf.ByteString;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.protocol.Direction;
import portvakt.protocol.Topics.GateAddress;
import portvakt.protocol.event.EventChain;
import portvakt.protocol.v1.ChainedEvent;
import portvakt.protocol.v1.EventBatch;
import portvakt.server.log.ChainAudit;
import portvakt.server.log.EventReader;
import portvakt.server.log.EventReading;
import portvakt.server.log.Passage;
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

    private static final Logger LOG = LoggerFactory.getLogger(SqlEventIngest.class);

    private final Database database;
    private final LogFeed feed;

    public SqlEventIngest(Database database, SqlEntryLog log) {
        this.database = database;
        this.feed = log.feed();
    }

    @Override
    public Ingested ingest(GateAddress gate, EventBatch batch, Instant receivedAt) {
        Instant received = receivedAt.truncatedTo(ChronoUnit.MILLIS);
        Ingested ingested = commit(handle -> {
            Intake intake = new Intake(handle, gate, received);
            intake.take(batch.getEventsList());
            return new Outcome<>(intake.finish(), intake.entries);
        });
        database.makeDurable();
        return ingested;
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

    /** One batch, inside its transaction. */
    private static final class Intake {
        private final Handle handle;
        private final GateAddress gate;
        private final Instant receivedAt;
        private final GateTable.Progress progress;
        private final Direction installed;
        private final List<ChainedEvent> fresh = new ArrayList<>();
        private final List<LogEntry> entries = new ArrayList<>();
        private long nextId;
        private int repeated;
        private int quarantined;
        private int forked;

        Intake(Handle handle, GateAddress gate, Instant receivedAt) {
            this.handle = handle;
            this.gate = gate;
            this.receivedAt = receivedAt;
            // The cursor first: whoever has it is alone with the log until the commit.
            nextId = 1
                    + handle.select("SELECT last_id FROM log_cursor WHERE name = 'log' FOR UPDATE")
                            .mapTo(Long.class)
                            .one();
            progress = GateTable.progress(handle, gate).orElseGet(() -> {
                GateTable.ensure(handle, gate, Direction.IN);
                return GateTable.progress(handle, gate).orElseThrow();
            });
            installed = progress.direction();
        }

        void take(List<ChainedEvent> events) {
            ChainAudit audit = new ChainAudit(EventTable.links(handle, gate, ChainAudit.sequencesOf(events)));
            for (ChainedEvent event : events) {
                ByteString hash = EventChain.hash(event);
                switch (audit.judge(event, hash)) {
                    case FITS -> store(event);
                    case BROKEN -> {
                        store(event);
                        alarm(
                                event,
                                QuarantineTable.Cause.CHAIN_BROKEN,
                                "its neighbour in the chain is another than it says");
                    }
                    case REPEATED -> repeated++;
                    case FORKED -> {
                        forked++;
                        alarm(
                                event,
                                QuarantineTable.Cause.FORK,
                                "another event with this sequence was committed before");
                    }
                    case UNNUMBERED -> illegible(event, "it has no sequence that can be");
                }
            }
            EventTable.insert(handle, gate, fresh, receivedAt);
            LogEntryTable.insert(handle, entries);
            PresenceTable.merge(
                    handle,
                    gate.site(),
                    entries.stream().map(Passage::of).flatMap(Optional::stream).toList());
            handle.execute("UPDATE log_cursor SET last_id = ? WHERE name = 'log'", nextId - 1);
        }

        private void store(ChainedEvent event) {
            fresh.add(event);
            switch (EventReader.read(gate, installed, event, receivedAt)) {
                case EventReading.Legible(LogEntry entry) -> entries.add(LogRows.withId(entry, nextId++));
                case EventReading.Illegible(String cause) -> illegible(event, cause);
            }
        }

        private void illegible(ChainedEvent event, String cause) {
            quarantined++;
            alarm(event, QuarantineTable.Cause.ILLEGIBLE, cause);
        }

        /** Keeps the bytes, and shows a row in the log the first time. */
        private void alarm(ChainedEvent event, QuarantineTable.Cause cause, String detail) {
            boolean first = QuarantineTable.insert(
                    handle, gate, event.getSequence(), cause, detail, event.toByteArray(), receivedAt);
            if (first) {
                LOG.warn("{}/{} event {}: {}: {}", gate.site(), gate.gate(), event.getSequence(), cause, detail);
                entries.add(LogRows.alarm(
                        nextId++, gate, installed, event.getSequence(), receivedAt, cause.name() + ": " + detail));
            }
        }

        Ingested finish() {
            GateTable.Progress now = EventTable.advance(handle, gate, EventTable.over(fresh, progress));
            GateTable.update(handle, gate, now, receivedAt);
            Tally tally = new Tally(fresh.size(), repeated, quarantined, forked);
            return EventTable.hasAbove(handle, gate, now.committed())
                    ? new Ingested.Gapped(now.committed(), now.committed() + 1, tally)
                    : new Ingested.Contiguous(now.committed(), tally);
        }
    }
}
