package portvakt.server.adapter.sql;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jdbi.v3.core.statement.Query;
import org.jdbi.v3.core.statement.Update;
import portvakt.protocol.CardNumber;
import portvakt.protocol.v1.ChainedEvent;
import portvakt.protocol.v1.Subject;
import portvakt.server.log.GateRuns;
import portvakt.server.log.Sighting;
import portvakt.server.port.Erasure;
import portvakt.server.port.RegisterRecords.Action;
import portvakt.server.port.RegisterRecords.Note;
import portvakt.server.port.StorageException;

/** Erases in the database, some hundred rows a transaction, so that no gate waits long meanwhile. */
public final class SqlErasure implements Erasure {

    private static final int ROWS = 500;

    private final Database database;

    public SqlErasure(Database database) {
        this.database = database;
    }

    @Override
    public Outcome erase(Scope scope, String account, String reason, Instant now) {
        Instant at = now.truncatedTo(ChronoUnit.MILLIS);
        try {
            if (isOnSite(scope)) {
                return new Outcome.OnSite();
            }
            note(scope, account, "BEGUN", reason, at);
            // By the chip too: a read of the UID alone is the same person's, as far as the site has bound it to the
            // card.
            List<String> uids = uids(scope);
            Excepted except = database.jdbi().withHandle(handle -> Excepted.of(handle, scope.site(), scope.except()));
            int quarantined = quarantine(scope, uids, except);
            int rows = log(scope, uids, except);
            boolean presence = presence(scope, uids, except) > 0;
            passNotes(scope);
            chips(scope);
            privacy(scope);
            note(scope, account, "DONE", rows + " rows; " + reason, at);
            database.makeDurable();
            return new Outcome.Erased(rows, presence, quarantined);
        } catch (JdbiException e) {
            throw new StorageException("the erasure was not finished", e);
        }
    }

    private void chips(Scope scope) {
        database.jdbi()
                .useTransaction(handle ->
                        CardChipTable.erase(handle, scope.site(), scope.card(), scope.before(), scope.except()));
    }

    /** Who a pass was for. The pass itself names nobody, and stays for the audit. */
    private void passNotes(Scope scope) {
        database.jdbi().useHandle(handle -> {
            try (Update update = handle.createUpdate("UPDATE pass SET note = '' WHERE site = :site AND note <> ''"
                    + (scope.card().isPresent() ? " AND number = :card" : "")
                    + (scope.before().isPresent() ? " AND valid_until < :before" : "")
                    + Excepted.notIn("number", scope.except()))) {
                update.bind("site", scope.site());
                scope.card().ifPresent(card -> update.bind("card", card.digits()));
                scope.before().ifPresent(before -> update.bind("before", before));
                update.execute();
            }
        });
    }

    /** What was held against rows of the log, and what the person asked for in matters that are closed. */
    private void privacy(Scope scope) {
        database.jdbi().useTransaction(handle -> {
            try (Update update = handle.createUpdate("DELETE FROM row_correction WHERE site = :site AND about = 'LOG'"
                    + (scope.card().isPresent() ? " AND card_number = :card" : "")
                    + Excepted.notIn("card_number", scope.except())
                    + (scope.before().isPresent()
                            ? " AND about_id IN (SELECT l.id FROM log_entry l WHERE l.site = :site AND l.occurred_at < :before)"
                            : ""))) {
                update.bind("site", scope.site());
                scope.card().ifPresent(card -> update.bind("card", card.digits()));
                scope.before().ifPresent(before -> update.bind("before", before));
                update.execute();
            }
            if (scope.card().isPresent() && scope.before().isEmpty()) {
                handle.execute(
                        "UPDATE privacy_case SET grounds = '' WHERE site = ? AND card_number = ? AND closed_at IS NOT NULL",
                        scope.site(),
                        scope.card().get().digits());
            }
        });
    }

    private boolean isOnSite(Scope scope) {
        return scope.card().isPresent()
                && database.jdbi()
                        .withHandle(handle -> PresenceTable.onSite(handle, Optional.of(scope.site())).stream()
                                .filter(row ->
                                        row.cardNumber().equals(scope.card().map(CardNumber::digits)))
                                .flatMap(row -> row.newest().stream())
                                .map(Sighting::at)
                                .findFirst())
                        .filter(since -> scope.before().map(since::isBefore).orElse(true))
                        .isPresent();
    }

    private void note(Scope scope, String account, String outcome, String reason, Instant at) {
        String who = scope.card().map(CardNumber::masked).orElse("everybody")
                + scope.before().map(before -> " before " + before).orElse("");
        database.jdbi().useTransaction(handle -> {
            long last = AuditTable.lock(handle);
            AuditTable.add(
                    handle,
                    new Note(
                            Action.ERASURE,
                            Optional.empty(),
                            Optional.of(scope.site()),
                            Optional.of(account),
                            Optional.empty(),
                            outcome,
                            who + ": " + reason),
                    at);
            AuditTable.unlock(handle, last);
        });
    }

    private List<String> uids(Scope scope) {
        if (scope.card().isEmpty()) {
            return List.of();
        }
        return database.jdbi()
                .withHandle(handle -> handle.select(
                                "SELECT DISTINCT uid FROM enrolment WHERE site = ? AND card_number = ? ORDER BY uid",
                                scope.site(),
                                scope.card().get().digits())
                        .mapTo(String.class)
                        .list());
    }

    private record Row(long id, String gate, long sequence) {}

