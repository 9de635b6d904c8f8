package portvakt.server.adapter.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import portvakt.protocol.Topics.GateAddress;
import portvakt.server.log.GateRuns.Run;

/** Rows of {@code gate_run}. */
final class RunTable {

    private static final String OF_RUN = " WHERE site = ? AND gate = ? AND boot_id = ?";

    private RunTable() {}

    /** Events {@code [first, last]} that two runs of one gate both claim. The names of the runs are in order. */
    record Overlap(String boot, String other, long first, long last) {}

    static Optional<Run> find(Handle handle, GateAddress gate, String boot) {
        return handle.select("SELECT * FROM gate_run" + OF_RUN, gate.site(), gate.gate(), boot)
                .map((row, context) -> new Run(
                        row.getLong("first_sequence"),
                        row.getLong("last_sequence"),
                        Optional.ofNullable(row.getObject("synchronised_sequence", Long.class))))
                .findOne();
    }

    /** Writes runs as they are now. @return where they overlap others */
    static List<Overlap> save(Handle handle, GateAddress gate, Map<String, Run> runs) {
        runs.forEach((boot, run) -> save(handle, gate, boot, run));
        List<Overlap> overlaps = new ArrayList<>();
        runs.forEach((boot, run) -> overlaps.addAll(overlaps(handle, gate, boot, run)));
        return overlaps;
    }

    private static void save(Handle handle, GateAddress gate, String boot, Run run) {
        int updated = handle.execute(
                "UPDATE gate_run SET first_sequence = ?, last_sequence = ?, synchronised_sequence = CAST(? AS BIGINT)"
                        + OF_RUN,
                run.first(),
                run.last(),
                run.synchronised().orElse(null),
                gate.site(),
                gate.gate(),
                boot);
        if (updated == 0) {
            handle.execute(
                    "INSERT INTO gate_run (site, gate, boot_id, first_sequence, last_sequence, synchronised_sequence)"
                            + " VALUES (?, ?, ?, ?, ?, CAST(? AS BIGINT))",
                    gate.site(),
                    gate.gate(),
                    boot,
                    run.first(),
                    run.last(),
                    run.synchronised().orElse(null));
        }
    }

    private static List<Overlap> overlaps(Handle handle, GateAddress gate, String boot, Run run) {
        return handle.select(
                        "SELECT boot_id, first_sequence, last_sequence FROM gate_run WHERE site = ? AND gate = ?"
                                + " AND boot_id <> ? AND first_sequence <= ? AND last_sequence >= ? ORDER BY boot_id",
                        gate.site(),
                        gate.gate(),
                        boot,
                        run.last(),
                        run.first())
                .map((row, context) -> {
                    String other = row.getString("boot_id");
                    return new Overlap(
                            boot.compareTo(other) < 0 ? boot : other,
                            boot.compareTo(other) < 0 ? other : boot,
                            Math.max(run.first(), row.getLong("first_sequence")),
                            Math.min(run.last(), row.getLong("last_sequence")));
                })
                .list();
    }
}
