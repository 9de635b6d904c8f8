package portvakt.sim.bench;

import java.io.PrintStream;
import java.util.Optional;

/** What the whole way was promised beside the slower of what it is made of, and whether it did in this run. */
final class IngestTargets {

    private static final double SHARE = 0.7;

    private final Results results;
    private final PrintStream out;

    IngestTargets(Results results, PrintStream out) {
        this.results = results;
        this.out = out;
    }

    void print() {
        out.println();
        out.println("promised: of the slower baseline, at least");
        share(IngestBench.INGEST);
        share(IngestBench.WHOLE);
    }

    private void share(String way) {
        Optional<Double> measured = rate(way);
        Optional<Double> raw = rate(IngestBench.RAW);
        Optional<Double> broker = rate(IngestBench.BROKER);
        if (measured.isPresent() && raw.isPresent() && broker.isPresent()) {
            double share = measured.get() / Math.min(raw.get(), broker.get());
            Targets.line(
                    out, way, Figures.Unit.COUNT.show(share), "≥ " + Figures.Unit.COUNT.show(SHARE), share >= SHARE);
        }
    }

    private Optional<Double> rate(String way) {
        return results.lines().stream()
                .filter(line -> line.structure().equals(way))
                .map(line -> line.figures().median())
                .findFirst();
    }
}
