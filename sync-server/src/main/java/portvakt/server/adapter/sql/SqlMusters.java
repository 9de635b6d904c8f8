package portvakt.server.adapter.sql;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.statement.StatementContext;
import portvakt.server.port.EntryLog.OnSite;
import portvakt.server.port.Musters;
import portvakt.server.port.StorageException;

/** Musters in the database, beside presence, which says who has left since. */
public final class SqlMusters implements Musters {

    private static final Duration CHECKED_OUT_WITHIN = Duration.ofDays(1);

    /** Who is on site, and who was taken for gone of late; those who are on the list already stay as they are. */
    private static final String GATHER = """
            MERGE INTO muster_person USING (
                SELECT CAST(:muster AS BIGINT) AS muster_id, p.holder,
                    CASE WHEN p.on_site = FALSE THEN 'CHECKED_OUT'
                         WHEN p.occurred_at IS NULL OR p.corrected_at > p.occurred_at THEN 'STATED' ELSE 'GATE' END AS source,
                    p.card_number, p.holder_name, p.employer_name,
                    CASE WHEN p.direction = 'IN' THEN p.gate END AS gate,
                    CASE WHEN p.occurred_at IS NULL OR p.corrected_at > p.occurred_at THEN p.corrected_at
                         ELSE p.occurred_at END AS since
                FROM presence p
                WHERE p.site = :site AND (p.on_site = TRUE OR p.checked_out_at >= :within)
            ) AS given
            ON muster_person.muster_id = given.muster_id AND muster_person.holder = given.holder
            WHEN NOT MATCHED THEN INSERT
                (muster_id, holder, source, card_number, holder_name, employer_name, gate, since, added_at)
                VALUES (given.muster_id, given.holder, given.source, given.card_number, given.holder_name,
                    given.employer_name, given.gate, given.since, :now)""";

    private static final String ADD_LIVE = """
            MERGE INTO muster_person USING (
                VALUES (CAST(? AS BIGINT), CAST(? AS VARCHAR(30)), CAST(? AS VARCHAR(16)), CAST(? AS VARCHAR(200)),
                    CAST(? AS VARCHAR(200)), CAST(? AS VARCHAR(30)), CAST(? AS TIMESTAMP WITH TIME ZONE),
                    CAST(? AS TIMESTAMP WITH TIME ZONE))
            ) AS given (muster_id, holder, card_number, holder_name, employer_name, gate, since, added_at)
            ON muster_person.muster_id = given.muster_id AND muster_person.holder = given.holder
            WHEN NOT MATCHED THEN INSERT
                (muster_id, holder, source, card_number, holder_name, employer_name, gate, since, added_at)
                VALUES (given.muster_id, given.holder, 'LIVE', given.card_number, given.holder_name,
                    given.employer_name, given.gate, given.since, given.added_at)""";

    /** With the newest tick, and what presence says of the holder by now. */
    private static final String PEOPLE = """
            SELECT m.*, t.found, t.at AS tick_at, t.by_account,
                p.on_site, p.direction AS p_direction, p.gate AS p_gate, p.occurred_at AS p_at,
                p.corrected_to AS p_to, p.corrected_at AS p_corrected_at
            FROM muster_person m
                LEFT JOIN muster_tick t ON t.id = (SELECT MAX(n.id) FROM muster_tick n WHERE n.person_id = m.id)
                LEFT JOIN presence p ON p.site = ? AND p.holder = m.holder
            WHERE m.muster_id = ?
            ORDER BY COALESCE(m.employer_name, ''), COALESCE(m.holder_name, ''), m.id""";

    private final Database database;
    private final Function<String, List<OnSite>> onSite;

    /** @param onSite who is on a site, live copies included */
    public SqlMusters(Database database, Function<String, List<OnSite>> onSite) {
        this.database = database;
        this.onSite = onSite;
    }

