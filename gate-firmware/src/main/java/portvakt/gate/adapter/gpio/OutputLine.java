package portvakt.gate.adapter.gpio;

import com.pi4j.context.Context;
import com.pi4j.io.gpio.digital.DigitalOutput;
import com.pi4j.io.gpio.digital.DigitalState;
import java.util.Optional;

/** One claimed output that knows on from off, whatever its level. Not thread-safe: its user serialises. */
final class OutputLine {

    private final Context context;
    private final String role;
    private final TurnstileConfig.Output config;
    private final DigitalOutput line;

    /** Claims the line in the off state, in the same act, and leaves it off when it is shut down. */
    OutputLine(Context context, String role, TurnstileConfig.Output config) {
        this.context = context;
        this.role = role;
        this.config = config;
        DigitalState off = level(false);
        try {
            line = context.create(DigitalOutput.newConfigBuilder(context)
                    .id("portvakt-" + role)
                    .name(role)
                    .address(config.line())
                    .onState(level(true))
                    .initial(off)
                    .shutdown(off)
                    .build());
        } catch (RuntimeException e) {
            throw InputLine.unavailable(role, config.line(), e);
        }
    }

    /** @return what went wrong, for the service technician; empty if the line has the state now */
    Optional<String> set(boolean on) {
        try {
            line.state(level(on));
            return Optional.empty();
        } catch (RuntimeException e) {
            return Optional.of(role + " (line " + config.line() + ") does not switch " + (on ? "on" : "off") + ": "
                    + e.getMessage() + ". Check that no other program holds the line, and the board.");
        }
    }

    /** Gives the line back, off. */
    void shutdown() {
        context.shutdown(line.id());
    }

    private DigitalState level(boolean on) {
        return on == (config.active() == TurnstileConfig.Level.HIGH) ? DigitalState.HIGH : DigitalState.LOW;
    }
}
