package portvakt.gate.adapter.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The warmest zone that answers counts, and a machine without a sensor tells nothing. */
class ThermometerTest {

    @TempDir
    private Path zones;

    private void zone(String name, String temp) throws IOException {
        Files.writeString(Files.createDirectory(zones.resolve(name)).resolve("temp"), temp);
    }

    @Test
    void theWarmestZoneCounts() throws IOException {
        zone("thermal_zone0", "51121\n");
        zone("thermal_zone1", "62000\n");
        zone("cooling_device0", "99000\n");
        assertThat(new Thermometer(zones).millicelsius()).hasValue(62_000);
    }

    @Test
    void whatNoProcessorHasIsLeftOut() throws IOException {
        zone("thermal_zone0", "-5000\n");
        zone("thermal_zone1", "2147483647\n");
        zone("thermal_zone2", "off\n");
        Files.createDirectory(zones.resolve("thermal_zone3"));
        assertThat(new Thermometer(zones).millicelsius()).hasValue(-5_000);
    }

    @Test
    void aMachineWithoutASensorTellsNothing() {
        assertThat(new Thermometer(zones).millicelsius()).isEmpty();
        assertThat(new Thermometer(zones.resolve("none")).millicelsius()).isEmpty();
    }
}
