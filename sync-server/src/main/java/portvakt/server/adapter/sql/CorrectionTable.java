package portvakt.server.adapter.sql;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jdbi.v3.core.statement.StatementContext;
import portvakt.protocol.Direction;
import portvakt.server.log.Sighting;
import portvakt.server.port.Presence.Correction;
import portvakt.server.port.Presence.Kind;
import portvakt.server.port.Presence.Person;

/** Rows of {@code presence_correction}, which are only ever added. Who writes here has the log's cursor. */
final class CorrectionTable {

    private static final String STATED =
            " FROM presence_correction c WHERE c.site = ? AND c.holder = ? AND c.kind IN ('IN', 'OUT')"
                    + " AND NOT EXISTS (SELECT 1 FROM presence_correction u WHERE u.undoes = c.id)";

    private static final String SELECT =
            "SELECT c.*, (SELECT u.id FROM presence_correction u WHERE u.undoes = c.id) AS undone_by, "
                    + CorrectionTable.PERSON + " FROM presence_correction c LEFT JOIN presence p"
                    + " ON p.site = c.site AND p.holder = c.holder WHERE ";

    /** What is known of the holder, beside a table that has one. */
    static final String PERSON = "p.card_number, p.holder_name, p.employer_name";

    private CorrectionTable() {}

    /** A row to be added; it gets the next number. */
    record Draft(
            String site,
            Kind kind,
            String holder,
            Optional<Instant> at,
            Optional<Long> undoes,
            String author,
            String reason,
            Instant recordedAt) {}

    /** @return its number */
    static long insert(Handle handle, Draft draft) {
        long id = handle.select("SELECT COALESCE(MAX(id), 0) + 1 FROM presence_correction")
                .mapTo(Long.class)
                .one();
        handle.execute(
                "INSERT INTO presence_correction (id, site, kind, holder, at, undoes, author, reason, recorded_at)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                id,
                draft.site,
                draft.kind.name(),
                draft.holder,
                draft.at.orElse(null),
                draft.undoes.orElse(null),
                draft.author,
                draft.reason,
                draft.recordedAt);
        return id;
    }

    /** The statements about a holder that were not undone, at or after that time. */
    static List<Sighting> effective(Handle handle, String site, String holder, Instant from) {
        return handle.select("SELECT c.id, c.kind, c.at" + STATED + " AND c.at >= ?", site, holder, from)
                .map(CorrectionTable::sighting)
                .list();
    }

    static Optional<Sighting> newest(Handle handle, String site, String holder) {
        return handle.select(
                        "SELECT c.id, c.kind, c.at" + STATED + " ORDER BY c.at DESC, c.id DESC FETCH FIRST 1 ROW ONLY",
                        site,
                        holder)
                .map(CorrectionTable::sighting)
                .findOne();
    }

    private static Sighting sighting(ResultSet row, StatementContext context) throws SQLException {
        return Sighting.stated(
                Instants.read(row, "at", context), Direction.valueOf(row.getString("kind")), row.getLong("id"));
    }

    static Optional<Correction> find(Handle handle, String site, long id) {
        return handle.select(SELECT + "c.site = ? AND c.id = ?", site, id)
                .map(CorrectionTable::map)
                .findOne();
    }

    static List<Correction> below(Handle handle, Optional<String> site, long below, int limit) {
        try (Query query = handle.createQuery(SELECT + "c.id < :below" + (site.isPresent() ? " AND c.site = :site" : "")
                + " ORDER BY c.id DESC FETCH FIRST " + limit + " ROWS ONLY")) {
            site.ifPresent(name -> query.bind("site", name));
            return query.bind("below", below).map(CorrectionTable::map).list();
        }
    }

    private static Correction map(ResultSet row, StatementContext context) throws SQLException {
        return new Correction(
                row.getLong("id"),
                row.getString("site"),
                Kind.valueOf(row.getString("kind")),
                person(row),
                Optional.ofNullable(Instants.read(row, "at", context)),
                Optional.ofNullable(row.getObject("undoes", Long.class)),
                Optional.ofNullable(row.getObject("undone_by", Long.class)),
                row.getString("author"),
                Optional.ofNullable(row.getString("reason")),
                Instants.read(row, "recorded_at", context));
    }

    /** By the columns {@code holder} and {@link #PERSON}. */
    static Person person(ResultSet row) throws SQLException {
        String holder = row.getString("holder");
        if (holder == null) {
            return Person.NOBODY;
        }
        String number = holder.substring(holder.indexOf(':') + 1);
        boolean card = holder.startsWith("card:");
        return new Person(
                card ? Optional.of(number) : Optional.ofNullable(row.getString("card_number")),
                card ? Optional.empty() : Optional.of(number),
                Optional.ofNullable(row.getString("holder_name")),
                Optional.ofNullable(row.getString("employer_name")));
    }
}
