package portvakt.server.adapter.sql;

import java.time.Instant;
import org.jdbi.v3.core.Handle;
import portvakt.protocol.Topics.GateAddress;
import portvakt.server.log.EventReader;

/** Rows of {@code quarantine}: bytes that say what the log cannot, each kept once. */
final class QuarantineTable {

    private static final int DETAIL_CHARS_MAX = 500;

    private QuarantineTable() {}

    /** Why something is here. Names stand in the table and in alarm rows; only ever added. */
    enum Cause {
        /** Not a batch of events at all. */
        NO_BATCH,
        /** An event that cannot be read. */
        ILLEGIBLE,
        /** An event that is in the log, but does not fit the chain. */
        CHAIN_BROKEN,
        /** An event whose sequence is taken by another. */
        FORK,
        /** A seal that is in the log, but does not prove. */
        SEAL_WRONG,
        /** Two runs of the gate's program that overlap in the chain; the bytes name them. */
        RUNS_INTERLEAVE
    }

    /** Whether more than one has spoken in a gate's name since it was let in. */
    static boolean hasFork(Handle handle, GateAddress gate) {
        return handle.select("""
                SELECT COUNT(*) FROM quarantine JOIN gate ON gate.site = quarantine.site AND gate.gate = quarantine.gate
                WHERE quarantine.site = ? AND quarantine.gate = ? AND cause = ?
                    AND (registered_at IS NULL OR received_at >= registered_at)""", gate.site(), gate.gate(), Cause.FORK.name())
                        .mapTo(Long.class)
                        .one()
                > 0;
    }

    /** @return whether it was not there before */
    static boolean insert(
            Handle handle,
            GateAddress gate,
            long sequence,
            Cause cause,
            String detail,
            byte[] content,
            Instant receivedAt) {
        return handle.execute(
                        """
                MERGE INTO quarantine USING (VALUES (CAST(? AS VARCHAR(30)), CAST(? AS VARCHAR(30)), CAST(? AS VARCHAR(64)), CAST(? AS BIGINT), CAST(? AS VARCHAR(20)),
                        CAST(? AS VARCHAR(500)), CAST(? AS BYTEA), CAST(? AS TIMESTAMP WITH TIME ZONE)))
                    AS given (site, gate, digest, sequence, cause, detail, content, received_at)
                ON quarantine.site = given.site AND quarantine.gate = given.gate AND quarantine.digest = given.digest
                    AND quarantine.cause = given.cause
                WHEN NOT MATCHED THEN INSERT (site, gate, digest, sequence, cause, detail, content, received_at)
                    VALUES (given.site, given.gate, given.digest, given.sequence, given.cause, given.detail, given.content,
                        given.received_at)""",
                        gate.site(),
                        gate.gate(),
                        Secrets.sha256Hex(content),
                        sequence,
                        cause.name(),
                        EventReader.text(detail, DETAIL_CHARS_MAX).orElse(""),
                        content,
                        receivedAt)
                > 0;
    }
}
