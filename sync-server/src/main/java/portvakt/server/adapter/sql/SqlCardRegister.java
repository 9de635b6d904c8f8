package portvakt.server.adapter.sql;

import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import portvakt.protocol.CardStatus;
import portvakt.protocol.Topics;
import portvakt.server.list.StatusOrder;
import portvakt.server.port.CardRegister;
import portvakt.server.port.StatusChange;
import portvakt.server.port.StorageException;

/**
 * Keeps what a register says of cards, for one list. Every change is on the disk, with its token and a line for the audit,
 * before it is answered.
 */
public final class SqlCardRegister implements CardRegister {

    static final int TEXT_CHARS_MAX = 300;

    private final Database database;
    private final String list;
    private final InstantSource clock;
    private final Runnable changed;

    /** @param changed called after each commit that may change the list; must not block */
    public SqlCardRegister(Database database, String list, InstantSource clock, Runnable changed) {
        this.database = database;
        this.list = Topics.name(list);
        this.clock = clock;
        this.changed = changed;
    }

    /**
     * @throws IllegalArgumentException if source or token id are empty or longer than 300 characters
     * @throws StorageException if the change may not be on the disk; the same token may come again
     */
    @Override
    public Outcome apply(StatusChange change) {
        requireText("source", change.source());
        requireText("jti", change.tokenId());
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        Outcome outcome;
        try {
            outcome = database.jdbi().inTransaction(handle -> apply(handle, change, now));
        } catch (JdbiException e) {
            throw new StorageException("a status change was not committed", e);
        }
        // A repeat too: the first one may have been committed a moment ago and not be on the disk yet.
        database.makeDurable();
        if (outcome == Outcome.APPLIED) {
            changed.run();
        }
        return outcome;
    }

    private Outcome apply(Handle handle, StatusChange change, Instant now) {
        // The cursor first: whoever has it is alone with the statuses until the commit, so change ids rise in that
        // order.
        long changeId = 1
                + handle.select("SELECT last_id FROM log_cursor WHERE name = 'card' FOR UPDATE")
                        .mapTo(Long.class)
                        .one();
        Optional<Outcome> takenBefore = claimToken(handle, change, now);
        if (takenBefore.isPresent()) {
            audit(handle, change, takenBefore.get(), 0, Optional.empty(), now);
            return takenBefore.get();
        }
        Optional<StatusOrder.Known> known = lock(handle, change);
        Outcome outcome = StatusOrder.judge(known, change.status(), eventTime(change));
        if (outcome == Outcome.APPLIED || StatusOrder.movesTime(known, change.status(), eventTime(change))) {
            handle.execute(
                    "UPDATE card_status SET status = ?, event_time = ?, source = ?, token_id = ?"
                            + " WHERE list = ? AND card_number = ?",
                    change.status().name(),
                    eventTime(change),
                    change.source(),
                    change.tokenId(),
                    list,
                    change.card().digits());
        }
        if (outcome == Outcome.APPLIED) {
            handle.execute("UPDATE log_cursor SET last_id = ? WHERE name = 'card'", changeId);
            handle.execute(
                    "UPDATE card_status SET change_id = ? WHERE list = ? AND card_number = ?",
                    changeId,
                    list,
                    change.card().digits());
        }
        CardStatus before = known.map(StatusOrder.Known::status).orElse(CardStatus.VALID);
        audit(handle, change, outcome, outcome == Outcome.APPLIED ? changeId : 0, Optional.of(before), now);
        return outcome;
    }

    /** @return empty if nobody had taken this token: it is taken now */
    private static Optional<Outcome> claimToken(Handle handle, StatusChange change, Instant now) {
        int claimed = handle.execute("""
                MERGE INTO processed_token USING (VALUES (CAST(? AS VARCHAR(300)), CAST(? AS VARCHAR(300)), CAST(? AS VARCHAR(64)), CAST(? AS TIMESTAMP WITH TIME ZONE)))
                    AS given (source, token_id, content_hash, received_at)
                ON processed_token.source = given.source AND processed_token.token_id = given.token_id
                WHEN NOT MATCHED THEN INSERT (source, token_id, content_hash, received_at)
                    VALUES (given.source, given.token_id, given.content_hash, given.received_at)""", change.source(), change.tokenId(), change.contentHash(), now);
        if (claimed > 0) {
            return Optional.empty();
        }
        String first = handle.select(
                        "SELECT content_hash FROM processed_token WHERE source = ? AND token_id = ?",
                        change.source(),
                        change.tokenId())
                .mapTo(String.class)
                .one();
        return Optional.of(first.equals(change.contentHash()) ? Outcome.REPEATED : Outcome.TOKEN_ID_REUSED);
    }

    /** The card's row, made if there is none and locked: two changes of one card are judged one after the other. */
    private Optional<StatusOrder.Known> lock(Handle handle, StatusChange change) {
        int made =
                handle.execute("""
                MERGE INTO card_status USING (VALUES (CAST(? AS VARCHAR(30)), CAST(? AS VARCHAR(16)), CAST(? AS TIMESTAMP WITH TIME ZONE), CAST(? AS VARCHAR(300)), CAST(? AS VARCHAR(300))))
                    AS given (list, card_number, event_time, source, token_id)
                ON card_status.list = given.list AND card_status.card_number = given.card_number
                WHEN NOT MATCHED THEN INSERT (list, card_number, status, event_time, source, token_id)
                    VALUES (given.list, given.card_number, 'VALID', given.event_time, given.source, given.token_id)""", list, change.card().digits(), eventTime(change), change.source(), change.tokenId());
        if (made > 0) {
            return Optional.empty();
        }
        return handle.select(
                        "SELECT status, event_time FROM card_status WHERE list = ? AND card_number = ? FOR UPDATE",
                        list,
                        change.card().digits())
                .map((row, context) -> new StatusOrder.Known(
                        CardStatus.valueOf(row.getString("status")),
                        context.findColumnMapperFor(Instant.class).orElseThrow().map(row, "event_time", context)))
                .findOne();
    }

    private void audit(
            Handle handle,
            StatusChange change,
            Outcome outcome,
            long changeId,
            Optional<CardStatus> before,
            Instant now) {
        handle.execute(
                "INSERT INTO register_audit (list, card_number, status, event_time, source, token_id, outcome, received_at,"
                        + " change_id, status_before) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                list,
                change.card().digits(),
                change.status().name(),
                eventTime(change),
                change.source(),
                change.tokenId(),
                outcome.name(),
                now,
                changeId,
                before.map(CardStatus::name).orElse(null));
    }

    private static Instant eventTime(StatusChange change) {
        return change.eventTime().truncatedTo(ChronoUnit.MILLIS);
    }

    private static void requireText(String what, String text) {
        if (text.isBlank() || text.length() > TEXT_CHARS_MAX) {
            throw new IllegalArgumentException("a " + what + " has 1 to " + TEXT_CHARS_MAX + " characters");
        }
    }
}
