package portvakt.sim.world;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Looks for a smaller run that breaks the same rule: fewer kinds of faults, a shorter time, fewer people. Each fault and each person has
 * dice of their own, so what is left happens much as before.
 */
final class Shrinker {

    private static final int RUNS_MAX = 80;
    private static final int STEP = 2;

    private final WorldDatabase database;
    private final Consumer<String> progress;
    private int runs;

    /** @param progress hears of each smaller run that still fails */
    Shrinker(WorldDatabase database, Consumer<String> progress) {
        this.database = database;
        this.progress = progress;
    }

    /** @param failed a run that ended in a violation @return the smallest one that was found; perhaps the same */
    World.Result shrink(World.Result failed) {
        World.Result smallest = failed;
        boolean smaller = true;
        while (smaller && runs < RUNS_MAX) {
            smaller = false;
            for (Fault fault : new TreeSet<>(smallest.options().strengths().keySet())) {
                Set<Fault> fewer = EnumSet.noneOf(Fault.class);
                fewer.addAll(smallest.options().strengths().keySet());
                if (fewer.remove(fault)) {
                    Optional<World.Result> next = attempt(
                            failed,
                            fewer,
                            smallest.options().minutes(),
                            smallest.options().people());
                    smaller |= next.isPresent();
                    smallest = next.orElse(smallest);
                }
            }
            Optional<World.Result> shorter = attempt(
                    failed,
                    smallest.options().strengths().keySet(),
                    smallest.options().minutes() * 2 / 3,
                    smallest.options().people());
            smaller |= shorter.isPresent();
            smallest = shorter.orElse(smallest);
            Optional<World.Result> lonelier = attempt(
                    failed,
                    smallest.options().strengths().keySet(),
                    smallest.options().minutes(),
                    smallest.options().people() / STEP);
            smaller |= lonelier.isPresent();
            smallest = lonelier.orElse(smallest);
        }
        return smallest;
    }

    private Optional<World.Result> attempt(World.Result failed, Set<Fault> faults, int minutes, int people) {
        if (minutes < 1 || people < 1 || runs++ >= RUNS_MAX) {
            return Optional.empty();
        }
        World.Result result = World.run(
                failed.options().seed(),
                new Options.Wish(Optional.of(minutes), Optional.of(people), Optional.of(faults)),
                database,
                _ -> {});
        if (result.violation() == null
                || !result.violation().rule().equals(failed.violation().rule())) {
            return Optional.empty();
        }
        progress.accept(result.options().command());
        return Optional.of(result);
    }
}
