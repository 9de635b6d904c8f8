package portvakt.server.adapter.sql;

import java.util.Optional;
import org.jdbi.v3.core.Handle;
import portvakt.protocol.Topics.GateAddress;
import portvakt.protocol.v1.GateStatus;
import portvakt.server.log.GateRuns;
import portvakt.server.log.GateRuns.Run;

/**
 * In which order a gate has said what came: a broker sends again what was not acknowledged, and may bring late what it has. Within a run
 * the gate's uptime tells, and between runs the places of their events in the chain; its clock may jump, and tells nothing. A gate that names
 * neither is taken at its word.
 */
final class ReportOrder {

    /** No run lasts so long. Marks the last one of a computer that was replaced. */
    private static final long FOR_EVER_NS = -1L;

    private ReportOrder() {}

    /** The status as the last that its run ever says: what the broker still has of it does not count. */
    static GateStatus last(GateStatus recorded) {
        return recorded.toBuilder().setUptimeNs(FOR_EVER_NS).build();
    }

    /** The broker gives out what it retains anew, and by then more of the journal may be committed than it tells of. */
    static boolean isSame(GateStatus status, GateStatus recorded) {
        return isOfOneRun(status, recorded)
                && status.getUptimeNs() == recorded.getUptimeNs()
                && status.getReportedAtMs() == recorded.getReportedAtMs();
    }

    /**
     * Whether a status was said before the one that is recorded. Within one run, and from one to the next, a gate's lists and journal do
     * not go back, so that is all that less of them means in such a one.
     *
     * <p>A journal that was put back is never taken for that: the run that finds it has a name of its own, of which no event is here.
     */
    static boolean isBefore(Handle handle, GateAddress gate, GateStatus status, GateStatus recorded) {
        if (isOfOneRun(status, recorded)) {
            return Long.compareUnsigned(status.getUptimeNs(), recorded.getUptimeNs()) < 0;
        }
        if (recorded.getUptimeNs() == FOR_EVER_NS) {
            return false;
        }
        Optional<String> boot = GateRuns.boot(status.getBootId());
        Optional<String> recordedBoot = GateRuns.boot(recorded.getBootId());
        if (boot.isEmpty() || recordedBoot.isEmpty()) {
            return false;
        }
        Optional<Run> run = RunTable.find(handle, gate, boot.get());
        Optional<Run> later = RunTable.find(handle, gate, recordedBoot.get());
        // Two computers with one name: neither run is the earlier one.
        return run.isPresent()
                && (later.isEmpty() || isOver(run.get(), later.get()))
                && !QuarantineTable.hasFork(handle, gate);
    }

    /** Otherwise they interleave. */
    private static boolean isOver(Run run, Run later) {
        return run.last() < later.first();
    }

    private static boolean isOfOneRun(GateStatus status, GateStatus recorded) {
        return status.getBootId().equals(recorded.getBootId()) && status.getStartedAtMs() == recorded.getStartedAtMs();
    }
}
