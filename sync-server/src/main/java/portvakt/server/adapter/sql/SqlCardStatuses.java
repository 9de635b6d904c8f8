package portvakt.server.adapter.sql;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;
import portvakt.protocol.list.ListHead;
import portvakt.protocol.list.MalformedListException;
import portvakt.server.port.CardStatuses;
import portvakt.server.port.StorageException;

/** Statuses and issued lists in the database. */
public final class SqlCardStatuses implements CardStatuses {

    /** Rows that a driver brings at a time when all cards are read. */
    private static final int FETCH_ROWS = 10_000;

    private final Database database;

    public SqlCardStatuses(Database database) {
        this.database = database;
    }

    @Override
    public long newestChange(String list) {
        return transaction(
                "the card statuses cannot be read",
                handle -> handle.select("SELECT COALESCE(MAX(change_id), 0) FROM card_status WHERE list = ?", list)
                        .mapTo(Long.class)
                        .one());
    }

    @Override
    public void listedAt(String list, long changeId, Consumer<Listed> each) {
        try {
            // Repeatable: a card that changes between the two statements would be in both, or in none.
            database.jdbi().useTransaction(TransactionIsolationLevel.REPEATABLE_READ, handle -> {
                handle.select(
                                "SELECT card_number, status FROM card_status WHERE list = ? AND status <> 'VALID'"
                                        + " AND change_id <= ?",
                                list,
                                changeId)
                        .setFetchSize(FETCH_ROWS)
                        .map((row, context) -> listed(row, "status"))
                        .forEach(each);
                // Those that changed since, as they were: the audit's first line after it tells.
                handle.select("""
                                SELECT a.card_number, a.status_before FROM register_audit a JOIN
                                    (SELECT card_number, MIN(change_id) AS first_id FROM register_audit
                                        WHERE list = ? AND change_id > ? GROUP BY card_number) f
                                    ON a.card_number = f.card_number AND a.change_id = f.first_id
                                WHERE a.list = ? AND a.status_before <> 'VALID'""", list, changeId, list)
                        .map((row, context) -> listed(row, "status_before"))
                        .forEach(each);
            });
        } catch (JdbiException e) {
            throw new StorageException("the card statuses cannot be read", e);
        }
    }

    private static Listed listed(ResultSet row, String status) throws SQLException {
        return new Listed(new CardNumber(row.getString("card_number")), CardStatus.valueOf(row.getString(status)));
    }

    @Override
    public List<Changed> changed(String list, long after, int limit) {
        return transaction(
                "the card statuses cannot be read",
                handle -> handle.select(
                                "SELECT card_number, status, change_id FROM card_status WHERE list = ? AND change_id > ?"
                                        + " ORDER BY change_id FETCH FIRST ? ROWS ONLY",
                                list,
                                after,
                                limit)
                        .map((row, context) -> new Changed(
                                new CardNumber(row.getString("card_number")),
                                CardStatus.valueOf(row.getString("status")),
                                row.getLong("change_id")))
                        .list());
    }

    @Override
    public Optional<Issued> issued(String list) {
        return transaction(
                "the list's state cannot be read",
                handle -> handle.select(
                                "SELECT head, revoked_count, suspended_count, change_id FROM list_state WHERE list = ?",
                                list)
                        .map((row, context) -> {
                            byte[] head = row.getBytes("head");
                            return new Issued(
                                    parse(list, head),
                                    head,
                                    row.getInt("revoked_count"),
                                    row.getInt("suspended_count"),
                                    row.getLong("change_id"));
                        })
                        .findOne());
    }

    private static ListHead parse(String list, byte[] head) {
        try {
            return ListHead.parse(head);
        } catch (MalformedListException e) {
            throw new StorageException("the stored head of list " + list + " is damaged", e);
        }
    }

    @Override
    public void issue(Issued issued, List<Version> versions, List<Delta> deltas) {
        String list = issued.head().list();
        transaction("a list version was not committed", handle -> {
            insert(handle, list, versions);
            replace(handle, list, deltas);
            replace(handle, issued);
            return null;
        });
        database.makeDurable();
    }

    /** Versions that are made together share the time of their oldest change: a burst is cut by keys, not by time. */
    private static void insert(Handle handle, String list, List<Version> versions) {
        if (versions.isEmpty()) {
            return;
        }
        long changeBefore = handle.select("SELECT change_id FROM list_state WHERE list = ?", list)
                .mapTo(Long.class)
                .findOne()
                .orElse(0L);
        Optional<Instant> oldest = handle.select(
                        "SELECT received_at FROM register_audit WHERE list = ? AND change_id > ? AND change_id <= ?"
                                + " ORDER BY change_id FETCH FIRST 1 ROWS ONLY",
                        list,
                        changeBefore,
                        versions.getLast().changeId())
                .mapTo(Instant.class)
                .findOne();
        for (Version version : versions) {
            insert(handle, version, oldest.orElse(version.head().issuedAt()));
        }
    }

