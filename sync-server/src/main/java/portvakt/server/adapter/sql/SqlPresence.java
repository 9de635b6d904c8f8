package portvakt.server.adapter.sql;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.statement.Query;
import org.jdbi.v3.core.statement.StatementContext;
import portvakt.protocol.CardNumber;
import portvakt.protocol.Direction;
import portvakt.server.adapter.sql.PresenceTable.Row;
import portvakt.server.log.Sighting;
import portvakt.server.port.CheckOuts;
import portvakt.server.port.Departures;
import portvakt.server.port.Presence;
import portvakt.server.port.StorageException;

/** Presence beyond what gates saw, in the database. */
public final class SqlPresence implements Presence, CheckOuts {

    /** Stays that one transaction closes at most, so that no gate waits long meanwhile. */
    private static final int CHECK_OUTS_AT_ONCE = 200;

    private final Database database;
    private final Map<String, Duration> doubleEntryWithin;
    private final Departures departures;

    /** @param doubleEntryWithin of the sites that ask who entered twice: how long an arrival is remembered */
    public SqlPresence(Database database, Map<String, Duration> doubleEntryWithin) {
        this(database, doubleEntryWithin, Departures.NONE);
    }

    /** @param departures told whose card may enter again, once that is on the disk */
    public SqlPresence(Database database, Map<String, Duration> doubleEntryWithin, Departures departures) {
        this.departures = departures;
        this.database = database;
        this.doubleEntryWithin = new TreeMap<>(doubleEntryWithin);
    }

    @Override
    public Correction state(
            String site, Holder holder, Direction direction, Instant at, String author, String reason, Instant now) {
        Instant when = at.truncatedTo(ChronoUnit.MILLIS);
        Correction stated = alone(handle -> {
            long id = CorrectionTable.insert(
                    handle,
                    new CorrectionTable.Draft(
                            site,
                            direction == Direction.IN ? Kind.IN : Kind.OUT,
                            holder.key(),
                            Optional.of(when),
                            Optional.empty(),
                            author,
                            reason,
                            millis(now)));
            restate(handle, site, holder.key(), when, now);
            return CorrectionTable.find(handle, site, id).orElseThrow();
        });
        if (direction == Direction.OUT) {
            tell(site, stated.person());
        }
        return stated;
    }

    @Override
    public Outcome undo(String site, long correction, String author, String reason, Instant now) {
        return told(site, alone(handle -> {
            Optional<Correction> found = CorrectionTable.find(handle, site, correction);
            if (found.isEmpty()) {
                return new Outcome.Unknown();
            }
            Optional<String> holder = handle.select("SELECT holder FROM presence_correction WHERE id = ?", correction)
                    .mapTo(String.class)
                    .findOne();
            if (found.get().at().isEmpty() || found.get().undoneBy().isPresent() || holder.isEmpty()) {
                return new Outcome.CannotBeUndone();
            }
            long id = CorrectionTable.insert(
                    handle,
                    new CorrectionTable.Draft(
                            site,
                            Kind.UNDO,
                            holder.get(),
                            Optional.empty(),
                            Optional.of(correction),
                            author,
                            reason,
                            millis(now)));
            restate(handle, site, holder.get(), found.get().at().get(), now);
            return new Outcome.Recorded(CorrectionTable.find(handle, site, id).orElseThrow());
        }));
    }

    private void restate(Handle handle, String site, String holder, Instant at, Instant now) {
        Row row = PresenceTable.find(handle, site, List.of(holder)).getOrDefault(holder, Row.unseen(site, holder));
        Instant from = CheckOutTable.open(handle, site, List.of(holder), at).stream()
                .filter(open -> !at.isBefore(open.since()))
                .map(CheckOutTable.Open::since)
                .reduce(at, (one, other) -> one.isBefore(other) ? one : other);
        new PresenceUpdate(handle, site, Optional.ofNullable(doubleEntryWithin.get(site)), millis(now))
                .workOut(row.stated(CorrectionTable.newest(handle, site, holder)), from);
    }

    @Override
    public Outcome forgive(String site, Holder holder, String author, String reason, Instant now) {
        return told(site, alone(handle -> {
            long open = handle.select(
                            "SELECT COUNT(*) FROM double_entry WHERE site = ? AND holder = ? AND forgiven IS NULL",
                            site,
                            holder.key())
                    .mapTo(Long.class)
                    .one();
            if (open == 0 && !departures.areTold(site)) {
                return new Outcome.NothingToForgive();
            }
            long id = CorrectionTable.insert(
                    handle,
                    new CorrectionTable.Draft(
                            site,
                            Kind.FORGIVE,
                            holder.key(),
                            Optional.empty(),
                            Optional.empty(),
                            author,
                            reason,
                            millis(now)));
            handle.execute(
                    "UPDATE double_entry SET forgiven = ? WHERE site = ? AND holder = ? AND forgiven IS NULL",
                    id,
                    site,
                    holder.key());
            return new Outcome.Recorded(CorrectionTable.find(handle, site, id).orElseThrow());
        }));
    }

    @Override
    public int checkOut(String site, Function<Instant, Optional<Due>> rules, Instant now) {
        int all = 0;
        List<String> some;
        do {
            some = alone(handle -> checkOut(handle, site, rules, now));
            some.forEach(holder -> card(holder).ifPresent(card -> departures.left(site, card)));
            all += some.size();
        } while (some.size() == CHECK_OUTS_AT_ONCE);
        return all;
    }

