package portvakt.sim.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** The benchmarks of JMH, in JVMs of their own. */
final class JmhRuns {

    private static final String PERMUTATION = "sealed list: permutation alone";
    private static final String SEARCH = "sealed list: search alone";
    private static final long ASKED_CARDS_BYTES = 192L << 20;
    private static final int LOG_LINES = 40;

    private final ListsBench.Effort effort;
    private final Cards cards;
    private final Path folder;
    private final Results results;

    /** @param folder with a folder for the structure that is measured */
    JmhRuns(ListsBench.Effort effort, Cards cards, Path folder, Results results) {
        this.effort = effort;
        this.cards = cards;
        this.folder = folder;
        this.results = results;
        // Another run on the same machine makes both noisy, and the spread tells it; no reason not to run.
        System.setProperty("jmh.ignoreLock", "true");
    }

    /** @throws IllegalStateException if it fails, above all by a wrong answer */
    void lookUps(String structure) throws IOException {
        long heap = Structures.of(structure).heapBytes(cards) + ASKED_CARDS_BYTES;
        String title = Structures.of(structure).title();
        for (RunResult run : run(options(LookUp.class, heap).param("structure", structure))) {
            boolean hit = run.getParams().getBenchmark().endsWith(".hit");
            if (run.getParams().getMode() == Mode.AverageTime) {
                add(hit ? Measures.HIT_MEAN : Measures.MISS_MEAN, title, run, JmhRuns::mean);
            } else {
                add(hit ? Measures.HIT_P50 : Measures.MISS_P50, title, run, one -> percentile(one, 50));
                add(hit ? Measures.HIT_P99 : Measures.MISS_P99, title, run, one -> percentile(one, 99));
            }
        }
        if (structure.equals(Structures.SEALED)) {
            parts(heap);
        }
    }

    private void parts(long heap) throws IOException {
        for (RunResult run : run(options(SealedParts.class, heap))) {
            String part = run.getParams().getBenchmark().endsWith(".search") ? SEARCH : PERMUTATION;
            if (run.getParams().getMode() == Mode.AverageTime) {
                add(Measures.MISS_MEAN, part, run, JmhRuns::mean);
            } else {
                add(Measures.MISS_P50, part, run, one -> percentile(one, 50));
                add(Measures.MISS_P99, part, run, one -> percentile(one, 99));
            }
        }
    }

    private ChainedOptionsBuilder options(Class<?> benchmarks, long heapBytes) {
        return new OptionsBuilder()
                .include("\\b" + benchmarks.getSimpleName() + "\\.")
                .forks(1)
                .warmupIterations(effort.warmups())
                .warmupTime(TimeValue.milliseconds(effort.iterationMs()))
                .measurementIterations(effort.iterations())
                .measurementTime(TimeValue.milliseconds(effort.iterationMs()))
                .param("cards", Integer.toString(cards.count()))
                .shouldFailOnError(true)
                .jvmArgs(Probes.flags(heapBytes).toArray(String[]::new))
                .jvmArgsAppend("-D" + LookUp.FOLDER + "=" + folder, "-D" + LookUp.SEED + "=" + cards.seed());
    }

    private Collection<RunResult> run(ChainedOptionsBuilder options) throws IOException {
        Path log = folder.resolve("jmh.log");
        try {
            return new Runner(options.output(log.toString()).build()).run();
        } catch (RunnerException e) {
            List<String> lines = Files.readAllLines(log, StandardCharsets.UTF_8);
            throw new IllegalStateException(
                    String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size())), e);
        }
    }

    /** One figure for each iteration. */
    private void add(String measure, String title, RunResult run, ToDoubleFunction<IterationResult> figure) {
        results.add(
                cards.count(),
                measure,
                title,
                Figures.of(run.getBenchmarkResults().stream()
                        .flatMap(fork -> fork.getIterationResults().stream())
                        .mapToDouble(figure)
                        .toArray()),
                Figures.Unit.NS);
    }

    private static double mean(IterationResult iteration) {
        return iteration.getPrimaryResult().getScore();
    }

    private static double percentile(IterationResult iteration, double rank) {
        return iteration.getPrimaryResult().getStatistics().getPercentile(rank);
    }
}
