package portvakt.sim.bench;

import java.io.PrintStream;
import java.util.List;
import java.util.Optional;

/** What the log was promised to answer in, however long it is, and whether it did in this run. */
final class QueryTargets {

    private static final double TIMES = 2;

    private final Results results;
    private final PrintStream out;

    QueryTargets(Results results, PrintStream out) {
        this.results = results;
        this.out = out;
    }

    /** Holds the longest log against the shortest; prints nothing if there is but one. */
    void print() {
        List<Integer> sizes = results.lines().stream()
                .map(Results.Line::size)
                .distinct()
                .sorted()
                .toList();
        if (sizes.size() < 2) {
            return;
        }
        int least = sizes.getFirst();
        int most = sizes.getLast();
        out.println();
        out.printf("promised: p99 with %,d rows at most twice that with %,d%n", most, least);
        for (String question : QueryBench.QUESTIONS) {
            times(question, question, QueryBench.P99, least, most);
            times("  processor time alone", question, QueryBench.P99_BUSY, least, most);
        }
    }

    private void times(String what, String question, String percentile, int least, int most) {
        String measure = QueryBench.measure(question, percentile);
        Optional<Figures> few = results.find(least, measure, QueryBench.PAGE);
        Optional<Figures> many = results.find(most, measure, QueryBench.PAGE);
        if (few.isPresent() && many.isPresent()) {
            double times = many.get().median() / few.get().median();
            Targets.line(
                    out,
                    what,
                    "× " + Figures.Unit.COUNT.show(times),
                    "≤ " + Figures.Unit.COUNT.show(TIMES),
                    times <= TIMES);
        }
    }
}
