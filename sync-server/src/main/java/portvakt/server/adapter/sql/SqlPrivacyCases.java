package portvakt.server.adapter.sql;

import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.mapper.RowMapper;
import portvakt.protocol.CardNumber;
import portvakt.server.port.PrivacyCases;
import portvakt.server.port.StorageException;

/** What people ask for by their rights, in the database. */
public final class SqlPrivacyCases implements PrivacyCases {

    private static final RowMapper<Case> CASE = (row, context) -> new Case(
            row.getLong("id"),
            row.getString("site"),
            new CardNumber(row.getString("card_number")),
            Kind.valueOf(row.getString("kind")),
            row.getObject("received_on", LocalDate.class),
            row.getObject("due_on", LocalDate.class),
            row.getString("grounds"),
            row.getString("opened_by"),
            Instants.read(row, "opened_at", context),
            row.getString("decision") == null
                    ? Optional.empty()
                    : Optional.of(new Closing(
                            Decision.valueOf(row.getString("decision")),
                            row.getString("answer"),
                            row.getString("closed_by"),
                            Instants.read(row, "closed_at", context))));

    private final Database database;

    public SqlPrivacyCases(Database database) {
        this.database = database;
    }

    @Override
    public Case open(
            String site, CardNumber card, Kind kind, LocalDate receivedOn, String grounds, String by, Instant now) {
        Case opened = transaction(handle -> {
            long id = handle.createUpdate(
                            "INSERT INTO privacy_case (site, card_number, kind, received_on, due_on, grounds, opened_by,"
                                    + " opened_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
                    .bind(0, site)
                    .bind(1, card.digits())
                    .bind(2, kind.name())
                    .bind(3, receivedOn)
                    .bind(4, receivedOn.plusMonths(1))
                    .bind(5, grounds)
                    .bind(6, by)
                    .bind(7, now.truncatedTo(ChronoUnit.MILLIS))
                    .executeAndReturnGeneratedKeys("id")
                    .mapTo(Long.class)
                    .one();
            return find(handle, site, id).orElseThrow();
        });
        database.makeDurable();
        return opened;
    }

    private static Optional<Case> find(Handle handle, String site, long id) {
        return handle.select("SELECT * FROM privacy_case WHERE id = ? AND site = ?", id, site)
                .map(CASE)
                .findOne();
    }

    @Override
    public Optional<Case> close(String site, long id, Decision decision, String answer, String by, Instant now) {
        Optional<Case> closed = transaction(handle -> handle.execute(
                                "UPDATE privacy_case SET decision = ?, answer = ?, closed_by = ?, closed_at = ?"
                                        + " WHERE id = ? AND site = ? AND closed_at IS NULL",
                                decision.name(),
                                answer,
                                by,
                                now.truncatedTo(ChronoUnit.MILLIS),
                                id,
                                site)
                        == 0
                ? Optional.empty()
                : find(handle, site, id));
        database.makeDurable();
        return closed;
    }

    @Override
    public List<Case> open(String site) {
        return transaction(handle -> handle.select(
                        "SELECT * FROM privacy_case WHERE site = ? AND closed_at IS NULL ORDER BY due_on, id", site)
                .map(CASE)
                .list());
    }

    @Override
    public List<Case> casesOf(String site, CardNumber card) {
        return transaction(handle -> handle.select(
                        "SELECT * FROM privacy_case WHERE site = ? AND card_number = ? ORDER BY id DESC",
                        site,
                        card.digits())
                .map(CASE)
                .list());
    }

    private <T> T transaction(Function<Handle, T> work) {
        try {
            return database.jdbi().inTransaction(work::apply);
        } catch (JdbiException e) {
            throw new StorageException("privacy cases could not be read or kept", e);
        }
    }
}
