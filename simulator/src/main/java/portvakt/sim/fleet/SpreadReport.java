package portvakt.sim.fleet;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import portvakt.protocol.list.ListHead;

/**
 * What was measured.
 *
 * @param plainPushes as many plain messages of the same size
 * @param plainAtOnce as many plain messages of the same size as a gate took in the burst: until each session had all
 */
record SpreadReport(
        SpreadBench.Effort effort,
        Pushes pushes,
        Waves plainPushes,
        Burst atOnce,
        Delays plainAtOnce,
        Burst spreadOut,
        Verdict verdict) {

    /** Changes one after the other. @param each of all gates and changes @param last until the last gate had it, of all changes */
    record Waves(Delays each, Delays last) {
        static Waves of(List<Delays> waves) {
            return new Waves(
                    Delays.of(waves.stream()
                            .flatMapToLong(wave -> java.util.Arrays.stream(wave.sortedNs()))
                            .toArray()),
                    Delays.of(waves.stream().map(Delays::longestNs).toList()));
        }
    }

    /** @param answered until the register had its answer */
    record Pushes(Delays answered, Waves gates) {}

    /**
     * Many changes, from before the first call.
     *
     * @param keys        that came or went
     * @param leastBytes  payload that one gate was sent: deltas, the longer ones too, and heads
     * @param committedNs until the last commit was on the disk
     * @param gates       until each gate was at the last version
     */
    record Burst(long versions, int keys, long leastBytes, long mostBytes, long committedNs, Delays gates) {

        /** Of the deltas from version to version, bytes; all are about the same. */
        int messageBytes() {
            return (int) (DELTA_BYTES + (long) KEY_BYTES * keys / versions);
        }
    }

    private static final int DELTA_BYTES = ListHead.SIZE_BYTES + Long.BYTES + 2 * Integer.BYTES;
    private static final int KEY_BYTES = Long.BYTES;

    /** The delta of one change. */
    static final int PUSH_BYTES = DELTA_BYTES + KEY_BYTES;

    private static final String ROW = "  %-44s %12s %12s %12s%n";
    private static final String LINE = "  %-44s %s%n";

    void print(PrintStream out) {
        out.printf(Locale.ROOT, "%,d changes, one after the other, to %,d gates%n", effort.pushes(), effort.gates());
        out.printf(ROW, "from before the register's push until", "p50", "p99", "longest");
        row(out, "the register has its answer", pushes.answered());
        row(out, "a gate decides by it", pushes.gates().each());
        row(out, "the last gate does", pushes.gates().last());
        row(out, "plain MQTT, " + number(PUSH_BYTES) + " bytes: a session has it", plainPushes.each());
        row(out, "plain MQTT: the last session has it", plainPushes.last());
        ratios(out, "times plain, a gate", pushes.gates().each(), plainPushes.each());
        ratios(out, "times plain, the last gate", pushes.gates().last(), plainPushes.last());
        out.println();
        out.printf(Locale.ROOT, "a firm at once: %,d cards suspended by one file, in one commit%n", effort.firm());
        burst(out, atOnce);
        String messages = number(atOnce.versions()) + " messages of " + number(atOnce.messageBytes()) + " bytes";
        line(out, "plain MQTT, " + messages, "");
        line(out, "  first session has all", Delays.show(plainAtOnce.shortestNs()));
        line(out, "  last session has all", Delays.show(plainAtOnce.longestNs()));
        line(
                out,
                "times plain, the last gate, from the commit on",
                ratio(atOnce.gates().longestNs() - atOnce.committedNs(), plainAtOnce.longestNs()));
        out.println();
        out.printf(
                Locale.ROOT,
                "a firm, spread out: the same %,d cards valid again, in %,d commits over %.1f s%n",
                effort.firm(),
                effort.commits(),
                effort.over().toMillis() / 1e3);
        burst(out, spreadOut);
        out.println();
        out.println("answers");
        line(out, "gates with exactly the issuer's list", number(verdict.present()) + " of " + number(verdict.gates()));
        line(out, "questions", number(verdict.asked()));
        verdict.faults().forEach(fault -> line(out, "fault", fault));
        out.println("wrong answers: " + verdict.wrong());
    }

    private static void burst(PrintStream out, Burst burst) {
        line(out, "versions", number(burst.versions()));
        line(
                out,
                "payload that one gate was sent, bytes",
                number(burst.leastBytes()) + " … " + number(burst.mostBytes()));
        line(out, "all is committed", Delays.show(burst.committedNs()));
        line(out, "first gate at the last version", since(burst, burst.gates().shortestNs()));
        line(out, "last gate at the last version", since(burst, burst.gates().longestNs()));
    }

    private static String since(Burst burst, long ns) {
        return Delays.show(ns) + ", " + Delays.show(ns - burst.committedNs()) + " after the last commit";
    }

    private static void row(PrintStream out, String what, Delays delays) {
        out.printf(
                ROW,
                what,
                Delays.show(delays.percentileNs(50)),
                Delays.show(delays.percentileNs(99)),
                Delays.show(delays.longestNs()));
    }

    private static void ratios(PrintStream out, String what, Delays ours, Delays plain) {
        out.printf(
                ROW,
                what,
                ratio(ours.percentileNs(50), plain.percentileNs(50)),
                ratio(ours.percentileNs(99), plain.percentileNs(99)),
                ratio(ours.longestNs(), plain.longestNs()));
    }

    private static void line(PrintStream out, String what, String value) {
        out.println(String.format(LINE, what, value).stripTrailing());
    }

    private static String ratio(long ours, long plain) {
        return String.format(Locale.ROOT, "× %.2f", (double) ours / plain);
    }

    private static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }
}
