package portvakt.server.adapter.sql;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import portvakt.protocol.Direction;
import portvakt.protocol.Topics.GateAddress;
import portvakt.protocol.event.EventChain;

/** Rows of {@code gate}, as far as an ingest needs them. */
final class GateTable {

    private GateTable() {}

    /** How far a gate's events are committed without a gap, and the hash there. */
    record Progress(Direction direction, long committed, byte[] lastHash) {}

    /** Makes the gate's row if there is none: a gate behind another broker is known from its first message on. */
    static void ensure(Handle handle, GateAddress gate, Direction direction) {
        handle.execute("""
                MERGE INTO gate USING (VALUES (CAST(? AS VARCHAR(30)), CAST(? AS VARCHAR(30)), CAST(? AS VARCHAR(3)), CAST(? AS BYTEA)))
                    AS given (site, gate, direction, genesis)
                ON gate.site = given.site AND gate.gate = given.gate
                WHEN NOT MATCHED THEN INSERT (site, gate, direction, committed_sequence, last_hash, journal_last, online)
                    VALUES (given.site, given.gate, given.direction, 0, given.genesis, 0, FALSE)""", gate.site(), gate.gate(), direction.name(), EventChain.GENESIS.toByteArray());
    }

    /** What was known of a gate before its newest status; {@code onlineSince} is empty while it is offline. */
    record Presence(Optional<Instant> onlineSince, byte[] status) {}

    /** Locks the row: two statuses of one gate are taken one after the other. */
    static Presence presence(Handle handle, GateAddress gate) {
        return handle.select(
                        "SELECT online, online_since, status FROM gate WHERE site = ? AND gate = ? FOR UPDATE",
                        gate.site(),
                        gate.gate())
                .map((row, context) -> new Presence(
                        row.getBoolean("online")
                                ? Optional.ofNullable(row.getObject("online_since", OffsetDateTime.class))
                                        .map(OffsetDateTime::toInstant)
                                : Optional.empty(),
                        row.getBytes("status")))
                .one();
    }

    /** Locks the row, if there is one. */
    static Optional<Progress> progress(Handle handle, GateAddress gate) {
        return handle.select(
                        "SELECT direction, committed_sequence, last_hash FROM gate WHERE site = ? AND gate = ? FOR UPDATE",
                        gate.site(),
                        gate.gate())
                .map((row, context) -> new Progress(
                        Direction.valueOf(row.getString("direction")),
                        row.getLong("committed_sequence"),
                        row.getBytes("last_hash")))
                .findOne();
    }

    static void update(Handle handle, GateAddress gate, Progress progress, Instant seenAt) {
        committed(handle, gate, progress);
        seen(handle, gate, seenAt);
    }

    static void committed(Handle handle, GateAddress gate, Progress progress) {
        handle.execute(
                "UPDATE gate SET committed_sequence = ?, last_hash = ? WHERE site = ? AND gate = ?",
                progress.committed(),
                progress.lastHash(),
                gate.site(),
                gate.gate());
    }

    /** Nothing older undoes what is newer. @param at see {@link portvakt.server.log.LifeSign} */
    static void seen(Handle handle, GateAddress gate, Instant at) {
        handle.execute(
                "UPDATE gate SET last_seen_at = ? WHERE site = ? AND gate = ?"
                        + " AND (last_seen_at IS NULL OR last_seen_at < ?)",
                at,
                gate.site(),
                gate.gate(),
                at);
    }
}
