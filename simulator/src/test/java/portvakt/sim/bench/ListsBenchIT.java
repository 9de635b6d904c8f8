package portvakt.sim.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bench goes on working: at a tiny size ours and one other are measured in every way, and nothing is left behind. */
class ListsBenchIT {

    private static final int SIZE = 1_000;
    private static final List<String> NAMES = List.of(Structures.SEALED, "h2");
    private static final List<String> TITLES =
            NAMES.stream().map(name -> Structures.of(name).title()).toList();

    @TempDir
    private Path folder;

    @Test
    void bothAreMeasuredInEveryWay() throws IOException, InterruptedException {
        ListsBench.Effort tiny = new ListsBench.Effort(NAMES, List.of(SIZE), 1, 1, 20, 1, 3);
        ByteArrayOutputStream progress = new ByteArrayOutputStream();

        Results results = new ListsBench(tiny, folder, new PrintStream(progress, true, StandardCharsets.UTF_8)).run();

        for (String measure : List.of(
                Measures.HIT_MEAN,
                Measures.HIT_P50,
                Measures.HIT_P99,
                Measures.MISS_MEAN,
                Measures.MISS_P50,
                Measures.MISS_P99,
                Measures.JVM,
                Measures.OPEN,
                Measures.ANSWER,
                Measures.HEAP,
                Measures.FILE,
                Measures.BITS,
                Measures.DELTA)) {
            assertThat(TITLES)
                    .as(measure)
                    .allSatisfy(title ->
                            assertThat(results.find(SIZE, measure, title)).isPresent());
        }
        // The message is 184 bytes and 8 for each of a third of the cards, the fsync one, from the second delta on.
        assertThat(results.find(SIZE, Measures.MESSAGE, TITLES.getFirst())
                        .orElseThrow()
                        .median())
                .isEqualTo(184 + 8 * 332);
        assertThat(results.find(SIZE, Measures.FORCES, TITLES.getFirst())
                        .orElseThrow()
                        .median())
                .isEqualTo(1);
        assertThat(results.find(SIZE, Measures.FILE, TITLES.getFirst())
                        .orElseThrow()
                        .median())
                .isEqualTo(168 + (5 * 4 + 4 * 16) + 8 * SIZE);

        ByteArrayOutputStream table = new ByteArrayOutputStream();
        results.print(new PrintStream(table, true, StandardCharsets.UTF_8));
        assertThat(table.toString(StandardCharsets.UTF_8))
                .contains("1,000", "look-up, listed, p99", "H2, primary key", "× ");
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left).isEmpty();
        }
    }
}