    @Override
    public Muster start(String site, boolean drill, String by, Instant now) {
        List<OnSite> live = live(site);
        Instant at = millis(now);
        return durably(handle -> {
            // One at a time: two phones that start at once get the same muster.
            handle.select("SELECT last_id FROM log_cursor WHERE name = 'log' FOR UPDATE")
                    .mapTo(Long.class)
                    .one();
            Optional<Muster> running = underWay(handle, site);
            if (running.isPresent()) {
                return running.get();
            }
            long id = handle.createUpdate(
                            "INSERT INTO muster (site, drill, started_at, started_by) VALUES (:site, :drill, :at, :by)")
                    .bind("site", site)
                    .bind("drill", drill)
                    .bind("at", at)
                    .bind("by", by)
                    .executeAndReturnGeneratedKeys("id")
                    .mapTo(Long.class)
                    .one();
            gather(handle, id, site, live, at);
            return find(handle, id).orElseThrow();
        });
    }

    private List<OnSite> live(String site) {
        return onSite.apply(site).stream().filter(OnSite::live).toList();
    }

    private static void gather(Handle handle, long muster, String site, List<OnSite> live, Instant now) {
        handle.createUpdate(GATHER)
                .bind("muster", muster)
                .bind("site", site)
                .bind("within", now.minus(CHECKED_OUT_WITHIN))
                .bind("now", now)
                .execute();
        for (OnSite person : live) {
            if (person.cardNumber().isPresent()) {
                handle.execute(
                        ADD_LIVE,
                        muster,
                        "card:" + person.cardNumber().get(),
                        person.cardNumber().get(),
                        person.holderName().orElse(null),
                        person.employerName().orElse(null),
                        person.gate().orElse(null),
                        millis(person.since()),
                        now);
            }
        }
    }

    @Override
    public Optional<Muster> find(long id) {
        return read(handle -> find(handle, id));
    }

    private static Optional<Muster> find(Handle handle, long id) {
        return handle.select("SELECT * FROM muster WHERE id = ?", id)
                .map(SqlMusters::muster)
                .findOne();
    }

    @Override
    public Optional<Muster> underWay(String site) {
        return read(handle -> underWay(handle, site));
    }

    private static Optional<Muster> underWay(Handle handle, String site) {
        return handle.select(
                        "SELECT * FROM muster WHERE site = ? AND ended_at IS NULL ORDER BY id DESC FETCH FIRST 1 ROW ONLY",
                        site)
                .map(SqlMusters::muster)
                .findOne();
    }

    @Override
    public List<Muster> newest(String site, int limit) {
        return read(handle -> handle.select(
                        "SELECT * FROM muster WHERE site = ? ORDER BY id DESC FETCH FIRST " + limit + " ROWS ONLY",
                        site)
                .map(SqlMusters::muster)
                .list());
    }

    @Override
    public List<Person> people(Muster muster, Instant now) {
        List<OnSite> live = muster.isUnderWay() ? live(muster.site()) : List.of();
        return transaction(handle -> {
            if (find(handle, muster.id()).map(Muster::isUnderWay).orElse(false)) {
                gather(handle, muster.id(), muster.site(), live, millis(now));
            }
            return handle.select(PEOPLE, muster.site(), muster.id())
                    .map((row, context) -> person(muster, row, context))
                    .list();
        });
    }

    @Override
    public boolean tick(Muster muster, long person, boolean found, String by, Instant now) {
        return durably(handle -> handle.execute(
                        "INSERT INTO muster_tick (person_id, found, at, by_account)"
                                + " SELECT p.id, CAST(? AS BOOLEAN), CAST(? AS TIMESTAMP WITH TIME ZONE),"
                                + " CAST(? AS VARCHAR(100)) FROM muster_person p JOIN muster m ON m.id = p.muster_id"
                                + " WHERE p.id = ? AND m.id = ? AND m.ended_at IS NULL",
                        found,
                        millis(now),
                        by,
                        person,
                        muster.id())
                == 1);
    }

