package portvakt.server.adapter.sql;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.statement.Query;
import org.jdbi.v3.core.statement.StatementContext;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;
import portvakt.server.port.RegisterRecords;
import portvakt.server.port.StorageException;

/** Cards' statuses and the register's audit in the database. */
public final class SqlRegisterRecords implements RegisterRecords {

    private static final int FETCH_ROWS = 1000;

    private final Database database;
    private final InstantSource clock;

    public SqlRegisterRecords(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    @Override
    public Map<CardNumber, Known> known(String list) {
        return transaction("the card statuses cannot be read", handle -> {
            Map<CardNumber, Known> known = new HashMap<>(); // looked up; whoever walks it sorts
            handle.select("SELECT card_number, status, event_time FROM card_status WHERE list = ?", list)
                    .setFetchSize(FETCH_ROWS)
                    .map((row, context) -> Map.entry(new CardNumber(row.getString("card_number")), known(row, context)))
                    .forEach(entry -> known.put(entry.getKey(), entry.getValue()));
            return known;
        });
    }

    @Override
    public Optional<Known> find(String list, CardNumber card) {
        return transaction(
                "a card's status cannot be read",
                handle -> handle.select(
                                "SELECT status, event_time FROM card_status WHERE list = ? AND card_number = ?",
                                list,
                                card.digits())
                        .map(SqlRegisterRecords::known)
                        .findOne());
    }

    @Override
    public void note(Note note) {
        transaction("a line for the audit was not committed", handle -> {
            AuditTable.lock(handle);
            AuditTable.add(handle, note, clock.instant().truncatedTo(ChronoUnit.MILLIS));
            return true;
        });
    }

    @Override
    public List<AuditRow> audit(long after, int limit, Filter filter) {
        StringBuilder where = new StringBuilder("WHERE id > :after");
        filter.list().ifPresent(_ -> where.append(" AND list = :list"));
        filter.card().ifPresent(_ -> where.append(" AND card_number = :card"));
        filter.source().ifPresent(_ -> where.append(" AND source = :source"));
        return transaction("the audit cannot be read", handle -> {
            Query query = handle.createQuery("SELECT id, received_at, action, list, card_number, status_before, status,"
                            + " event_time, source, account, token_id, outcome, reason FROM register_audit " + where
                            + " ORDER BY id LIMIT :limit")
                    .bind("after", after)
                    .bind("limit", Math.clamp(limit, 1, LIMIT_MAX));
            filter.list().ifPresent(list -> query.bind("list", list));
            filter.card().ifPresent(card -> query.bind("card", card.digits()));
            filter.source().ifPresent(source -> query.bind("source", source));
            return query.map(SqlRegisterRecords::row).list();
        });
    }

    private static Known known(ResultSet row, StatementContext context) throws SQLException {
        return new Known(CardStatus.valueOf(row.getString("status")), Instants.read(row, "event_time", context));
    }

    private static AuditRow row(ResultSet row, StatementContext context) throws SQLException {
        return new AuditRow(
                row.getLong("id"),
                Instants.read(row, "received_at", context),
                Action.valueOf(row.getString("action")),
                Optional.ofNullable(row.getString("list")),
                Optional.ofNullable(row.getString("card_number")).map(CardNumber::new),
                Optional.ofNullable(row.getString("status_before")).map(CardStatus::valueOf),
                Optional.ofNullable(row.getString("status")).map(CardStatus::valueOf),
                Optional.ofNullable(Instants.read(row, "event_time", context)),
                Optional.ofNullable(row.getString("source")),
                Optional.ofNullable(row.getString("account")),
                Optional.ofNullable(row.getString("token_id")),
                row.getString("outcome"),
                Optional.ofNullable(row.getString("reason")));
    }

    private <T> T transaction(String otherwise, Function<Handle, T> work) {
        try {
            return database.jdbi().inTransaction(work::apply);
        } catch (JdbiException e) {
            throw new StorageException(otherwise, e);
        }
    }
}