    /** Erases rows and their events. @return how many */
    private int log(Scope scope, List<String> uids, Excepted except) {
        int erased = 0;
        long last = 0;
        while (true) {
            long after = last;
            // Looked for before anybody has to wait: what was erased before is passed over again each time.
            List<Row> rows = database.jdbi().withHandle(handle -> rows(handle, scope, uids, except, after));
            if (rows.isEmpty()) {
                return erased;
            }
            database.jdbi().useTransaction(handle -> erase(handle, scope.site(), rows));
            erased += rows.size();
            last = rows.getLast().id;
        }
    }

    private static void erase(Handle handle, String site, List<Row> rows) {
        // Whoever has the cursor is alone with the log, so nothing is read and shown half erased.
        handle.select("SELECT last_id FROM log_cursor WHERE name = 'log' FOR UPDATE")
                .mapTo(Long.class)
                .one();
        try (PreparedBatch events = handle.prepareBatch(
                        "UPDATE event SET subject = ? WHERE site = ? AND gate = ? AND sequence = ?");
                PreparedBatch entries = handle.prepareBatch("UPDATE log_entry SET card_number = NULL, uid = NULL,"
                        + " holder_name = NULL, employer_name = NULL WHERE id = ?")) {
            for (Row row : rows) {
                events.add(new byte[0], site, row.gate, row.sequence);
                entries.add(row.id);
            }
            events.execute();
            entries.execute();
        }
    }

    private static List<Row> rows(Handle handle, Scope scope, List<String> uids, Excepted except, long after) {
        String who = scope.card().isEmpty()
                ? Excepted.SOMEBODY + except.notOfRow()
                : uids.isEmpty()
                        ? "card_number = :card"
                        : "(card_number = :card OR (card_number IS NULL AND uid IN (<uids>)))";
        String when = scope.before().isPresent() ? " AND occurred_at < :before" : "";
        try (Query query =
                handle.createQuery("SELECT id, gate, sequence FROM log_entry WHERE site = :site AND id > :after"
                        + " AND " + who + when + " ORDER BY id FETCH FIRST " + ROWS + " ROWS ONLY")) {
            query.bind("site", scope.site()).bind("after", after);
            scope.card().ifPresent(card -> query.bind("card", card.digits()));
            if (!uids.isEmpty()) {
                query.bindList("uids", uids);
            }
            scope.before().ifPresent(before -> query.bind("before", before));
            return query.map((row, context) ->
                            new Row(row.getLong("id"), row.getString("gate"), row.getLong("sequence")))
                    .list();
        }
    }

    private int presence(Scope scope, List<String> uids, Excepted except) {
        TreeSet<String> holders = new TreeSet<>();
        scope.card().ifPresent(card -> holders.add("card:" + card.digits()));
        uids.forEach(uid -> holders.add("uid:" + uid));
        return database.jdbi().inTransaction(handle -> PresenceErasure.erase(handle, scope, holders, except));
    }

    /** Payloads that are kept because something is wrong with them name people too. */
    private int quarantine(Scope scope, List<String> uids, Excepted except) {
        return database.jdbi().inTransaction(handle -> {
            List<Kept> kept = handle.select(
                            "SELECT gate, digest, cause, sequence, content FROM quarantine WHERE site = ? AND cause <> ?"
                                    + " ORDER BY gate, digest, cause",
                            scope.site(),
                            QuarantineTable.Cause.RUNS_INTERLEAVE.name())
                    .map((row, context) -> new Kept(
                            row.getString("gate"),
                            row.getString("digest"),
                            row.getString("cause"),
                            row.getLong("sequence"),
                            row.getBytes("content")))
                    .list();
            int erased = 0;
            for (Kept each : kept) {
                Optional<ChainedEvent> event = each.event().filter(found -> concerns(scope, uids, except, found));
                if (event.isPresent()) {
                    erased++;
                    erase(handle, scope.site(), each, event.get());
                }
            }
            return erased;
        });
    }

    private record Kept(String gate, String digest, String cause, long sequence, byte[] content) {
        Optional<ChainedEvent> event() {
            try {
                return Optional.of(ChainedEvent.parseFrom(content));
            } catch (InvalidProtocolBufferException e) {
                return Optional.empty();
            }
        }
    }

    private static void erase(Handle handle, String site, Kept kept, ChainedEvent event) {
        handle.execute(
                "UPDATE quarantine SET content = ? WHERE site = ? AND gate = ? AND digest = ? AND cause = ?",
                event.toBuilder().clearSubject().build().toByteArray(),
                site,
                kept.gate,
                kept.digest,
                kept.cause);
        // One that could not be read is in the chain too, and no row of the log leads to it.
        handle.execute(
                "UPDATE event SET subject = ? WHERE site = ? AND gate = ? AND sequence = ? AND subject = ?",
                new byte[0],
                site,
                kept.gate,
                kept.sequence,
                event.getSubject().toByteArray());
    }

    private static boolean concerns(Scope scope, List<String> uids, Excepted except, ChainedEvent event) {
        if (event.getSubject().isEmpty()) {
            return false;
        }
        boolean inTime = scope.before().isEmpty()
                || GateRuns.facts(event.getFacts())
                        .filter(facts ->
                                facts.getOccurredAtMs() < scope.before().get().toEpochMilli())
                        .isPresent();
        if (!inTime) {
            return false;
        }
        try {
            Subject subject = Subject.parseFrom(event.getSubject());
            if (scope.card().isEmpty()) {
                return !except.has(subject.getCardNumber(), hex(subject.getUid()));
            }
            return subject.getCardNumber().equals(scope.card().get().digits())
                    || (subject.getCardNumber().isEmpty() && uids.contains(hex(subject.getUid())));
        } catch (InvalidProtocolBufferException e) {
            // Nobody knows whose it is: nobody's one, and everybody's.
            return scope.card().isEmpty();
        }
    }

    private static String hex(ByteString uid) {
        return HexFormat.of().formatHex(uid.toByteArray());
    }
}
