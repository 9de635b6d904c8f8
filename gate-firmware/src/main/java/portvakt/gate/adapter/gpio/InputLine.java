package portvakt.gate.adapter.gpio;

import com.pi4j.context.Context;
import com.pi4j.io.gpio.digital.DigitalInput;
import com.pi4j.io.gpio.digital.DigitalState;
import com.pi4j.io.gpio.digital.PullResistance;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * One claimed input, debounced. Pi4J's own debouncing is switched off: its mock has none, and two in a row would only add delay.
 * Edges come on a thread of Pi4J; everything else happens on the given single thread.
 */
final class InputLine {

    private final Context context;
    private final String role;
    private final TurnstileConfig.Input config;
    private final ScheduledExecutorService thread;
    private final DigitalInput line;
    private final Debounce debounce;
    private final boolean initiallyActive;
    private Consumer<Boolean> changes = active -> {};
    private Consumer<String> faults = fault -> {};
    private Future<?> settling;
    private boolean failing;

    InputLine(
            Context context,
            String role,
            TurnstileConfig.Input config,
            Duration debounceQuiet,
            ScheduledExecutorService thread) {
        this.context = context;
        this.role = role;
        this.config = config;
        this.thread = thread;
        try {
            line = context.create(DigitalInput.newConfigBuilder(context)
                    .id("portvakt-" + role)
                    .name(role)
                    .address(config.line())
                    .pull(pull(config.pull()))
                    .debounce(0L)
                    .build());
            initiallyActive = isActive(line.state());
        } catch (RuntimeException e) {
            throw unavailable(role, config.line(), e);
        }
        debounce = new Debounce(initiallyActive, debounceQuiet);
    }

    static TurnstileUnavailableException unavailable(String role, int number, RuntimeException cause) {
        Throwable root = cause;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return new TurnstileUnavailableException(
                "Line " + number + " (" + role + ") cannot be claimed: " + root.getMessage()
                        + ". See with gpioinfo whether another program holds it, and that the number is a BCM number.",
                cause);
    }

    /**
     * Begins to listen.
     *
     * @param changes takes each debounced change, and first the level at the claim if that is active
     * @param faults  takes what goes wrong, once until it works again
     */
    void start(Consumer<Boolean> changes, Consumer<String> faults) {
        thread.execute(() -> {
            this.changes = changes;
            this.faults = faults;
            if (initiallyActive) {
                changes.accept(true);
            }
            line.addListener(event -> {
                boolean active = isActive(event.state());
                long nowNs = System.nanoTime();
                thread.execute(() -> seen(active, nowNs));
            });
            // An edge between the claim and the listener was seen by nobody.
            sample();
        });
    }

    /** Reads the level itself: an edge that the kernel or Pi4J dropped must not hide a fire for ever. */
    void sample() {
        try {
            seen(isActive(line.state()), System.nanoTime());
            failing = false;
        } catch (RuntimeException e) {
            if (!failing) {
                failing = true;
                faults.accept(role + " (line " + config.line() + ") cannot be read: " + e.getMessage()
                        + ". Check that no other program holds the line, and the board.");
            }
        }
    }

    /** Gives the line back. */
    void shutdown() {
        context.shutdown(line.id());
    }

    private void seen(boolean active, long nowNs) {
        debounce.seen(active, nowNs).ifPresent(changes);
        settle();
    }

    private void settle() {
        if (settling != null) {
            settling.cancel(false);
            settling = null;
        }
        long nowNs = System.nanoTime();
        Optional<Boolean> settled = debounce.settle(nowNs);
        settled.ifPresent(changes);
        debounce.remainingNs(nowNs)
                .ifPresent(remainingNs -> settling = thread.schedule(this::settle, remainingNs, TimeUnit.NANOSECONDS));
    }

    private boolean isActive(DigitalState state) {
        return state == (config.active() == TurnstileConfig.Level.HIGH ? DigitalState.HIGH : DigitalState.LOW);
    }

    private static PullResistance pull(TurnstileConfig.Pull pull) {
        return switch (pull) {
            case UP -> PullResistance.PULL_UP;
            case DOWN -> PullResistance.PULL_DOWN;
            case OFF -> PullResistance.OFF;
        };
    }
}
