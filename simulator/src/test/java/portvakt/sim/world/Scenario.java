package portvakt.sim.world;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** A run that is told what to do: by a seed as far as that is left to it, and by what is written. All the rules hold in it too. */
final class Scenario {

    private final long seed;
    private final Set<Fault> faults = EnumSet.noneOf(Fault.class);
    private final List<World.Act> script = new ArrayList<>();
    private final List<String> lines = new ArrayList<>();
    private Optional<Integer> minutes = Optional.empty();
    private Optional<Integer> people = Optional.empty();

    private Scenario(long seed) {
        this.seed = seed;
    }

    static Scenario scenario(long seed) {
        return new Scenario(seed);
    }

    /** These kinds strike, as often as the seed says; without any, none does. */
    Scenario with(Fault... some) {
        faults.addAll(List.of(some));
        return this;
    }

    /** With faults, and what is written. */
    Scenario minutes(int count) {
        minutes = Optional.of(count);
        return this;
    }

    Scenario people(int count) {
        people = Optional.of(count);
        return this;
    }

    Scenario at(Duration since, Consumer<World> what) {
        script.add(new World.Act(since, what));
        return this;
    }

    World.Result run(WorldDatabase database) {
        return World.run(seed, new Options.Wish(minutes, people, Optional.of(faults)), database, lines::add, script);
    }

    /** Of the trace, of the last run. */
    List<String> lines() {
        return lines;
    }
}
