package portvakt.sim.device;

import com.pi4j.context.Context;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import portvakt.gate.adapter.gpio.TurnstileConfig;

/**
 * A turnstile as a machine: an arm that turns only while its lock is released (by the relay, or by fire), a sensor that sees it
 * turn, buttons, lamps and a buzzer. It follows the same {@link TurnstileConfig} as the gate, so it is wired right by itself.
 * Somebody who walks away is nobody who pushes.
 *
 * <p>Safe for any thread. Listeners are called on the thread that caused the change.
 */
public final class SimulatedTurnstile implements AutoCloseable {

    /** One person's way through: the sensor is active in the first half and at rest in the second. */
    public static final Duration TURN = Duration.ofMillis(500);

    /** Longer than the gate's longest debouncing. */
    private static final Duration HALF_A_TURN = TURN.dividedBy(2);

    private static final Duration PRESS = Duration.ofMillis(250);
    private static final long BOUNCE_NS = 500_000;

    /** What a person in front of the turnstile can see and hear. */
    public record Indicators(boolean green, boolean red, boolean buzzer) {}

    /** Called after anything changed. */
    @FunctionalInterface
    public interface Listener {
        void changed(SimulatedTurnstile turnstile);
    }

    private final TurnstileConfig config;
    private final Lines lines;
    private final Optional<MockLines> ownLines;
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private final Object armInUse = new Object();

    private final List<RelayChange> relayChanges = new ArrayList<>();
    private boolean relayOn;
    private boolean relayWelded;
    private boolean fire;
    private boolean sensorStuck;
    private int turns;
    private int bounces;
    private Indicators indicators = new Indicators(false, false, false);

    /** A turnstile inside this process; {@link #context()} is for the gate's adapter. */
    public SimulatedTurnstile(TurnstileConfig config) {
        this(config, new MockLines());
    }

    private SimulatedTurnstile(TurnstileConfig config, MockLines own) {
        this(config, own, Optional.of(own));
    }

    private SimulatedTurnstile(TurnstileConfig config, Lines lines, Optional<MockLines> ownLines) {
        this.config = config;
        this.lines = lines;
        this.ownLines = ownLines;
        lines.addOutputListener(this::outputChanged);
        drive(config.armSensor(), false);
        config.requestToExit().ifPresent(input -> drive(input, false));
        config.fireAlarm().ifPresent(input -> drive(input, false));
    }

    /** A turnstile on a board that outlives the gate's process; the board is closed by its owner. */
    public static SimulatedTurnstile on(LineBoard board, TurnstileConfig config) {
        return new SimulatedTurnstile(config, board, Optional.empty());
    }

    /** @throws IllegalStateException if this turnstile is on a board: the gate's process has a context of its own */
    public Context context() {
        return mockLines().context();
    }

    /** The lines, to make one fail. */
    public MockLines mockLines() {
        return ownLines.orElseThrow(() ->
                new IllegalStateException("This turnstile is on a board; use LineBoardLines in the gate's process."));
    }

    /**
     * A person pushes the arm. Takes as long as the turn; two people push one after the other.
     *
     * @return whether the arm turned
     */
    public boolean push() {
        synchronized (armInUse) {
            if (!isFree()) {
                return false;
            }
            turn();
            return true;
        }
    }

    /** The arm turns although it may be locked. */
    public void forceTurn() {
        synchronized (armInUse) {
            turn();
        }
    }

    /** The exit button is pressed and let go. Takes a quarter of a second. */
    public void pressRex() {
        TurnstileConfig.Input button = config.requestToExit()
                .orElseThrow(() -> new IllegalStateException("requestToExit is not in the turnstile's settings."));
        drive(button, true);
        pause(PRESS);
        drive(button, false);
    }

    /** The fire panel's contact. It frees the arm by its own wiring, whatever the gate does. */
    public void fire(boolean active) {
        synchronized (this) {
            fire = active;
        }
        config.fireAlarm().ifPresent(input -> drive(input, active));
        changed();
    }

    /** The sensor's contact sticks closed, or comes loose again. */
    public void armSensorStuck(boolean stuck) {
        synchronized (this) {
            sensorStuck = stuck;
        }
        drive(config.armSensor(), stuck);
        changed();
    }

    /** The relay's contact is welded: the arm stays free whatever the coil does. */
    public void weldRelay(boolean welded) {
        synchronized (this) {
            relayWelded = welded;
        }
        changed();
    }

    /** Each edge of the arm's sensor comes with so many false ones, half a millisecond apart. */
    public synchronized void bounce(int count) {
        bounces = count;
    }

    /** Whether a push would turn the arm. */
    public synchronized boolean isFree() {
        return relayOn || relayWelded || fire;
    }

    /** Whether the fire panel's contact is active. */
    public synchronized boolean isFire() {
        return fire;
    }

    public synchronized boolean relayOn() {
        return relayOn;
    }

    /** All switching of the relay so far, oldest first; the claim in the locked state is none. */
    public synchronized List<RelayChange> relayChanges() {
        return List.copyOf(relayChanges);
    }

    public synchronized Indicators indicators() {
        return indicators;
    }

    /** How many times the arm has turned. */
    public synchronized int turns() {
        return turns;
    }

    public void addListener(Listener listener) {
        listeners.add(listener);
    }

    @Override
    public void close() {
        ownLines.ifPresent(MockLines::close);
    }

    private void turn() {
        synchronized (this) {
            turns++;
        }
        sensorEdge(true);
        pause(HALF_A_TURN);
        sensorEdge(false);
        pause(HALF_A_TURN);
        changed();
    }

    private void sensorEdge(boolean active) {
        int falseEdges;
        synchronized (this) {
            if (sensorStuck) {
                return;
            }
            falseEdges = bounces;
        }
        for (int i = 0; i < falseEdges; i++) {
            drive(config.armSensor(), active);
            LockSupport.parkNanos(BOUNCE_NS);
            drive(config.armSensor(), !active);
            LockSupport.parkNanos(BOUNCE_NS);
        }
        drive(config.armSensor(), active);
    }

    private void outputChanged(int line, boolean high) {
        synchronized (this) {
            if (line == config.relay().line()) {
                boolean on = isOn(config.relay().release(), high);
                if (on == relayOn) {
                    return;
                }
                relayOn = on;
                relayChanges.add(new RelayChange(on, Instant.now(), System.nanoTime()));
            } else {
                indicators = new Indicators(
                        lamp(config.greenLamp(), line, high, indicators.green()),
                        lamp(config.redLamp(), line, high, indicators.red()),
                        lamp(config.buzzer(), line, high, indicators.buzzer()));
            }
        }
        changed();
    }

    private static boolean lamp(Optional<TurnstileConfig.Output> lamp, int line, boolean high, boolean before) {
        return lamp.isPresent() && lamp.get().line() == line ? isOn(lamp.get(), high) : before;
    }

    private static boolean isOn(TurnstileConfig.Output output, boolean high) {
        return high == (output.active() == TurnstileConfig.Level.HIGH);
    }

    private void drive(TurnstileConfig.Input input, boolean active) {
        lines.drive(input.line(), active == (input.active() == TurnstileConfig.Level.HIGH));
    }

    private void changed() {
        listeners.forEach(listener -> listener.changed(this));
    }

    private static void pause(Duration duration) {
        long untilNs = System.nanoTime() + duration.toNanos();
        for (long leftNs = duration.toNanos(); leftNs > 0; leftNs = untilNs - System.nanoTime()) {
            LockSupport.parkNanos(leftNs);
        }
    }
}