    private static void insert(Handle handle, Version version, Instant changedAt) {
        ListHead head = version.head();
        handle.execute(
                "INSERT INTO list_version (list, epoch, version, issued_at, changed_at, keys_changed, delta_bytes, count,"
                        + " change_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                head.list(),
                head.epoch(),
                head.version(),
                head.issuedAt(),
                changedAt,
                version.keysChanged(),
                version.deltaBytes(),
                head.count(),
                version.changeId());
    }

    private static void replace(Handle handle, String list, List<Delta> deltas) {
        if (deltas.isEmpty()) {
            return;
        }
        PreparedBatch gone = handle.prepareBatch("DELETE FROM list_delta WHERE list = ? AND from_version = ?");
        PreparedBatch made = handle.prepareBatch(
                "INSERT INTO list_delta (list, from_version, to_version, delta) VALUES (?, ?, ?, ?)");
        for (Delta delta : deltas) {
            gone.add(list, delta.from());
            made.add(list, delta.from(), delta.to(), delta.bytes());
        }
        gone.execute();
        made.execute();
    }

    private static void replace(Handle handle, Issued issued) {
        ListHead head = issued.head();
        handle.execute("DELETE FROM list_state WHERE list = ?", head.list());
        handle.execute(
                "INSERT INTO list_state (list, epoch, version, root, revoked_count, suspended_count, issued_at,"
                        + " expires_at, head, change_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                head.list(),
                head.epoch(),
                head.version(),
                head.rootHex(),
                issued.revokedCount(),
                issued.suspendedCount(),
                head.issuedAt(),
                head.expiresAt(),
                issued.signedHead(),
                issued.changeId());
    }

    @Override
    public List<Delta> deltas(String list) {
        return transaction(
                "the list's deltas cannot be read",
                handle -> handle.select(
                                "SELECT from_version, to_version, delta FROM list_delta WHERE list = ?"
                                        + " ORDER BY from_version",
                                list)
                        .map((row, context) -> new Delta(
                                row.getLong("from_version"), row.getLong("to_version"), row.getBytes("delta")))
                        .list());
    }

    @Override
    public void forgetDeltas(String list, long before) {
        transaction(
                "cleared deltas were not forgotten",
                handle -> handle.execute("DELETE FROM list_delta WHERE list = ? AND from_version < ?", list, before));
    }

    @Override
    public long keysChangedAfter(String list, long version) {
        return transaction(
                "the list's versions cannot be read",
                handle -> handle.select(
                                "SELECT COALESCE(SUM(keys_changed), 0) FROM list_version WHERE list = ? AND version > ?",
                                list,
                                version)
                        .mapTo(Long.class)
                        .one());
    }

    @Override
    public List<Checkpoint> checkpoints(String list) {
        return transaction(
                "the list's checkpoints cannot be read",
                handle -> handle.select(
                                "SELECT version, head, table_chunks, key_chunks, complete FROM list_checkpoint"
                                        + " WHERE list = ? ORDER BY version",
                                list)
                        .map((row, context) -> new Checkpoint(
                                row.getLong("version"),
                                Optional.ofNullable(row.getBytes("head")),
                                row.getInt("table_chunks"),
                                row.getInt("key_chunks"),
                                row.getBoolean("complete")))
                        .list());
    }

    @Override
    public void keepCheckpoint(String list, Checkpoint checkpoint) {
        transaction("a checkpoint was not committed", handle -> {
            handle.execute("DELETE FROM list_checkpoint WHERE list = ? AND version = ?", list, checkpoint.version());
            return handle.execute(
                    "INSERT INTO list_checkpoint (list, version, head, table_chunks, key_chunks, complete)"
                            + " VALUES (?, ?, ?, ?, ?, ?)",
                    list,
                    checkpoint.version(),
                    checkpoint.signedHead().orElse(null),
                    checkpoint.tableChunks(),
                    checkpoint.keyChunks(),
                    checkpoint.complete());
        });
        database.makeDurable();
    }

    @Override
    public void forgetCheckpoint(String list, long version) {
        transaction(
                "a cleared checkpoint was not forgotten",
                handle -> handle.execute("DELETE FROM list_checkpoint WHERE list = ? AND version = ?", list, version));
    }

    private <T> T transaction(String otherwise, Function<Handle, T> work) {
        try {
            return database.jdbi().inTransaction(work::apply);
        } catch (JdbiException e) {
            throw new StorageException(otherwise, e);
        }
    }
}
