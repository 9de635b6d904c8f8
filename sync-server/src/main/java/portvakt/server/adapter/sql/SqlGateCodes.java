package portvakt.server.adapter.sql;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.statement.StatementContext;
import portvakt.protocol.Direction;
import portvakt.protocol.Topics.GateAddress;
import portvakt.server.port.GateCodes;
import portvakt.server.port.StorageException;

/** One-time codes of gates in the database. */
public final class SqlGateCodes implements GateCodes {

    private static final String OPEN =
            " WHERE used_at IS NULL AND withdrawn_at IS NULL AND expires_at > :now AND tries < " + TRIES_MAX;

    private final Database database;

    public SqlGateCodes(Database database) {
        this.database = database;
    }

    @Override
    public Code add(Fresh fresh) {
        Instant at = fresh.createdAt().truncatedTo(ChronoUnit.MILLIS);
        Code code = stored(handle -> {
            withdraw(handle, fresh, at);
            long id = handle.createUpdate(
                            "INSERT INTO gate_code (site, gate, direction, name, secret_hash, created_by,"
                                    + " created_at, expires_at) VALUES (:site, :gate, :direction, :name, :hash, :by, :at, :until)")
                    .bind("site", fresh.gate().site())
                    .bind("gate", fresh.gate().gate())
                    .bind("direction", fresh.direction().name())
                    .bind("name", fresh.name())
                    .bind("hash", fresh.hash())
                    .bind("by", fresh.createdBy())
                    .bind("at", at)
                    .bind("until", fresh.expiresAt().truncatedTo(ChronoUnit.MILLIS))
                    .executeAndReturnGeneratedKeys("id")
                    .mapTo(Long.class)
                    .one();
            return handle.select("SELECT * FROM gate_code WHERE id = ?", id)
                    .map(SqlGateCodes::map)
                    .one();
        });
        database.makeDurable();
        return code;
    }

    private static void withdraw(Handle handle, Fresh fresh, Instant at) {
        handle.createUpdate("UPDATE gate_code SET withdrawn_at = :now, withdrawn_by = :by" + OPEN
                        + " AND site = :site AND gate = :gate")
                .bind("now", at)
                .bind("by", fresh.createdBy())
                .bind("site", fresh.gate().site())
                .bind("gate", fresh.gate().gate())
                .execute();
    }

    @Override
    public List<Hashed> named(String name) {
        return stored(handle -> handle.select("SELECT * FROM gate_code WHERE name = ? ORDER BY id DESC", name)
                .map((row, context) -> new Hashed(map(row, context), row.getString("secret_hash")))
                .list());
    }

    @Override
    public void tried(long id) {
        stored(handle -> handle.execute("UPDATE gate_code SET tries = tries + 1 WHERE id = ?", id));
        database.makeDurable();
    }

    @Override
    public List<Code> newest(String site, int limit) {
        return stored(handle -> handle.select(
                        "SELECT * FROM gate_code WHERE site = ? ORDER BY id DESC FETCH FIRST " + limit + " ROWS ONLY",
                        site)
                .map(SqlGateCodes::map)
                .list());
    }

    @Override
    public boolean withdraw(String site, long id, String by, Instant now) {
        int withdrawn = stored(handle -> handle.createUpdate("UPDATE gate_code SET withdrawn_at = :now,"
                        + " withdrawn_by = :by" + OPEN + " AND site = :site AND id = :id")
                .bind("now", now.truncatedTo(ChronoUnit.MILLIS))
                .bind("by", by)
                .bind("site", site)
                .bind("id", id)
                .execute());
        database.makeDurable();
        return withdrawn == 1;
    }

    /** Spends a code, in the transaction that lets its gate in. @return false if it was not open */
    static boolean spend(Handle handle, long id, String key, Instant now) {
        return handle.createUpdate("UPDATE gate_code SET used_at = :now, used_key = :key" + OPEN + " AND id = :id")
                        .bind("now", now)
                        .bind("key", key)
                        .bind("id", id)
                        .execute()
                == 1;
    }

    private static Code map(ResultSet row, StatementContext context) throws SQLException {
        return new Code(
                row.getLong("id"),
                new GateAddress(row.getString("site"), row.getString("gate")),
                Direction.valueOf(row.getString("direction")),
                row.getString("created_by"),
                Instants.read(row, "created_at", context),
                Instants.read(row, "expires_at", context),
                row.getInt("tries"),
                Optional.ofNullable(Instants.read(row, "used_at", context)),
                Optional.ofNullable(row.getString("used_key")),
                Optional.ofNullable(Instants.read(row, "withdrawn_at", context)));
    }

    private <T> T stored(Function<Handle, T> work) {
        try {
            return database.jdbi().inTransaction(work::apply);
        } catch (JdbiException e) {
            throw new StorageException("the gates' codes cannot be read or written", e);
        }
    }
}