    /** Whatever was undone or forgiven, its holder may enter: they may have left. */
    private Outcome told(String site, Outcome outcome) {
        if (outcome instanceof Outcome.Recorded(Correction correction)) {
            tell(site, correction.person());
        }
        return outcome;
    }

    private void tell(String site, Person person) {
        person.cardNumber().map(CardNumber::new).ifPresent(card -> departures.left(site, card));
    }

    private static Optional<CardNumber> card(String holder) {
        return holder.startsWith("card:")
                ? Optional.of(new CardNumber(holder.substring("card:".length())))
                : Optional.empty();
    }

    private record Stay(Row row, Instant since, Due due) {}

    /** @return the holders */
    private List<String> checkOut(Handle handle, String site, Function<Instant, Optional<Due>> rules, Instant now) {
        List<Stay> over = PresenceTable.onSite(handle, Optional.of(site)).stream()
                .flatMap(row -> row.newest().map(Sighting::at).stream()
                        .flatMap(since -> rules.apply(since).stream().map(due -> new Stay(row, since, due))))
                .filter(stay -> !stay.due.at().isAfter(now))
                .limit(CHECK_OUTS_AT_ONCE)
                .toList();
        PresenceUpdate update =
                new PresenceUpdate(handle, site, Optional.ofNullable(doubleEntryWithin.get(site)), millis(now));
        long id = CheckOutTable.nextId(handle);
        for (Stay stay : over) {
            CheckOutTable.insert(handle, id++, site, stay.row.holder(), stay.since, stay.due, millis(now));
            update.workOut(stay.row, stay.since);
        }
        return over.stream().map(stay -> stay.row.holder()).toList();
    }

    @Override
    public List<Correction> corrections(Optional<String> site, long below, int limit) {
        return read(handle -> CorrectionTable.below(handle, site, below, limit));
    }

    @Override
    public List<CheckOut> checkOuts(Optional<String> site, Instant from, int limit) {
        return rows("automatic_check_out", "at", "t.id DESC", site, from, limit, SqlPresence::checkOut);
    }

    @Override
    public List<DoubleEntry> doubleEntries(Optional<String> site, Instant from, int limit) {
        return rows(
                "double_entry",
                "second_at",
                "t.second_gate, t.second_sequence",
                site,
                from,
                limit,
                SqlPresence::doubleEntry);
    }

    private interface Mapping<T> {
        T map(ResultSet row, StatementContext context) throws SQLException;
    }

    private <T> List<T> rows(
            String table,
            String time,
            String then,
            Optional<String> site,
            Instant from,
            int limit,
            Mapping<T> mapping) {
        String sql = "SELECT t.*, " + CorrectionTable.PERSON + " FROM " + table + " t LEFT JOIN presence p"
                + " ON p.site = t.site AND p.holder = t.holder WHERE t." + time + " >= :from"
                + (site.isPresent() ? " AND t.site = :site" : "") + " ORDER BY t." + time + " DESC, " + then
                + " FETCH FIRST " + limit + " ROWS ONLY";
        return read(handle -> {
            try (Query query = handle.createQuery(sql)) {
                site.ifPresent(name -> query.bind("site", name));
                return query.bind("from", from).map(mapping::map).list();
            }
        });
    }

    private static CheckOut checkOut(ResultSet row, StatementContext context) throws SQLException {
        Instant by = Instants.read(row, "superseded_at", context);
        return new CheckOut(
                row.getLong("id"),
                row.getString("site"),
                CorrectionTable.person(row),
                Instants.read(row, "since", context),
                Instants.read(row, "at", context),
                row.getString("rule"),
                Instants.read(row, "recorded_at", context),
                row.getBoolean("superseded"),
                by == null
                        ? Optional.empty()
                        : Optional.of(new Contradiction(
                                by,
                                Direction.valueOf(row.getString("superseded_to")),
                                Optional.ofNullable(row.getString("superseded_gate")),
                                Optional.ofNullable(row.getObject("superseded_correction", Long.class)))));
    }

    private static DoubleEntry doubleEntry(ResultSet row, StatementContext context) throws SQLException {
        return new DoubleEntry(
                row.getString("site"),
                CorrectionTable.person(row),
                Instants.read(row, "first_at", context),
                Optional.ofNullable(row.getString("first_gate")),
                Instants.read(row, "second_at", context),
                row.getString("second_gate"),
                Optional.ofNullable(row.getObject("forgiven", Long.class)));
    }

    private <T> T read(Function<Handle, T> work) {
        try {
            return database.jdbi().withHandle(work::apply);
        } catch (JdbiException e) {
            throw new StorageException("presence could not be read", e);
        }
    }

    /** In a transaction of its own that has the log's cursor, like whoever takes in a batch. On the disk when it returns. */
    private <T> T alone(Function<Handle, T> work) {
        T result;
        try {
            result = database.jdbi().inTransaction(handle -> {
                handle.select("SELECT last_id FROM log_cursor WHERE name = 'log' FOR UPDATE")
                        .mapTo(Long.class)
                        .one();
                return work.apply(handle);
            });
        } catch (JdbiException e) {
            throw new StorageException("presence was not kept", e);
        }
        database.makeDurable();
        return result;
    }

    private static Instant millis(Instant instant) {
        return instant.truncatedTo(ChronoUnit.MILLIS);
    }
}
