package portvakt.server.adapter.sql;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import portvakt.server.log.Sighting;
import portvakt.server.log.Timeline;
import portvakt.server.port.CheckOuts.Due;

/** Rows of {@code automatic_check_out}. Who writes here has the log's cursor. */
final class CheckOutTable {

    private CheckOutTable() {}

    /** A row on which sightings may still bear. @param nextAt the first sighting after it, if there is any yet */
    record Open(String holder, Instant since, Optional<Instant> nextAt) {
        boolean isTouchedBy(Instant sighting) {
            return sighting.isAfter(since)
                    && nextAt.map(next -> !sighting.isAfter(next)).orElse(true);
        }
    }

    static long nextId(Handle handle) {
        return handle.select("SELECT COALESCE(MAX(id), 0) + 1 FROM automatic_check_out")
                .mapTo(Long.class)
                .one();
    }

    static void insert(Handle handle, long id, String site, String holder, Instant since, Due due, Instant recordedAt) {
        handle.execute(
                "INSERT INTO automatic_check_out (id, site, holder, since, at, rule, recorded_at, superseded)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?, FALSE)",
                id,
                site,
                holder,
                since,
                due.at(),
                due.rule().name(),
                recordedAt);
    }

    /** Those on which a sighting at that time or later may bear. */
    static List<Open> open(Handle handle, String site, List<String> holders, Instant from) {
        return handle.createQuery("SELECT holder, since, next_at FROM automatic_check_out WHERE site = :site"
                        + " AND holder IN (<holders>) AND (next_at IS NULL OR next_at >= :from) ORDER BY id")
                .bind("site", site)
                .bindList("holders", PresenceTable.padded(holders))
                .bind("from", from)
                .map((row, context) -> new Open(
                        row.getString("holder"),
                        Instants.read(row, "since", context),
                        Optional.ofNullable(Instants.read(row, "next_at", context))))
                .list();
    }

    static List<Timeline.CheckOut> since(Handle handle, String site, String holder, Instant from) {
        return handle.select(
                        "SELECT since, at FROM automatic_check_out WHERE site = ? AND holder = ? AND since >= ?"
                                + " ORDER BY since",
                        site,
                        holder,
                        from)
                .map((row, context) ->
                        new Timeline.CheckOut(Instants.read(row, "since", context), Instants.read(row, "at", context)))
                .list();
    }

    static void setWorth(Handle handle, String site, String holder, Timeline.CheckOut checkOut, Timeline.Worth worth) {
        Optional<Sighting> by = worth.supersededBy();
        handle.execute(
                "UPDATE automatic_check_out SET next_at = ?, superseded = ?, superseded_at = ?, superseded_to = ?,"
                        + " superseded_gate = ?, superseded_correction = ? WHERE site = ? AND holder = ? AND since = ?",
                worth.next().map(Sighting::at).orElse(null),
                !worth.stands(),
                by.map(Sighting::at).orElse(null),
                by.map(sighting -> sighting.direction().name()).orElse(null),
                by.filter(Sighting::isByGate).map(Sighting::gate).orElse(null),
                by.filter(sighting -> !sighting.isByGate())
                        .map(Sighting::correction)
                        .orElse(null),
                site,
                holder,
                checkOut.since());
    }
}
