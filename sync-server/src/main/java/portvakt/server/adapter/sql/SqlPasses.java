package portvakt.server.adapter.sql;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.mapper.ColumnMapper;
import org.jdbi.v3.core.mapper.RowMapper;
import portvakt.protocol.pass.HolderKind;
import portvakt.protocol.pass.Pass;
import portvakt.protocol.pass.PassNumber;
import portvakt.server.port.Passes;
import portvakt.server.port.StorageException;

/** Passes in the database, each with what its site's list says of its number. */
public final class SqlPasses implements Passes {

    private static final RowMapper<Issued> ISSUED = (row, context) -> {
        ColumnMapper<Instant> instant =
                context.findColumnMapperFor(Instant.class).orElseThrow();
        return new Issued(
                row.getLong("id"),
                new Pass(
                        row.getString("site"),
                        new PassNumber(row.getString("number")),
                        HolderKind.valueOf(row.getString("kind")),
                        instant.map(row, "valid_from", context),
                        instant.map(row, "valid_until", context)),
                row.getString("note"),
                row.getString("issued_by"),
                instant.map(row, "issued_at", context),
                row.getObject("withdrawn_at") == null
                        ? Optional.empty()
                        : Optional.of(instant.map(row, "withdrawn_at", context)));
    };

    /** Suspended counts as withdrawn: a gate denies either. */
    private static final String SELECT =
            "SELECT p.id, p.site, p.number, p.kind, p.valid_from, p.valid_until, p.note, p.issued_by, p.issued_at,"
                    + " s.event_time AS withdrawn_at FROM pass p LEFT JOIN card_status s ON s.list = CONCAT('site-', p.site)"
                    + " AND s.card_number = p.number AND s.status <> 'VALID' WHERE p.site = ? AND ";

    private final Database database;

    public SqlPasses(Database database) {
        this.database = database;
    }

    @Override
    public Issued issue(Pass pass, String note, String by, Instant now) {
        Instant at = now.truncatedTo(ChronoUnit.MILLIS);
        long id = transaction(
                "a pass was not committed",
                handle -> handle.createUpdate(
                                "INSERT INTO pass (site, number, kind, valid_from, valid_until, note, issued_at, issued_by)"
                                        + " VALUES (:site, :number, :kind, :from, :until, :note, :at, :by)")
                        .bind("site", pass.site())
                        .bind("number", pass.number().digits())
                        .bind("kind", pass.kind().name())
                        .bind("from", pass.validFrom())
                        .bind("until", pass.validUntil())
                        .bind("note", note)
                        .bind("at", at)
                        .bind("by", by)
                        .executeAndReturnGeneratedKeys("id")
                        .mapTo(Long.class)
                        .one());
        database.makeDurable();
        return new Issued(id, pass, note, by, at, Optional.empty());
    }

    @Override
    public Optional<Issued> find(String site, PassNumber number) {
        return transaction(
                "a pass cannot be read",
                handle -> handle.select(SELECT + "p.number = ?", site, number.digits())
                        .map(ISSUED)
                        .findOne());
    }

    @Override
    public List<Issued> list(String site, long before, int limit) {
        return transaction(
                "the passes cannot be read",
                handle -> handle.select(
                                SELECT + "p.id < ? ORDER BY p.id DESC FETCH FIRST " + limit + " ROWS ONLY",
                                site,
                                before)
                        .map(ISSUED)
                        .list());
    }

    private <T> T transaction(String otherwise, Function<Handle, T> work) {
        try {
            return database.jdbi().inTransaction(work::apply);
        } catch (JdbiException e) {
            throw new StorageException(otherwise, e);
        }
    }
}
