package portvakt.sim.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The benches of the entry log go on working: at a tiny size everything is measured, held against what was promised, and cleared away. */
class LogBenchIT {

    @TempDir
    private Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8);

    private String printed() {
        return out.toString(StandardCharsets.UTF_8);
    }

    /** The bench ends by itself if a question finds nobody where it should find somebody, or the other way round. */
    @Test
    void everyQuestionIsAskedOfEveryLog() throws IOException {
        QueryBench.Effort tiny = new QueryBench.Effort(List.of(10_000, 12_000), 1, 5, 1);

        Results results = new QueryBench(tiny, folder, print).run();

        for (int size : tiny.sizes()) {
            for (String question : QueryBench.QUESTIONS) {
                for (String percentile : List.of("p50", "p99")) {
                    assertThat(results.find(size, QueryBench.measure(question, percentile), QueryBench.PAGE))
                            .as("%s of %d", question, size)
                            .isPresent();
                }
            }
            assertThat(results.find(size, QueryBench.measure("card", "p50"), QueryBench.PLAIN))
                    .isPresent();
        }
        new QueryTargets(results, print).print();
        assertThat(printed()).contains("p99 with 12,000 rows at most twice that with 10,000", "employer, 2 h");
    }

    @Test
    void aLogThatIsThereIsNotFilledAgain() throws IOException {
        new QueryBench(new QueryBench.Effort(List.of(10_000), 1, 1, 1), folder, print).run();
        Path whole = folder.resolve("portvakt-log-10000").resolve("whole");
        FileTime then = FileTime.from(Instant.parse("2026-01-01T00:00:00Z"));
        Files.setLastModifiedTime(whole, then);
        out.reset();

        new QueryBench(new QueryBench.Effort(List.of(10_000), 1, 1, 1), folder, print).run();

        assertThat(printed()).contains("asking").doesNotContain("filling");
        assertThat(Files.getLastModifiedTime(whole)).isEqualTo(then);
    }

    @Test
    void everyWayOfAnEventIsMeasured() throws Exception {
        Results results = new IngestBench(new IngestBench.Effort(2, 450, 1), folder, print).run();

        assertThat(results.lines())
                .extracting(Results.Line::structure)
                .containsExactly(IngestBench.WHOLE, IngestBench.INGEST, IngestBench.RAW, IngestBench.BROKER);
        assertThat(results.lines())
                .allSatisfy(line -> assertThat(line.figures().least()).isPositive());
        new IngestTargets(results, print).print();
        assertThat(printed()).containsPattern("whole way, acknowledged +[0-9.]+ +≥ 0.70");
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left).isEmpty();
        }
    }
}
