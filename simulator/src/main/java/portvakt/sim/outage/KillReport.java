package portvakt.sim.outage;

import java.io.PrintStream;
import java.util.List;

/**
 * What killing the server came to.
 *
 * @param early        of the kills, before the server was ready
 * @param seconds      of the whole
 * @param startSeconds from a start to database and broker being well
 */
record KillReport(KillBench.Effort effort, int early, double seconds, List<Double> startSeconds, LogProof proof) {

    boolean isGood() {
        return proof.isGood();
    }

    void print(PrintStream out) {
        List<Double> sorted = startSeconds.stream().sorted().toList();
        out.printf(
                "%d kills of the server (%d before it was ready), %d gates, seed %d, %.0f s%n",
                effort.kills(), early, effort.gates(), effort.seed(), seconds);
        if (!sorted.isEmpty()) {
            out.printf(
                    "  from start to ready          %10.1f s   half; worst %.1f s; %.0f s of the whole%n",
                    sorted.get(sorted.size() / 2),
                    sorted.getLast(),
                    sorted.stream().mapToDouble(Double::doubleValue).sum());
        }
        out.printf(
                "  the log is the journals      %,10d events, byte by byte, each once; %,d arrived behind a later one  %s%n",
                proof.events(), proof.outOfOrder(), proof.isGood() ? "kept" : "MISSED");
        proof.faults().forEach(fault -> out.println("    " + fault));
    }
}
