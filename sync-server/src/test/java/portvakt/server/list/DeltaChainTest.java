package portvakt.server.list;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every way through the deltas leads to the same set, and no way is long. */
class DeltaChainTest {

    private static final int KEYS_MAX = 40;

    private final List<TreeSet<Long>> versions = new ArrayList<>();

    private static long[] sorted(TreeSet<Long> keys) {
        return KeyChanges.sort(keys.stream().mapToLong(Long::longValue).toArray());
    }

    private static KeyChanges difference(TreeSet<Long> before, TreeSet<Long> after) {
        TreeSet<Long> added = new TreeSet<>(after);
        added.removeAll(before);
        TreeSet<Long> removed = new TreeSet<>(before);
        removed.removeAll(after);
        return new KeyChanges(sorted(added), sorted(removed));
    }

    /** A random set that differs from the one before by some keys of few, so that many come and go again. */
    private static TreeSet<Long> next(TreeSet<Long> before, SplittableRandom random, int changes) {
        TreeSet<Long> after = new TreeSet<>(before);
        for (int change = 0; change < changes; change++) {
            long key = random.nextLong(-30, 30) * 0x0123_4567_89ab_cdefL;
            if (!after.remove(key)) {
                after.add(key);
            }
        }
        return after;
    }

    @ParameterizedTest
    @ValueSource(longs = {31, 32, 33, 34})
    void twoChangesInOneAreTheDifferenceOfTheSets(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int trial = 0; trial < 500; trial++) {
            TreeSet<Long> one = next(new TreeSet<>(), random, 40);
            TreeSet<Long> two = next(one, random, random.nextInt(20));
            TreeSet<Long> three = next(two, random, random.nextInt(20));
            KeyChanges both = difference(one, two).then(difference(two, three));
            KeyChanges direct = difference(one, three);
            assertThat(both.added()).as("seed %d trial %d", seed, trial).isEqualTo(direct.added());
            assertThat(both.removed()).as("seed %d trial %d", seed, trial).isEqualTo(direct.removed());
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {41, 42, 43})
    void everyStepIsTheDifferenceOfItsVersionsAndFits(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        versions.add(new TreeSet<>());
        DeltaChain chain = DeltaChain.EMPTY;
        for (int version = 1; version <= 300; version++) {
            TreeSet<Long> before = versions.getLast();
            TreeSet<Long> after = next(before, random, 1 + random.nextInt(random.nextInt(10) == 0 ? 40 : 5));
            versions.add(after);
            chain = chain.append(version, difference(before, after), KEYS_MAX);
        }
        assertThat(chain.froms()).hasSize(300);
        for (long from : chain.froms()) {
            DeltaChain.Step step = chain.step(from).orElseThrow();
            KeyChanges direct = difference(versions.get((int) from), versions.get((int) step.to()));
            assertThat(step.changes().added()).as("seed %d from %d", seed, from).isEqualTo(direct.added());
            assertThat(step.changes().removed())
                    .as("seed %d from %d", seed, from)
                    .isEqualTo(direct.removed());
            assertThat(step.changes().size()).isLessThanOrEqualTo(KEYS_MAX);
            assertThat(step.to()).isGreaterThan(from);
        }
    }

    @Test
    void theWayToTheNewestVersionGrowsWithTheLogarithm() {
        KeyChanges one = new KeyChanges(new long[] {1}, new long[0]);
        KeyChanges back = new KeyChanges(new long[0], new long[] {1});
        DeltaChain chain = DeltaChain.EMPTY;
        int worst = 0;
        for (int version = 1; version <= 1000; version++) {
            chain = chain.append(version, version % 2 == 1 ? one : back, KEYS_MAX);
            for (long from = 0; from < version; from += 37) {
                int steps = 0;
                long at = from;
                while (at < version) {
                    at = chain.step(at).orElseThrow().to();
                    steps++;
                }
                worst = Math.max(worst, steps);
            }
        }
        assertThat(worst).isLessThanOrEqualTo(2 * 10);
    }

    @Test
    void nothingLeadsAcrossAVersionWithoutDelta() {
        KeyChanges one = new KeyChanges(new long[] {1}, new long[0]);
        KeyChanges back = new KeyChanges(new long[0], new long[] {1});
        DeltaChain chain = DeltaChain.EMPTY.append(1, one, KEYS_MAX).append(2, back, KEYS_MAX);
        // Version 3 has no delta.
        chain = chain.append(4, one, KEYS_MAX);
        assertThat(chain.froms()).containsExactly(0L, 1L, 3L);
        assertThat(chain.step(0).orElseThrow().to()).isEqualTo(2);
        assertThat(chain.since(1).froms()).containsExactly(1L, 3L);
    }

    private static KeyChanges adding(long... keys) {
        return new KeyChanges(keys, new long[0]);
    }

    /** How far the first step leads when two versions are made with as many keys as the first and the second number. */
    @ParameterizedTest
    @CsvSource({"1, 1, 2", "19, 20, 2", "20, 20, 2", "20, 21, 1", "40, 40, 1"})
    void aLongerStepIsMadeAsLongAsItFitsToTheKey(int first, int second, long leadsTo) {
        DeltaChain chain = DeltaChain.EMPTY
                .append(1, adding(LongStream.range(0, first).toArray()), KEYS_MAX)
                .append(2, adding(LongStream.range(100, 100 + second).toArray()), KEYS_MAX);
        assertThat(chain.step(0).orElseThrow().to()).isEqualTo(leadsTo);
        assertThat(chain.step(0).orElseThrow().changes().size()).isEqualTo(leadsTo == 2 ? first + second : first);
    }

    /** Only these have to be published: the others lie in the broker already. */
    @Test
    void aNewVersionChangesItsOwnStepAndThoseThatItMakesLonger() {
        DeltaChain chain = DeltaChain.EMPTY;
        for (long version = 1; version <= 7; version++) {
            chain = chain.append(version, adding(version), KEYS_MAX);
        }
        DeltaChain eight = chain.append(8, adding(8), KEYS_MAX);
        assertThat(eight.differsFrom(chain)).containsExactly(0L, 4L, 6L, 7L);
        assertThat(eight.append(9, adding(9), KEYS_MAX).differsFrom(eight)).containsExactly(8L);
        assertThat(eight.differsFrom(eight)).isEmpty();
        assertThat(eight.since(6).differsFrom(eight)).isEmpty();
    }

    @Test
    void aChainGoesOnFromItsStepsAfterARestart() {
        DeltaChain chain = DeltaChain.EMPTY.append(1, adding(1), KEYS_MAX);
        TreeMap<Long, DeltaChain.Step> kept = new TreeMap<>();
        chain.froms().forEach(from -> kept.put(from, chain.step(from).orElseThrow()));
        DeltaChain restarted = DeltaChain.of(kept);
        kept.clear();
        assertThat(restarted.froms()).containsExactly(0L);
        assertThat(restarted.differsFrom(chain)).isEmpty();
        DeltaChain.Step step = restarted.append(2, adding(2), KEYS_MAX).step(0).orElseThrow();
        assertThat(step.to()).isEqualTo(2);
        assertThat(step.changes().added()).containsExactly(1, 2);
    }
}
