package portvakt.gate.adapter.gpio;

import com.pi4j.Pi4J;
import com.pi4j.boardinfo.util.BoardInfoHelper;
import com.pi4j.context.Context;
import com.pi4j.context.ContextBuilder;
import com.pi4j.plugin.gpiod.provider.gpio.digital.GpioDDigitalInputProvider;
import com.pi4j.plugin.gpiod.provider.gpio.digital.GpioDDigitalOutputProvider;
import java.io.File;
import java.util.List;
import java.util.Optional;

/**
 * The GPIO lines of a Raspberry Pi, through the kernel's character device ({@code /dev/gpiochipN}) and the libgpiod that Pi4J
 * brings for 32 and 64 bit ARM. The two providers are named here, nothing is discovered: what drives a lock must not depend on
 * which jars happen to be there.
 */
public final class RaspberryPi {

    private static final String ELSEWHERE =
            " Run the gate on a Raspberry Pi, or run with the simulated turnstile: ./portvakt demo.";

    private RaspberryPi() {}

    /** Finds out what board this is, which Pi4J keeps: {@link #newContext} takes less time then. Any thread. */
    public static void look() {
        BoardInfoHelper.runningOnRaspberryPi();
    }

    /**
     * Opens the lines. Takes some seconds on a small board.
     *
     * @param chip the chip's name, for example {@code gpiochip0}; empty: the first whose label has "pinctrl"
     * @return a context that the caller shuts down, after everything made with it
     * @throws TurnstileUnavailableException if this machine has no such lines
     */
    public static Context newContext(Optional<String> chip) {
        List<String> chips = chipsHere();
        obstacle(System.getProperty("os.arch", "unknown"), chips, chip).ifPresent(message -> {
            throw new TurnstileUnavailableException(message);
        });
        if (!BoardInfoHelper.runningOnRaspberryPi()) {
            throw new TurnstileUnavailableException("No GPIO lines: Pi4J does not know this board ("
                    + BoardInfoHelper.current().getOperatingSystem().getName()
                    + "); it reads /proc/device-tree/model and /proc/cpuinfo." + ELSEWHERE);
        }
        try {
            ContextBuilder builder = Pi4J.newContextBuilder()
                    .noAutoDetect()
                    .disableShutdownHook()
                    .add(GpioDDigitalOutputProvider.newInstance(), GpioDDigitalInputProvider.newInstance());
            chip.ifPresent(builder::setGpioChipName);
            return builder.build();
        } catch (RuntimeException | LinkageError e) {
            throw new TurnstileUnavailableException(
                    "The GPIO chip cannot be opened: " + e.getMessage() + ". Chips here: " + String.join(", ", chips)
                            + ". Check with gpiodetect, and that the user is in the group gpio.",
                    e);
        }
    }

    /** Why there can be no lines, judged before any native code is loaded; empty if nothing speaks against it. */
    static Optional<String> obstacle(String osArch, List<String> chips, Optional<String> wanted) {
        if (!List.of("arm", "aarch64", "arm64").contains(osArch)) {
            return Optional.of("No GPIO lines: this machine is " + osArch + ", not ARM." + ELSEWHERE);
        }
        if (chips.isEmpty()) {
            return Optional.of("No GPIO lines: there is no /dev/gpiochip*. Check that the kernel has GPIO_CDEV"
                    + " and that a container or unit lets the device through." + ELSEWHERE);
        }
        if (wanted.isPresent() && !chips.contains(wanted.get())) {
            return Optional.of("chip is " + wanted.get() + "; there are " + String.join(", ", chips)
                    + ". Leave it out to take the chip whose label has \"pinctrl\".");
        }
        return Optional.empty();
    }

    private static List<String> chipsHere() {
        String[] names = new File("/dev").list((folder, name) -> name.startsWith("gpiochip"));
        return names == null ? List.of() : List.of(names).stream().sorted().toList();
    }
}
