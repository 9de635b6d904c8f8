package portvakt.server.adapter.sql;

import com.google.protobuf.ByteString;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.protocol.Topics.GateAddress;
import portvakt.protocol.event.JournalStart;
import portvakt.protocol.v1.GateStatus;
import portvakt.server.port.LogEntry;

/** Where a gate's log ends, for the journal that is to go on behind it. */
final class LogEnd {

    /** How an alarm begins about events that will not come any more. */
    static final String GAP_STAYS = "JOURNAL_GAP_STAYS";

    private static final Logger LOG = LoggerFactory.getLogger(LogEnd.class);
    private static final int GAPS_TOLD_MAX = 5;

    private LogEnd() {}

    /** @param rows what the log says of it */
    record Settled(JournalStart start, List<LogEntry> rows) {}

    /** How far the gate is committed. Locks its row, if there is one. */
    static JournalStart committed(Handle handle, GateAddress gate) {
        return GateTable.progress(handle, gate).map(LogEnd::start).orElse(JournalStart.NONE);
    }

    private static JournalStart start(GateTable.Progress progress) {
        return progress.committed() == 0
                ? JournalStart.NONE
                : new JournalStart(progress.committed(), ByteString.copyFrom(progress.lastHash()));
    }

    /**
     * Makes the gate's newest stored event the end of its log. What is missing below it will not come any more, and an alarm says so; it
     * counts as committed, or nothing that comes behind it ever would. What was known of its journal and its lists is forgotten: the next
     * status may be of another computer. The gate's row has to be there.
     *
     * @param id of the next row of the log, whose cursor is locked
     */
    static Settled settle(Handle handle, GateAddress gate, long id, Instant at) {
        GateTable.Progress before = GateTable.progress(handle, gate).orElseThrow();
        Missing missing = new Missing(before.committed());
        byte[] newest = handle
                .select(
                        "SELECT sequence, hash FROM event WHERE site = ? AND gate = ? AND sequence > ? ORDER BY sequence",
                        gate.site(),
                        gate.gate(),
                        before.committed())
                .map((row, _) -> {
                    missing.there(row.getLong("sequence"));
                    return row.getBytes("hash");
                })
                .stream()
                .reduce(before.lastHash(), (_, hash) -> hash);
        GateTable.Progress end = new GateTable.Progress(before.direction(), missing.last, newest);
        GateTable.committed(handle, gate, end);
        for (EpisodeTable.Kind kind : EpisodeTable.Kind.values()) {
            EpisodeTable.end(handle, gate, kind);
        }
        forgetComputer(handle, gate, end.committed());
        List<LogEntry> rows = new ArrayList<>();
        missing.detail().ifPresent(detail -> {
            LOG.warn("{}/{}: {}", gate.site(), gate.gate(), detail);
            rows.add(AlarmRows.insert(handle, gate, id, at, detail));
        });
        return new Settled(start(end), rows);
    }

    /**
     * Of one computer no status takes back what an earlier one said; of two that would accuse the new one. How far the gate was behind stays until
     * the new one speaks: a muster has to know it.
     */
    private static void forgetComputer(Handle handle, GateAddress gate, long end) {
        GateListTable.forget(handle, gate);
        GateStatus status = SqlGates.parse(GateTable.presence(handle, gate).status());
        if (status.getOnline()) {
            GateStatus last = ReportOrder.last(status.toBuilder()
                    .setJournalLastSequence(Math.min(status.getJournalLastSequence(), end))
                    .build());
            handle.execute(
                    "UPDATE gate SET status = ? WHERE site = ? AND gate = ?",
                    last.toByteArray(),
                    gate.site(),
                    gate.gate());
        }
    }

    /** Counts what is missing between events that are there, in their order. */
    private static final class Missing {
        private final List<String> spans = new ArrayList<>();
        private long last;
        private long count;
        private int more;

        Missing(long committed) {
            last = committed;
        }

        void there(long sequence) {
            long first = last + 1;
            if (sequence > first) {
                count += sequence - first;
                if (spans.size() < GAPS_TOLD_MAX) {
                    spans.add(first == sequence - 1 ? "" + first : first + " to " + (sequence - 1));
                } else {
                    more++;
                }
            }
            last = sequence;
        }

        Optional<String> detail() {
            return spans.isEmpty()
                    ? Optional.empty()
                    : Optional.of(GAP_STAYS + ": " + count + (count == 1 ? " event" : " events")
                            + " of this gate never came and will not: "
                            + String.join(", ", spans)
                            + (more == 0 ? "" : " and " + more + " more gaps")
                            + "; the gate was enrolled anew, and goes on after event " + last);
        }
    }
}
