package portvakt.sim.world;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What runs seeds among planted classes; called by reflection, since all its classes are others than the caller's. */
public final class PlantedRun {

    private static final int MINUTES = 16;
    private static final int PEOPLE = 10;

    private PlantedRun() {}

    /**
     * @param faults names of those that strike
     * @return how many seeds it took to find something, a space, and what; empty: nothing in all of them
     */
    public static String search(int seedsMax, List<String> faults) {
        Set<Fault> set = EnumSet.noneOf(Fault.class);
        faults.forEach(name -> set.add(Fault.valueOf(name)));
        Options.Wish wish = new Options.Wish(Optional.of(MINUTES), Optional.of(PEOPLE), Optional.of(set));
        try (WorldDatabase database = new WorldDatabase("planted")) {
            for (int seed = 1; seed <= seedsMax; seed++) {
                World.Result result = World.run(seed, wish, database, _ -> {});
                if (result.violation() != null) {
                    return seed + " " + result.violation().rule();
                }
            }
            return "";
        }
    }
}
