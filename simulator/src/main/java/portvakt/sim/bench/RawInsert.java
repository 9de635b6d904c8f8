package portvakt.sim.bench;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import portvakt.protocol.Direction;
import portvakt.protocol.Topics.GateAddress;
import portvakt.protocol.event.EventChain;
import portvakt.protocol.v1.ChainedEvent;
import portvakt.protocol.v1.EventBatch;
import portvakt.server.adapter.sql.Database;
import portvakt.server.log.EventReader;
import portvakt.server.log.EventReading;
import portvakt.server.port.LogEntry;

/**
 * The same rows that an ingest makes, in the same tables with the same indexes, by nothing but batched JDBC: no chain is looked at,
 * nobody's presence, no progress. Each batch is committed and forced to the disk before the next, as a gate is promised.
 */
final class RawInsert implements AutoCloseable {

    private final Connection connection;
    private final PreparedStatement events;
    private final PreparedStatement entries;
    private long nextId = 1;

    RawInsert(Path folder) throws Database.Unusable, SQLException {
        String url = "jdbc:h2:file:" + folder.toAbsolutePath().resolve("portvakt");
        Database.open(url, Optional.empty(), Optional.empty()).close();
        connection = DriverManager.getConnection(url, "sa", "");
        connection.setAutoCommit(false);
        events = connection.prepareStatement("INSERT INTO event (site, gate, sequence, previous_hash, hash, facts,"
                + " subject_commitment, subject, received_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
        entries = connection.prepareStatement(
                "INSERT INTO log_entry (site, gate, sequence, occurred_at, received_at, clock_trust,"
                        + " direction, kind, reason, flags, card_number, uid, holder_name, employer_name, assurance, reader,"
                        + " granted_sequence, list, list_version, list_age_ms, detail, id)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    }

    /** Reading is done before: what is measured is the database. */
    record Rows(List<Object[]> events, List<Object[]> entries) {

        static Rows of(GateAddress gate, EventBatch batch, Instant receivedAt) {
            Rows rows = new Rows(new ArrayList<>(), new ArrayList<>());
            OffsetDateTime received = at(receivedAt);
            for (ChainedEvent event : batch.getEventsList()) {
                rows.events.add(new Object[] {
                    gate.site(),
                    gate.gate(),
                    event.getSequence(),
                    event.getPreviousHash().toByteArray(),
                    EventChain.hash(event).toByteArray(),
                    event.getFacts().toByteArray(),
                    event.getSubjectCommitment().toByteArray(),
                    event.getSubject().toByteArray(),
                    received
                });
                if (EventReader.read(gate, Direction.IN, event, receivedAt)
                        instanceof EventReading.Legible(LogEntry entry)) {
                    rows.entries.add(values(entry, received));
                }
            }
            return rows;
        }

        private static Object[] values(LogEntry entry, OffsetDateTime received) {
            return new Object[] {
                entry.site(),
                entry.gate(),
                entry.sequence(),
                at(entry.occurredAt()),
                received,
                entry.clockTrust(),
                entry.direction().name(),
                entry.kind(),
                entry.reason().orElse(null),
                String.join(" ", entry.flags()),
                entry.cardNumber().orElse(null),
                entry.uid().orElse(null),
                entry.holderName().orElse(null),
                entry.employerName().orElse(null),
                entry.assurance().orElse(null),
                entry.reader().orElse(null),
                entry.grantedSequence().orElse(null),
                entry.list().orElse(null),
                entry.listVersion().orElse(null),
                entry.listAgeMs().orElse(null),
                entry.detail().orElse(null)
            };
        }

        private static OffsetDateTime at(Instant instant) {
            return OffsetDateTime.ofInstant(instant, ZoneOffset.UTC);
        }
    }

    void insert(Rows rows) throws SQLException {
        batch(events, rows.events, false);
        batch(entries, rows.entries, true);
        connection.commit();
        try (Statement force = connection.createStatement()) {
            force.execute("CHECKPOINT SYNC");
        }
    }

    private void batch(PreparedStatement insert, List<Object[]> rows, boolean numbered) throws SQLException {
        for (Object[] row : rows) {
            for (int column = 0; column < row.length; column++) {
                insert.setObject(column + 1, row[column]);
            }
            if (numbered) {
                insert.setLong(row.length + 1, nextId++);
            }
            insert.addBatch();
        }
        insert.executeBatch();
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
