package portvakt.server.adapter.sql;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.mapper.RowMapper;
import portvakt.protocol.CardNumber;
import portvakt.server.port.Restrictions;
import portvakt.server.port.StorageException;

/** Whose data is frozen, in the database. */
public final class SqlRestrictions implements Restrictions {

    private static final RowMapper<Restriction> RESTRICTION = (row, context) -> new Restriction(
            row.getLong("id"),
            row.getString("site"),
            new CardNumber(row.getString("card_number")),
            row.getString("reason"),
            row.getString("author"),
            Instants.read(row, "since", context),
            Optional.ofNullable(row.getString("lifted_by")),
            Optional.ofNullable(Instants.read(row, "lifted_at", context)));

    private final Database database;

    public SqlRestrictions(Database database) {
        this.database = database;
    }

    @Override
    public SortedMap<CardNumber, Restriction> frozen(String site) {
        return transaction(handle -> {
            SortedMap<CardNumber, Restriction> frozen = new TreeMap<>();
            handle.select("SELECT * FROM privacy_restriction WHERE site = ? AND lifted_at IS NULL ORDER BY id", site)
                    .map(RESTRICTION)
                    .forEach(each -> frozen.putIfAbsent(each.card(), each));
            return frozen;
        });
    }

    @Override
    public Restriction freeze(String site, CardNumber card, String reason, String author, Instant now) {
        Restriction made = transaction(handle -> holding(handle, site, card).orElseGet(() -> {
            handle.execute(
                    "INSERT INTO privacy_restriction (site, card_number, reason, author, since) VALUES (?, ?, ?, ?, ?)",
                    site,
                    card.digits(),
                    reason,
                    author,
                    now.truncatedTo(ChronoUnit.MILLIS));
            return holding(handle, site, card).orElseThrow();
        }));
        database.makeDurable();
        return made;
    }

    private static Optional<Restriction> holding(Handle handle, String site, CardNumber card) {
        return handle.select(
                        "SELECT * FROM privacy_restriction WHERE site = ? AND card_number = ? AND lifted_at IS NULL"
                                + " ORDER BY id FETCH FIRST 1 ROWS ONLY",
                        site,
                        card.digits())
                .map(RESTRICTION)
                .findOne();
    }

    @Override
    public boolean lift(String site, CardNumber card, String author, Instant now) {
        int lifted = transaction(handle -> handle.execute(
                "UPDATE privacy_restriction SET lifted_by = ?, lifted_at = ? WHERE site = ? AND card_number = ?"
                        + " AND lifted_at IS NULL",
                author,
                now.truncatedTo(ChronoUnit.MILLIS),
                site,
                card.digits()));
        database.makeDurable();
        return lifted > 0;
    }

    @Override
    public List<Restriction> ofPerson(String site, CardNumber card) {
        return transaction(handle -> handle.select(
                        "SELECT * FROM privacy_restriction WHERE site = ? AND card_number = ? ORDER BY id",
                        site,
                        card.digits())
                .map(RESTRICTION)
                .list());
    }

    private <T> T transaction(Function<Handle, T> work) {
        try {
            return database.jdbi().inTransaction(work::apply);
        } catch (JdbiException e) {
            throw new StorageException("restrictions could not be read or kept", e);
        }
    }
}
