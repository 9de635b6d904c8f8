package portvakt.sim.outage;

import java.io.PrintStream;
import java.util.List;
import java.util.SequencedMap;

/**
 * What many browsers came to.
 *
 * @param pageMs     from asking for a page to its last byte, by what it is
 * @param aloneMs    from each tap to its row, while one browser looks on
 * @param togetherMs the same, in each of all browsers
 * @param before     with one browser
 * @param after      with all
 */
record CrowdReport(
        CrowdBench.Effort effort,
        SequencedMap<String, List<Double>> pageMs,
        List<Double> aloneMs,
        List<Double> togetherMs,
        ServerChild.Memory before,
        ServerChild.Memory after) {

    /** A page that asks the log nothing. */
    static final String BASELINE = "log-in page, for comparison";

    /** A tap is to be seen in this. */
    static final double SEEN_MS_MAX = 1_000;

    boolean isGood() {
        return percentile(togetherMs, 99) <= SEEN_MS_MAX;
    }

    static double percentile(List<Double> times, int percent) {
        List<Double> sorted = times.stream().sorted().toList();
        return sorted.isEmpty()
                ? Double.POSITIVE_INFINITY
                : sorted.get(Math.min(sorted.size() - 1, sorted.size() * percent / 100));
    }

    void print(PrintStream out) {
        out.printf("a log of %,d events, %,d pages of each kind%n", effort.rows(), effort.pages());
        double baseline = percentile(pageMs.get(BASELINE), 50);
        pageMs.forEach((page, times) -> out.printf(
                "  %-28s %8.1f ms   p99 %6.1f ms   × %.1f%n",
                page, percentile(times, 50), percentile(times, 99), percentile(times, 50) / baseline));
        out.printf("%d browsers follow live, %d taps%n", effort.browsers(), effort.taps());
        out.printf(
                "  one browser alone            %8.0f ms   p99 %6.0f ms%n",
                percentile(aloneMs, 50), percentile(aloneMs, 99));
        out.printf(
                "  each of them                 %8.0f ms   p99 %6.0f ms   worst %.0f; promised p99 ≤ %.0f  %s%n",
                percentile(togetherMs, 50),
                percentile(togetherMs, 99),
                percentile(togetherMs, 100),
                SEEN_MS_MAX,
                isGood() ? "kept" : "MISSED");
        int more = Math.max(1, effort.browsers() - 1);
        out.printf(
                "  heap in use                  %8.1f MB   %+.1f MB, %.0f kB a browser%n",
                after.heapBytes() / 1e6,
                (after.heapBytes() - before.heapBytes()) / 1e6,
                (after.heapBytes() - before.heapBytes()) / 1e3 / more);
        out.printf(
                "  resident                     %8.1f MB   %+.1f MB, %.0f kB a browser%n",
                after.residentBytes() / 1e6,
                (after.residentBytes() - before.residentBytes()) / 1e6,
                (after.residentBytes() - before.residentBytes()) / 1e3 / more);
    }
}
