package portvakt.server.adapter.sql;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.BiConsumer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import portvakt.protocol.CardStatus;
import portvakt.server.port.CardRegister.Outcome;
import portvakt.server.port.RegisterRecords;
import portvakt.server.port.RegisterRecords.Action;
import portvakt.server.port.StatusChange;

/** Adds rows to the register's audit; nothing ever changes or removes one. Who writes here holds the cursor's lock. */
final class AuditTable {

    private static final int BATCH_ROWS_MAX = 500;

    /** A change of a card, and what became of it. @param changeId 0 if the status stays */
    record Change(StatusChange change, CardStatus before, Outcome outcome, long changeId) {}

    private AuditTable() {}

    /** Whoever changes cards or the audit waits here until the transaction before has ended. @return the last change's id */
    static long lock(Handle handle) {
        return handle.select("SELECT last_id FROM log_cursor WHERE name = 'card' FOR UPDATE")
                .mapTo(Long.class)
                .one();
    }

    static void unlock(Handle handle, long lastId) {
        handle.execute("UPDATE log_cursor SET last_id = ? WHERE name = 'card'", lastId);
    }

    static void add(Handle handle, List<Change> changes, Instant now) {
        batch(
                handle,
                "INSERT INTO register_audit (action, list, card_number, status_before, status, event_time, source, token_id,"
                        + " account, reason, outcome, received_at, change_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                changes,
                (batch, each) -> {
                    StatusChange change = each.change();
                    batch.bind(0, Action.CHANGE.name())
                            .bind(1, change.list())
                            .bind(2, change.card().digits())
                            .bind(3, each.before().name())
                            .bind(4, change.status().name())
                            .bind(5, change.eventTime().truncatedTo(ChronoUnit.MILLIS))
                            .bind(6, change.source())
                            .bind(7, change.tokenId())
                            .bindByType(8, change.account().orElse(null), String.class)
                            .bindByType(9, change.reason().orElse(null), String.class)
                            .bind(10, each.outcome().name())
                            .bind(11, now)
                            .bind(12, each.changeId());
                });
    }

    static void add(Handle handle, RegisterRecords.Note note, Instant now) {
        handle.execute(
                "INSERT INTO register_audit (action, list, source, account, token_id, outcome, reason, received_at)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                note.action().name(),
                note.list().orElse(null),
                note.source().map(AuditTable::cut).orElse(null),
                note.account().map(AuditTable::cut).orElse(null),
                note.tokenId().map(AuditTable::cut).orElse(null),
                note.outcome(),
                note.reason().length() > RegisterRecords.DETAIL_CHARS_MAX
                        ? note.reason().substring(0, RegisterRecords.DETAIL_CHARS_MAX)
                        : note.reason(),
                now);
    }

    private static String cut(String text) {
        return text.length() > StatusChange.TEXT_CHARS_MAX ? text.substring(0, StatusChange.TEXT_CHARS_MAX) : text;
    }

    static <T> void batch(Handle handle, String sql, List<T> items, BiConsumer<PreparedBatch, T> bind) {
        for (int from = 0; from < items.size(); from += BATCH_ROWS_MAX) {
            try (PreparedBatch batch = handle.prepareBatch(sql)) {
                for (T item : items.subList(from, Math.min(from + BATCH_ROWS_MAX, items.size()))) {
                    bind.accept(batch, item);
                    batch.add();
                }
                batch.execute();
            }
        }
    }
}
