package portvakt.sim.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A simulation that finds nothing says little: known bugs are put in one at a time, and each has to be found. */
@ExtendWith(QuietLog.class)
class PlantedFaultsIT {

    private static final int SEEDS_MAX = 60;

    @TempDir
    private Path folder;

    @Test
    void eachPlantedBugIsFound() throws Exception {
        findAll(Plant.ALL);
    }

    @Test
    void eachPlantedBugInWhatIsToldOfPeopleIsFound() throws Exception {
        findAll(PeoplePlants.ALL);
    }

    private void findAll(List<Plant> plants) throws Exception {
        List<String> missed = new ArrayList<>();
        for (Plant plant : plants) {
            String found = search(plant, Files.createTempDirectory(folder, "plant"));
            System.out.println("| " + plant.name() + " | "
                    + (found.isEmpty() ? "not found" : found.replaceFirst(" ", " | ")) + " |");
            if (found.isEmpty()) {
                missed.add(plant.name());
            }
        }
        assertThat(missed).isEmpty();
    }

    static String search(Plant plant, Path compiled) throws Exception {
        PlantedClasses classes = new PlantedClasses(plant, Path.of(".."), compiled);
        return (String) classes.loadClass(PlantedRun.class.getName())
                .getMethod("search", int.class, List.class)
                .invoke(null, SEEDS_MAX, plant.faults().stream().map(Enum::name).toList());
    }
}