    @Override
    public boolean add(Muster muster, String name, String by, Instant now) {
        return durably(handle -> {
            long byHand = handle.select(
                            "SELECT COUNT(*) FROM muster_person WHERE muster_id = ? AND source = 'BY_HAND'",
                            muster.id())
                    .mapTo(Long.class)
                    .one();
            boolean open = find(handle, muster.id()).map(Muster::isUnderWay).orElse(false);
            if (!open || byHand >= BY_HAND_MAX) {
                return false;
            }
            long person = handle.createUpdate("INSERT INTO muster_person (muster_id, source, holder_name, added_at)"
                            + " VALUES (:muster, 'BY_HAND', :name, :at)")
                    .bind("muster", muster.id())
                    .bind("name", name)
                    .bind("at", millis(now))
                    .executeAndReturnGeneratedKeys("id")
                    .mapTo(Long.class)
                    .one();
            // They are there: that is how they came onto the list.
            handle.execute(
                    "INSERT INTO muster_tick (person_id, found, at, by_account) VALUES (?, TRUE, ?, ?)",
                    person,
                    millis(now),
                    by);
            return true;
        });
    }

    @Override
    public boolean end(Muster muster, String by, Instant now) {
        return durably(handle -> handle.execute(
                        "UPDATE muster SET ended_at = ?, ended_by = ? WHERE id = ? AND ended_at IS NULL",
                        millis(now),
                        by,
                        muster.id())
                == 1);
    }

    private static Muster muster(ResultSet row, StatementContext context) throws SQLException {
        return new Muster(
                row.getLong("id"),
                row.getString("site"),
                row.getBoolean("drill"),
                Instants.read(row, "started_at", context),
                row.getString("started_by"),
                Optional.ofNullable(Instants.read(row, "ended_at", context)),
                Optional.ofNullable(row.getString("ended_by")));
    }

    private static Person person(Muster muster, ResultSet row, StatementContext context) throws SQLException {
        Instant tickAt = Instants.read(row, "tick_at", context);
        return new Person(
                row.getLong("id"),
                Source.valueOf(row.getString("source")),
                Optional.ofNullable(row.getString("card_number")),
                Optional.ofNullable(row.getString("holder_name")),
                Optional.ofNullable(row.getString("employer_name")),
                Optional.ofNullable(row.getString("gate")),
                Optional.ofNullable(Instants.read(row, "since", context)),
                tickAt == null
                        ? Optional.empty()
                        : Optional.of(new Tick(row.getBoolean("found"), tickAt, row.getString("by_account"))),
                left(muster, row, context));
    }

    /** The newest way out that gates or people tell of, unless it lies before what put the person onto the list, or after the muster. */
    private static Optional<Left> left(Muster muster, ResultSet row, StatementContext context) throws SQLException {
        Instant seen = Instants.read(row, "p_at", context);
        Instant stated = Instants.read(row, "p_corrected_at", context);
        Instant since = Instants.read(row, "since", context);
        boolean byStatement = stated != null && (seen == null || stated.isAfter(seen));
        Instant at = byStatement ? stated : seen;
        String way = byStatement ? row.getString("p_to") : row.getString("p_direction");
        if (at == null
                || !"OUT".equals(way)
                || (since != null && at.isBefore(since))
                || muster.endedAt().filter(at::isAfter).isPresent()) {
            return Optional.empty();
        }
        return Optional.of(new Left(at, byStatement ? Optional.empty() : Optional.of(row.getString("p_gate"))));
    }

    private <T> T durably(Function<Handle, T> work) {
        T result = transaction(work);
        database.makeDurable();
        return result;
    }

    private <T> T transaction(Function<Handle, T> work) {
        try {
            return database.jdbi().inTransaction(work::apply);
        } catch (JdbiException e) {
            throw new StorageException("a muster could not be kept", e);
        }
    }

    private <T> T read(Function<Handle, T> work) {
        try {
            return database.jdbi().withHandle(work::apply);
        } catch (JdbiException e) {
            throw new StorageException("the musters could not be read", e);
        }
    }

    private static Instant millis(Instant instant) {
        return instant.truncatedTo(ChronoUnit.MILLIS);
    }
}
