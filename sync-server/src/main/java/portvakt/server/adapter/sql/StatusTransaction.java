package portvakt.server.adapter.sql;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import portvakt.protocol.CardStatus;
import portvakt.server.list.StatusOrder;
import portvakt.server.port.CardRegister.Outcome;
import portvakt.server.port.RegisterRecords.Known;
import portvakt.server.port.StatusChange;

/**
 * One transaction of the card register. It locks the cursor first, so that writers follow each other, whatever server they are
 * on, and the ids of changes rise in the order of the commits; then it reads what it needs, judges in memory,
 * and writes what became different.
 */
final class StatusTransaction {

    private record Token(String source, String tokenId) {}

    private record Place(String list, String card) {}

    /** A card's row as it was read, and as it is to be. */
    private static final class Row {
        private final boolean stored;
        private Optional<Known> known;
        private StatusChange last;
        private long changeId;
        private boolean changed;

        Row(Optional<Known> known, long changeId) {
            this.stored = known.isPresent();
            this.known = known;
            this.changeId = changeId;
        }
    }

    private final Handle handle;
    private final Instant now;
    private final Map<Token, String> taken = new LinkedHashMap<>();
    private final List<StatusChange> claimed = new ArrayList<>();
    private final Map<Place, Row> rows = new LinkedHashMap<>();
    private final List<AuditTable.Change> audit = new ArrayList<>();
    private long lastId;

    StatusTransaction(Handle handle, Instant now) {
        this.handle = handle;
        this.now = now;
    }

    /** @return the outcome of each, in their order */
    List<Outcome> apply(List<StatusChange> changes) {
        lastId = AuditTable.lock(handle);
        readTokens(changes);
        readCards(changes);
        List<Outcome> outcomes = new ArrayList<>(changes.size());
        for (StatusChange change : changes) {
            outcomes.add(take(change));
        }
        write();
        return outcomes;
    }

    private Outcome take(StatusChange change) {
        Row row = rows.get(new Place(change.list(), change.card().digits()));
        CardStatus before = row.known.map(Known::status).orElse(CardStatus.VALID);
        Outcome outcome = claim(change).orElseGet(() -> judge(row, change));
        audit.add(new AuditTable.Change(change, before, outcome, outcome == Outcome.APPLIED ? lastId : 0));
        return outcome;
    }

    /** @return empty if nobody had taken this token, or it is none: it is taken now */
    private Optional<Outcome> claim(StatusChange change) {
        if (change.contentHash().isEmpty()) {
            return Optional.empty();
        }
        String hash = change.contentHash().get();
        String first = taken.putIfAbsent(new Token(change.source(), change.tokenId()), hash);
        if (first == null) {
            claimed.add(change);
            return Optional.empty();
        }
        return Optional.of(first.equals(hash) ? Outcome.REPEATED : Outcome.TOKEN_ID_REUSED);
    }

    private Outcome judge(Row row, StatusChange change) {
        Instant eventTime = eventTime(change);
        Outcome outcome = StatusOrder.judge(row.known, change.status(), eventTime);
        // A card's first word is kept also when it says "valid": an older one that comes late then changes nothing.
        if (outcome == Outcome.APPLIED
                || row.known.isEmpty()
                || StatusOrder.movesTime(row.known, change.status(), eventTime)) {
            row.known = Optional.of(new Known(change.status(), eventTime));
            row.last = change;
            row.changed = true;
        }
        if (outcome == Outcome.APPLIED) {
            row.changeId = ++lastId;
        }
        return outcome;
    }

    /**
     * One by one: for an IN list beside an equality H2 walks all that the equality finds, that is every token that the source ever
     * sent.
     */
    private void readTokens(List<StatusChange> changes) {
        for (StatusChange change : changes) {
            Token token = new Token(change.source(), change.tokenId());
            if (change.contentHash().isPresent() && !taken.containsKey(token)) {
                handle.select(
                                "SELECT content_hash FROM processed_token WHERE source = ? AND token_id = ?",
                                token.source(),
                                token.tokenId())
                        .mapTo(String.class)
                        .findOne()
                        .ifPresent(hash -> taken.put(token, hash));
            }
        }
    }

    private void readCards(List<StatusChange> changes) {
        for (StatusChange change : changes) {
            rows.computeIfAbsent(new Place(change.list(), change.card().digits()), this::readCard);
        }
    }

    private Row readCard(Place place) {
        return handle.select(
                        "SELECT status, event_time, change_id FROM card_status WHERE list = ? AND card_number = ?",
                        place.list(),
                        place.card())
                .map((row, context) -> new Row(
                        Optional.of(new Known(
                                CardStatus.valueOf(row.getString("status")),
                                Instants.read(row, "event_time", context))),
                        row.getLong("change_id")))
                .findOne()
                .orElseGet(() -> new Row(Optional.empty(), 0));
    }

    private void write() {
        batch(
                "INSERT INTO processed_token (source, token_id, content_hash, received_at) VALUES (?, ?, ?, ?)",
                claimed,
                (batch, change) -> batch.bind(0, change.source())
                        .bind(1, change.tokenId())
                        .bind(2, change.contentHash().orElseThrow())
                        .bind(3, now));
        List<Map.Entry<Place, Row>> written =
                rows.entrySet().stream().filter(each -> each.getValue().changed).toList();
        batch(
                "INSERT INTO card_status (status, event_time, source, token_id, change_id, list, card_number)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?)",
                written.stream().filter(each -> !each.getValue().stored).toList(),
                StatusTransaction::bind);
        batch(
                "UPDATE card_status SET status = ?, event_time = ?, source = ?, token_id = ?,"
                        + " change_id = ? WHERE list = ? AND card_number = ?",
                written.stream().filter(each -> each.getValue().stored).toList(),
                StatusTransaction::bind);
        AuditTable.add(handle, audit, now);
        AuditTable.unlock(handle, lastId);
    }

    private static void bind(PreparedBatch batch, Map.Entry<Place, Row> entry) {
        Row row = entry.getValue();
        batch.bind(0, row.known.orElseThrow().status().name())
                .bind(1, row.known.orElseThrow().eventTime())
                .bind(2, row.last.source())
                .bind(3, row.last.tokenId())
                .bind(4, row.changeId)
                .bind(5, entry.getKey().list())
                .bind(6, entry.getKey().card());
    }

    private <T> void batch(String sql, List<T> items, BiConsumer<PreparedBatch, T> bind) {
        AuditTable.batch(handle, sql, items, bind);
    }

    private static Instant eventTime(StatusChange change) {
        return change.eventTime().truncatedTo(ChronoUnit.MILLIS);
    }
}
