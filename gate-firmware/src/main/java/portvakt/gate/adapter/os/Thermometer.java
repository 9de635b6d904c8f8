package portvakt.gate.adapter.os;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How warm the machine is, by Linux's thermal zones ({@code /sys/class/thermal/thermal_zone*}/temp, kernel documentation
 * "Generic Thermal Sysfs driver"): the warmest counts. A Raspberry Pi slows itself down at 80 °C. Safe for any thread.
 */
public final class Thermometer {

    private static final Logger LOG = LoggerFactory.getLogger(Thermometer.class);
    private static final Path ZONES = Path.of("/sys/class/thermal");

    /** What no processor has while it runs is a broken sensor. */
    private static final int MIN = -60_000;

    private static final int MAX = 150_000;

    private final Path zones;

    /** @param zones a folder with a folder for each zone */
    Thermometer(Path zones) {
        this.zones = zones;
    }

    public static Thermometer ofThisMachine() {
        return new Thermometer(ZONES);
    }

    /** In thousandths of a degree Celsius; empty where there is no sensor that answers. */
    public OptionalInt millicelsius() {
        if (!Files.isDirectory(zones)) {
            return OptionalInt.empty();
        }
        try (Stream<Path> found = Files.list(zones)) {
            return found.filter(zone -> zone.getFileName().toString().startsWith("thermal_zone"))
                    .map(Thermometer::read)
                    .flatMapToInt(OptionalInt::stream)
                    .max();
        } catch (IOException e) {
            LOG.debug("{} cannot be read", zones, e);
            return OptionalInt.empty();
        }
    }

    private static OptionalInt read(Path zone) {
        try {
            int value = Integer.parseInt(Files.readString(zone.resolve("temp")).strip());
            return value >= MIN && value <= MAX ? OptionalInt.of(value) : OptionalInt.empty();
        } catch (IOException | NumberFormatException e) {
            // A zone that is switched off answers with an error; the others still count.
            LOG.debug("{} tells no temperature", zone, e);
            return OptionalInt.empty();
        }
    }
}
