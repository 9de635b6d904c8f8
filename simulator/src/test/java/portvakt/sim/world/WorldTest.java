package portvakt.sim.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Whole sites in virtual time: nothing goes wrong that must not, and a seed is the same run each time. */
class WorldTest {

    private static WorldDatabase database;

    @BeforeAll
    static void open() {
        database = new WorldDatabase("world-test");
    }

    @AfterAll
    static void close() {
        database.close();
    }

    @Test
    void someSeedsRunWithoutAViolation() {
        for (long seed = 1; seed <= 10; seed++) {
            World.Result result = World.run(seed, Options.Wish.NONE, database, _ -> {});
            assertThat(result.violation()).as(result.options().command()).isNull();
        }
    }

    @Test
    void aSeedIsTheSameRunAgain() {
        List<String> first = new ArrayList<>();
        List<String> second = new ArrayList<>();
        World.run(2, Options.Wish.NONE, database, first::add);
        World.run(3, Options.Wish.NONE, database, _ -> {});
        World.run(2, Options.Wish.NONE, database, second::add);
        assertThat(second).hasSizeGreaterThan(100).isEqualTo(first);
    }
}
