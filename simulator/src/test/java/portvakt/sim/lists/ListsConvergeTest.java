package portvakt.sim.lists;

import java.nio.file.Path;
import java.util.stream.LongStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever the register says in whatever order, and whatever is lost, doubled, reordered, cut off or started again on the way, the
 * gates end with the register's set, and with the server's bytes. Register, imports, database, issuer and the gates' lists are the
 * real ones; time, broker and disks are the test's.
 *
 * <p>Each seed is a story of its own; {@code -Dportvakt.seeds=500} tells more of them.
 */
class ListsConvergeTest {

    private static final long SEEDS = Long.getLong("portvakt.seeds", 10);
    private static final long FIRST_SEED = Long.getLong("portvakt.seeds.first", 1);
    private static final int STEPS = 200;

    @TempDir
    Path folder;

    static LongStream seeds() {
        return LongStream.range(FIRST_SEED, FIRST_SEED + SEEDS);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void theGatesEndWithTheRegistersSetAndTheServersBytes(long seed) throws Exception {
        try (ListStory story = new ListStory(seed, folder)) {
            for (int step = 0; step < STEPS; step++) {
                story.step();
            }
            story.end();
        } catch (Exception | AssertionError e) {
            throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
        }
    }
}
