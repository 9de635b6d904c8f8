package portvakt.gate.adapter.os;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import portvakt.gate.check.Machine;

/** What the board tells of itself, by Linux's files. */
public final class BoardFacts {

    private static final Path MODEL = Path.of("/proc/device-tree/model");
    /** Of the firmware driver {@code raspberrypi-firmware}: flags as {@code vcgencmd get_throttled} has them, hexadecimal. */
    private static final Path THROTTLED = Path.of("/sys/devices/platform/soc/soc:firmware/get_throttled");

    private BoardFacts() {}

    public static Machine.Board ofThisMachine() {
        return new Machine.Board(text(MODEL), Thermometer.ofThisMachine().millicelsius(), flags(text(THROTTLED)));
    }

    static OptionalInt flags(Optional<String> text) {
        try {
            return text.isPresent()
                    ? OptionalInt.of(Integer.parseUnsignedInt(text.get().replaceFirst("^0x", ""), 16))
                    : OptionalInt.empty();
        } catch (NumberFormatException e) {
            return OptionalInt.empty();
        }
    }

    private static Optional<String> text(Path file) {
        try {
            String text = Files.readString(file).replace("\0", "").strip();
            return text.isEmpty() ? Optional.empty() : Optional.of(text);
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
