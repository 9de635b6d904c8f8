package portvakt.server.adapter.sql;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import portvakt.protocol.Direction;
import portvakt.server.port.EntryLog;
import portvakt.server.port.EntryLog.Tally;

/**
 * Counts of a site's log over a time. Each gate and kind is one range of the index {@code log_entry_by_gate_kind_and_time}, counted
 * where it stands, so that neither other sites nor other days are read. Immutable.
 */
final class EntryTallies {

    private static final List<String> KINDS = List.of("AccessGranted", "AccessDenied", "AccessTaken");
    private static final String DENIED = "AccessDenied";
    private static final int GATES_MAX = 200;

    private final String site;
    private final Instant from;
    private final long stepSeconds;
    private final int count;

    private record Gate(String name, Direction direction) {}

    /** @throws IllegalArgumentException if the steps are none, or too many to be looked at */
    EntryTallies(String site, Instant from, Duration step, int count) {
        if (step.toSeconds() < 1 || count < 1 || count > EntryLog.STEPS_MAX) {
            throw new IllegalArgumentException(
                    "1 to " + EntryLog.STEPS_MAX + " steps of a second or more, got " + count + " of " + step);
        }
        this.site = site;
        this.from = from;
        this.stepSeconds = step.toSeconds();
        this.count = count;
    }

    List<Tally> read(Handle handle) {
        List<Tally> tallies = new ArrayList<>();
        for (Gate gate : gates(handle)) {
            for (String kind : KINDS) {
                tallies.addAll(count(handle, gate, kind));
            }
        }
        return tallies;
    }

    /** Those that were cut off since had their events too. */
    private List<Gate> gates(Handle handle) {
        return handle.select(
                        "SELECT gate, direction FROM gate WHERE site = ? ORDER BY gate FETCH FIRST " + GATES_MAX
                                + " ROWS ONLY",
                        site)
                .map((row, _) -> new Gate(row.getString("gate"), Direction.valueOf(row.getString("direction"))))
                .list();
    }

    private List<Tally> count(Handle handle, Gate gate, String kind) {
        try (Query query = handle.createQuery(sql(kind))) {
            return bind(query, gate.name, kind)
                    .map((row, _) -> new Tally(
                            gate.name,
                            gate.direction,
                            kind,
                            Optional.ofNullable(row.getString("busy")),
                            from.plusSeconds(stepSeconds * row.getLong("step")),
                            row.getLong("events")))
                    .list();
        }
    }

    private Query bind(Query query, String gate, String kind) {
        return query.bind("site", site)
                .bind("gate", gate)
                .bind("kind", kind)
                .bind("since", from)
                .bind("until", from.plusSeconds(stepSeconds * count));
    }

    /** The numbers are our own. Only a denial's row is looked at for more than the index tells. */
    private String sql(String kind) {
        String busy = kind.equals(DENIED)
                ? "CASE WHEN reason = '" + EntryLog.BUSY + "' THEN reason END"
                : "CAST(NULL AS VARCHAR(40))";
        return "SELECT step, busy, COUNT(*) AS events FROM (SELECT CAST(FLOOR((EXTRACT(EPOCH FROM occurred_at) - "
                + from.getEpochSecond() + ") / " + stepSeconds + ") AS BIGINT) AS step, " + busy + " AS busy"
                + " FROM log_entry WHERE site = :site AND gate = :gate AND kind = :kind"
                + " AND occurred_at >= :since AND occurred_at < :until) AS counted GROUP BY step, busy ORDER BY step, busy";
    }

    /** How the database would go about it. */
    String plan(Handle handle, String gate, String kind) {
        try (Query query = handle.createQuery("EXPLAIN " + sql(kind))) {
            return bind(query, gate, kind).mapTo(String.class).one();
        }
    }
}
