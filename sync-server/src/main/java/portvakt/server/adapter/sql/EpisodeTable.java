package portvakt.server.adapter.sql;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import portvakt.protocol.Topics.GateAddress;

/** Rows of {@code gate_episode}. */
final class EpisodeTable {

    /** Names stand in the table and in alarm rows; only ever added. */
    enum Kind {
        /** Events {@code [first, last]} are missing, and later ones are here. */
        JOURNAL_GAP,
        /** The gate's journal ends at {@code first}, and {@code last} was committed. */
        JOURNAL_WENT_BACK,
        /** The gate was told that {@code last} was committed, and this database ends at {@code first}. */
        SERVER_WENT_BACK
    }

    record Episode(GateAddress gate, long first, long last, Instant since, boolean said) {}

    private static final String OF_KIND = " WHERE site = ? AND gate = ? AND kind = ?";

    private EpisodeTable() {}

    static Optional<Episode> find(Handle handle, GateAddress gate, Kind kind) {
        return handle.select("SELECT * FROM gate_episode" + OF_KIND, gate.site(), gate.gate(), kind.name())
                .map((row, context) -> new Episode(
                        gate,
                        row.getLong("first_sequence"),
                        row.getLong("last_sequence"),
                        Instants.read(row, "since", context),
                        row.getBoolean("said")))
                .findOne();
    }

    /** Those that began by a time and of which nothing was said. */
    static List<Episode> unsaid(Handle handle, Kind kind, Instant begunBy) {
        return handle.select(
                        "SELECT * FROM gate_episode WHERE kind = ? AND said = FALSE AND since <= ? ORDER BY site, gate",
                        kind.name(),
                        begunBy)
                .map((row, context) -> new Episode(
                        new GateAddress(row.getString("site"), row.getString("gate")),
                        row.getLong("first_sequence"),
                        row.getLong("last_sequence"),
                        Instants.read(row, "since", context),
                        false))
                .list();
    }

    static void begin(Handle handle, Kind kind, Episode episode) {
        handle.execute(
                "INSERT INTO gate_episode (site, gate, kind, first_sequence, last_sequence, since, said)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?)",
                episode.gate.site(),
                episode.gate.gate(),
                kind.name(),
                episode.first,
                episode.last,
                episode.since,
                episode.said);
    }

    static int end(Handle handle, GateAddress gate, Kind kind) {
        return handle.execute("DELETE FROM gate_episode" + OF_KIND, gate.site(), gate.gate(), kind.name());
    }

    static void change(Handle handle, GateAddress gate, Kind kind, long first, long last, boolean said) {
        handle.execute(
                "UPDATE gate_episode SET first_sequence = ?, last_sequence = ?, said = ?" + OF_KIND,
                first,
                last,
                said,
                gate.site(),
                gate.gate(),
                kind.name());
    }

    /**
     * Records which events are missing now.
     *
     * @param last empty: none are
     * @return what the log is to say of a gap that it has told of and that is closed
     */
    static Optional<String> gap(Handle handle, GateAddress gate, long first, Optional<Long> last, Instant at) {
        Optional<Episode> before = find(handle, gate, Kind.JOURNAL_GAP);
        if (before.isEmpty() && last.isEmpty()) {
            return Optional.empty();
        }
        boolean shrunk = before.isPresent() && last.isPresent() && before.get().last >= first;
        if (shrunk) {
            if (before.get().first != first || before.get().last != last.get()) {
                change(handle, gate, Kind.JOURNAL_GAP, first, last.get(), before.get().said);
            }
            return Optional.empty();
        }
        before.ifPresent(_ -> end(handle, gate, Kind.JOURNAL_GAP));
        last.ifPresent(end -> begin(handle, Kind.JOURNAL_GAP, new Episode(gate, first, end, at, false)));
        return before.filter(Episode::said)
                .map(closed -> Kind.JOURNAL_GAP + "_OVER: event " + closed.last + " and all before it are here");
    }
}
