package portvakt.server.adapter.sql;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.statement.StatementContext;
import portvakt.server.port.Reconciliations;
import portvakt.server.port.StorageException;

/** What came of pulled lists, in the database. */
public final class SqlReconciliations implements Reconciliations {

    private static final String COLUMNS =
            "id, at, list, source, issued_at, state, entries, to_valid, to_revoked, to_suspended, ours_newer,"
                    + " unknown_values, outside, cause, confirmed_by, confirmed_at";

    private final Database database;

    public SqlReconciliations(Database database) {
        this.database = database;
    }

    @Override
    public long add(Reconciled entry, Optional<byte[]> token) {
        return transaction("what came of a pulled list was not committed", handle -> {
            // The audit's lock: one at a time, so that the newest row is the newest list.
            AuditTable.lock(handle);
            if (entry.state() != State.REFUSED) {
                handle.execute(
                        "UPDATE reconciliation SET state = ?, token = NULL WHERE list = ? AND source = ? AND state = ?",
                        State.SUPERSEDED.name(),
                        entry.list(),
                        entry.source(),
                        State.HELD.name());
            }
            Counts counts = entry.counts();
            handle.createUpdate("INSERT INTO reconciliation (list, source, at, issued_at, state, entries, to_valid,"
                            + " to_revoked, to_suspended, ours_newer, unknown_values, outside, cause, token)"
                            + " VALUES (:list, :source, :at, :issued, :state, :entries, :valid, :revoked, :suspended,"
                            + " :newer, :unknown, :outside, :cause, :token)")
                    .bind("list", entry.list())
                    .bind("source", entry.source())
                    .bind("at", entry.at())
                    .bindByType("issued", entry.issuedAt().orElse(null), Instant.class)
                    .bind("state", entry.state().name())
                    .bind("entries", counts.entries())
                    .bind("valid", counts.toValid())
                    .bind("revoked", counts.toRevoked())
                    .bind("suspended", counts.toSuspended())
                    .bind("newer", counts.oursNewer())
                    .bind("unknown", counts.unknownValues())
                    .bind("outside", counts.outside())
                    .bindByType("cause", entry.cause().orElse(null), String.class)
                    .bindByType("token", token.orElse(null), byte[].class)
                    .execute();
            return handle.select("SELECT MAX(id) FROM reconciliation")
                    .mapTo(Long.class)
                    .one();
        });
    }

    @Override
    public Optional<Reconciled> find(long id) {
        return transaction(
                "what came of a pulled list cannot be read",
                handle -> handle.select("SELECT " + COLUMNS + " FROM reconciliation WHERE id = ?", id)
                        .map(SqlReconciliations::row)
                        .findOne());
    }

    @Override
    public Optional<byte[]> heldToken(long id) {
        return transaction(
                "a held list cannot be read",
                handle -> handle.select(
                                "SELECT token FROM reconciliation WHERE id = ? AND state = 'HELD' AND token IS NOT NULL",
                                id)
                        .map((row, _) -> row.getBytes("token"))
                        .findOne());
    }

    @Override
    public boolean confirm(long id, Counts counts, String by, Instant at) {
        return transaction(
                        "a confirmation was not committed",
                        handle -> handle.execute(
                                "UPDATE reconciliation SET state = 'CONFIRMED', token = NULL, to_valid = ?, to_revoked = ?,"
                                        + " to_suspended = ?, ours_newer = ?, confirmed_by = ?, confirmed_at = ?"
                                        + " WHERE id = ? AND state = 'HELD'",
                                counts.toValid(),
                                counts.toRevoked(),
                                counts.toSuspended(),
                                counts.oursNewer(),
                                by,
                                at,
                                id))
                > 0;
    }

    @Override
    public List<Reconciled> newest(int limit) {
        return transaction(
                "what came of pulled lists cannot be read",
                handle -> handle.select(
                                "SELECT " + COLUMNS + " FROM reconciliation ORDER BY id DESC LIMIT ?",
                                Math.clamp(limit, 1, LIMIT_MAX))
                        .map(SqlReconciliations::row)
                        .list());
    }

    @Override
    public Optional<Reconciled> newest(String list, String source, Set<State> states) {
        return transaction(
                "what came of pulled lists cannot be read",
                handle -> handle.createQuery("SELECT " + COLUMNS + " FROM reconciliation WHERE list = :list"
                                + " AND source = :source AND state IN (<states>) ORDER BY id DESC LIMIT 1")
                        .bind("list", list)
                        .bind("source", source)
                        .bindList("states", states.stream().map(State::name).toList())
                        .map(SqlReconciliations::row)
                        .findOne());
    }

    private static Reconciled row(ResultSet row, StatementContext context) throws SQLException {
        return new Reconciled(
                row.getLong("id"),
                Instants.read(row, "at", context),
                row.getString("list"),
                row.getString("source"),
                Optional.ofNullable(Instants.read(row, "issued_at", context)),
                State.valueOf(row.getString("state")),
                new Counts(
                        row.getLong("entries"),
                        row.getInt("to_valid"),
                        row.getInt("to_revoked"),
                        row.getInt("to_suspended"),
                        row.getInt("ours_newer"),
                        row.getInt("unknown_values"),
                        row.getInt("outside")),
                Optional.ofNullable(row.getString("cause")),
                Optional.ofNullable(row.getString("confirmed_by")),
                Optional.ofNullable(Instants.read(row, "confirmed_at", context)));
    }

    private <T> T transaction(String otherwise, Function<Handle, T> work) {
        try {
            return database.jdbi().inTransaction(work::apply);
        } catch (JdbiException e) {
            throw new StorageException(otherwise, e);
        }
    }
}
