package portvakt.sim.bench;

import java.io.PrintStream;
import java.util.Optional;

/** What the sealed list was promised to do with ten million cards, and whether it did in this run. */
final class Targets {

    static final int SIZE = 10_000_000;

    private static final double LOOK_UP_P99_NS = 1_000;
    private static final double TIMES_H2 = 100;
    private static final double OPEN_NS = 150e6;
    private static final double HEAP_BYTES = 8e6;
    private static final double FILE_BYTES = 82e6;
    private static final double DELTA_BYTES = 8.4e3;
    private static final double DELTA_FORCES = 1;

    private final Results results;
    private final PrintStream out;

    Targets(Results results, PrintStream out) {
        this.results = results;
        this.out = out;
    }

    /** Prints nothing unless so many cards were measured. */
    void print() {
        if (sealed(Measures.HIT_MEAN).isEmpty()) {
            return;
        }
        out.println();
        out.println("promised for 10,000,000 cards");
        atMost("look-up p99, hit", sealed(Measures.HIT_P99), LOOK_UP_P99_NS, Figures.Unit.NS);
        atMost("look-up p99, miss", sealed(Measures.MISS_P99), LOOK_UP_P99_NS, Figures.Unit.NS);
        faster("hit, times faster than H2", Measures.HIT_MEAN);
        faster("miss, times faster than H2", Measures.MISS_MEAN);
        atMost("open and prove, cold JVM", sealed(Measures.OPEN), OPEN_NS, Figures.Unit.NS);
        atMost("heap", sealed(Measures.HEAP), HEAP_BYTES, Figures.Unit.BYTES);
        atMost("file", sealed(Measures.FILE), FILE_BYTES, Figures.Unit.BYTES);
        atMost("delta of 1,000, message", sealed(Measures.MESSAGE), DELTA_BYTES, Figures.Unit.BYTES);
        atMost("delta of 1,000, fsyncs", sealed(Measures.FORCES), DELTA_FORCES, Figures.Unit.COUNT);
    }

    private Optional<Figures> sealed(String measure) {
        return results.find(SIZE, measure, Structures.of(Structures.SEALED).title());
    }

    private void faster(String what, String measure) {
        Optional<Figures> h2 = results.find(SIZE, measure, SqlStructure.h2().title());
        if (h2.isPresent()) {
            double times = h2.get().median() / sealed(measure).orElseThrow().median();
            line(what, Figures.Unit.COUNT.show(times), "≥ " + Figures.Unit.COUNT.show(TIMES_H2), times >= TIMES_H2);
        }
    }

    private void atMost(String what, Optional<Figures> measured, double most, Figures.Unit unit) {
        measured.ifPresent(
                figures -> line(what, unit.show(figures.median()), "≤ " + unit.show(most), figures.median() <= most));
    }

    private void line(String what, String measured, String promised, boolean kept) {
        line(out, what, measured, promised, kept);
    }

    static void line(PrintStream out, String what, String measured, String promised, boolean kept) {
        out.printf("  %-28s %12s  %-12s %s%n", what, measured, promised, kept ? "kept" : "MISSED");
    }
}
