package portvakt.server.adapter.sql;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;
import portvakt.protocol.Direction;
import portvakt.server.port.LogEntry;

/** Rows of {@code log_entry}, to and fro. */
final class LogEntryTable {

    private static final String INSERT = """
            INSERT INTO log_entry (id, site, gate, sequence, occurred_at, received_at, clock_trust, direction, kind, reason,
                flags, card_number, uid, holder_name, employer_name, assurance, reader, granted_sequence, list, list_version,
                list_age_ms, detail)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""";

    private LogEntryTable() {}

    static void insert(Handle handle, List<LogEntry> entries) {
        if (entries.isEmpty()) {
            return;
        }
        PlainBatch.execute(
                handle, INSERT, entries.stream().map(LogEntryTable::values).toList());
    }

    private static Object[] values(LogEntry entry) {
        return new Object[] {
            entry.id(),
            entry.site(),
            entry.gate(),
            entry.sequence(),
            Instants.column(entry.occurredAt()),
            Instants.column(entry.receivedAt()),
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

    static LogEntry map(ResultSet row, StatementContext context) throws SQLException {
        String flags = row.getString("flags");
        return new LogEntry(
                row.getLong("id"),
                row.getString("site"),
                row.getString("gate"),
                row.getLong("sequence"),
                instant(row, "occurred_at"),
                instant(row, "received_at"),
                row.getString("clock_trust"),
                Direction.valueOf(row.getString("direction")),
                row.getString("kind"),
                text(row, "reason"),
                flags.isEmpty() ? List.of() : List.of(flags.split(" ")),
                text(row, "card_number"),
                text(row, "uid"),
                text(row, "holder_name"),
                text(row, "employer_name"),
                text(row, "assurance"),
                text(row, "reader"),
                number(row, "granted_sequence"),
                text(row, "list"),
                number(row, "list_version"),
                number(row, "list_age_ms"),
                text(row, "detail"));
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    private static Optional<String> text(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getString(column));
    }

    private static Optional<Long> number(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getObject(column, Long.class));
    }
}
