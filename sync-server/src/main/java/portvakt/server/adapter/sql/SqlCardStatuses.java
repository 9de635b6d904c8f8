package portvakt.server.adapter.sql;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;
import portvakt.protocol.list.ListHead;
import portvakt.protocol.list.MalformedListException;
import portvakt.server.port.CardStatuses;
import portvakt.server.port.StorageException;

/** Statuses and issued lists in the database. */
public final class SqlCardStatuses implements CardStatuses {

    private final Database database;

    public SqlCardStatuses(Database database) {
        this.database = database;
    }

    @Override
    public List<Listed> listed(String list) {
        return transaction(
                "the card statuses cannot be read",
                handle -> handle.select(
                                "SELECT card_number, status FROM card_status WHERE list = ? AND status <> 'VALID'",
                                list)
                        .map((row, context) -> new Listed(
                                new CardNumber(row.getString("card_number")),
                                CardStatus.valueOf(row.getString("status"))))
                        .list());
    }

    @Override
    public Optional<Issued> issued(String list) {
        return transaction(
                "the list's state cannot be read",
                handle -> handle.select(
                                "SELECT head, revoked_count, suspended_count FROM list_state WHERE list = ?", list)
                        .map((row, context) -> {
                            byte[] head = row.getBytes("head");
                            return new Issued(
                                    parse(list, head),
                                    head,
                                    row.getInt("revoked_count"),
                                    row.getInt("suspended_count"));
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
    public void issue(Issued issued, Snapshot snapshot) {
        ListHead head = issued.head();
        transaction("a list version was not committed", handle -> {
            handle.execute("DELETE FROM list_state WHERE list = ?", head.list());
            handle.execute(
                    "INSERT INTO list_state (list, epoch, version, root, revoked_count, suspended_count, issued_at,"
                            + " expires_at, head) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    head.list(),
                    head.epoch(),
                    head.version(),
                    head.rootHex(),
                    issued.revokedCount(),
                    issued.suspendedCount(),
                    head.issuedAt(),
                    head.expiresAt(),
                    issued.signedHead());
            handle.execute(
                    "DELETE FROM list_checkpoint WHERE list = ? AND version = ?", head.list(), snapshot.version());
            return handle.execute(
                    "INSERT INTO list_checkpoint (list, version, table_chunks, key_chunks) VALUES (?, ?, ?, ?)",
                    head.list(),
                    snapshot.version(),
                    snapshot.tableChunks(),
                    snapshot.keyChunks());
        });
        database.makeDurable();
    }

    @Override
    public List<Snapshot> snapshots(String list) {
        return transaction(
                "the list's versions cannot be read",
                handle -> handle.select(
                                "SELECT version, table_chunks, key_chunks FROM list_checkpoint WHERE list = ? ORDER BY version",
                                list)
                        .map((row, context) -> new Snapshot(
                                row.getLong("version"), row.getInt("table_chunks"), row.getInt("key_chunks")))
                        .list());
    }

    @Override
    public void forgetSnapshot(String list, long version) {
        transaction(
                "a cleared list version was not forgotten",
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
