package portvakt.sim.outage;

import java.io.PrintStream;
import java.util.Collections;
import java.util.List;

/**
 * What a drain came to.
 *
 * @param drainSeconds from the server's return to the acknowledgement of the last event that was waiting
 * @param pageMs       from each tap to its row on the live page
 * @param countedMs    from each tap to its holder in the list of who is on site
 * @param stillLive    what is shown as not stored although all is
 */
record DrainReport(
        DrainBench.Effort effort,
        double fillSeconds,
        double drainSeconds,
        List<Double> pageMs,
        List<Double> countedMs,
        int stillLive,
        LogProof proof) {

    /** A tap is to be seen in this. */
    static final double SEEN_MS_MAX = 1_000;

    boolean isGood() {
        return proof.isGood() && stillLive == 0 && worst(pageMs) <= SEEN_MS_MAX && worst(countedMs) <= SEEN_MS_MAX;
    }

    private static double worst(List<Double> times) {
        return times.isEmpty() ? Double.POSITIVE_INFINITY : Collections.max(times);
    }

    static double median(List<Double> times) {
        return times.isEmpty() ? Double.NaN : times.stream().sorted().toList().get(times.size() / 2);
    }

    void print(PrintStream out) {
        out.printf(
                "%,d events of %d days without a server, written in %.0f s%n",
                effort.events(), effort.away().toDays(), fillSeconds);
        out.printf(
                "  drained in                   %10.1f s   %,.0f events a second%n",
                drainSeconds, effort.events() / drainSeconds);
        out.printf(
                "  a tap meanwhile, on the page %10.0f ms  half of %d; worst %.0f ms, promised ≤ %.0f  %s%n",
                median(pageMs), pageMs.size(), worst(pageMs), SEEN_MS_MAX, kept(worst(pageMs) <= SEEN_MS_MAX));
        out.printf(
                "  and counted as on site       %10.0f ms  half of %d; worst %.0f ms, promised ≤ %.0f  %s%n",
                median(countedMs),
                countedMs.size(),
                worst(countedMs),
                SEEN_MS_MAX,
                kept(worst(countedMs) <= SEEN_MS_MAX));
        out.printf("  still shown as not stored    %10d     promised 0  %s%n", stillLive, kept(stillLive == 0));
        out.printf(
                "  the log is the journal       %,10d events, byte by byte, each once; %,d arrived behind a later one  %s%n",
                proof.events(), proof.outOfOrder(), kept(proof.isGood()));
        proof.faults().forEach(fault -> out.println("    " + fault));
    }

    private static String kept(boolean kept) {
        return kept ? "kept" : "MISSED";
    }
}
