package portvakt.gate.adapter.gpio;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which GPIO line is what, and how long things take. Read by {@code portvakt.protocol.config.ConfigFile}; the constructor's
 * messages are for the installer.
 *
 * @param relay          the lock's relay, and what the lock does without current
 * @param armSensor      active once while the arm turns
 * @param requestToExit  REX button; it only tells this program, the button's own wiring opens the way
 * @param fireAlarm      the fire panel's contact; it only tells this program, the contact's own wiring opens the way
 * @param greenLamp      go
 * @param redLamp        stop
 * @param buzzer         says the same as the lamps to those who cannot see them
 * @param debounce       how long an input must be quiet before it counts; default 20 ms
 * @param armStuckAfter  how long the arm sensor may stay active before it is a fault; default 10 s
 * @param lockCommand    program and arguments that lock the relay when this program has died ({@link LockGuard}); default none
 * @param chip           the GPIO chip's name, for example {@code gpiochip0}; default: the one whose label has "pinctrl"
 */
public record TurnstileConfig(
        Relay relay,
        Input armSensor,
        Optional<Input> requestToExit,
        Optional<Input> fireAlarm,
        Optional<Output> greenLamp,
        Optional<Output> redLamp,
        Optional<Output> buzzer,
        Duration debounce,
        Duration armStuckAfter,
        List<String> lockCommand,
        Optional<String> chip) {

    static final Duration DEBOUNCE_DEFAULT = Duration.ofMillis(20);
    static final Duration DEBOUNCE_MAX = Duration.ofMillis(200);
    static final Duration ARM_STUCK_AFTER_DEFAULT = Duration.ofSeconds(10);
    static final Duration ARM_STUCK_AFTER_MAX = Duration.ofMinutes(10);

    /** The highest line number of the BCM2711; a Pi's header brings out 2 to 27. */
    static final int LINE_MAX = 53;

    /** The electrical level that means on (output) or actuated (input). */
    public enum Level {
        HIGH,
        LOW;

        Level other() {
            return this == HIGH ? LOW : HIGH;
        }
    }

    /** What the lock does when it has no current, and so what a power cut means at this access point. */
    public enum Lock {
        /** Locked without current: the relay is energised to release. */
        FAIL_SECURE,
        /** Free without current: the relay is energised to keep locked, and falls off to release. */
        FAIL_SAFE
    }

    /** What holds an input's level while its contact is open. */
    public enum Pull {
        UP,
        DOWN,
        /** A resistor or a driver outside does it. */
        OFF
    }

    /**
     * One output.
     *
     * @param line   BCM number, not the pin's position on the header
     * @param active the level that switches on. Without default: most relay boards with optocouplers switch on at LOW, and
     *     such a board claimed as HIGH would be released from the first moment
     */
    public record Output(Integer line, Level active) {
        public Output {
            requireLine(line, active);
        }
    }

    /**
     * The relay that switches the lock's current.
     *
     * @param line   BCM number, not the pin's position on the header
     * @param active the level that energises the relay; without default, as for every output
     * @param lock   default {@link Lock#FAIL_SECURE}
     */
    public record Relay(Integer line, Level active, Lock lock) {
        public Relay {
            requireLine(line, active);
            lock = lock == null ? Lock.FAIL_SECURE : lock;
        }

        /** The line seen as what it is for: on is released, off is locked. */
        public Output release() {
            return new Output(line, lock == Lock.FAIL_SECURE ? active : active.other());
        }
    }

    /**
     * One input.
     *
     * @param line   BCM number, not the pin's position on the header
     * @param active the level that means pressed, turned, alarm. A contact to ground that closes is LOW; one that opens
     *     (normally closed, the safe kind for fire: a cut wire is an alarm) is HIGH
     * @param pull   default UP, for a contact to ground
     */
    public record Input(Integer line, Level active, Pull pull) {
        public Input {
            requireLine(line, active);
            pull = pull == null ? Pull.UP : pull;
        }
    }

    public TurnstileConfig {
        require(
                relay != null,
                "relay is missing: without it nothing can be released. Give relay: {line: 22, active: HIGH}.");
        require(
                armSensor != null,
                "armSensor is missing: without it nobody is known to have gone through. Give armSensor: {line: 23, active: LOW}.");
        requestToExit = orEmpty(requestToExit);
        fireAlarm = orEmpty(fireAlarm);
        greenLamp = orEmpty(greenLamp);
        redLamp = orEmpty(redLamp);
        buzzer = orEmpty(buzzer);
        chip = orEmpty(chip);
        debounce = debounce == null ? DEBOUNCE_DEFAULT : debounce;
        armStuckAfter = armStuckAfter == null ? ARM_STUCK_AFTER_DEFAULT : armStuckAfter;
        lockCommand = lockCommand == null ? List.of() : List.copyOf(lockCommand);
        require(
                debounce.isPositive() && debounce.compareTo(DEBOUNCE_MAX) <= 0,
                "debounce is " + debounce + "; it must be longer than zero and at most " + DEBOUNCE_MAX + ".");
        require(
                armStuckAfter.compareTo(debounce) > 0 && armStuckAfter.compareTo(ARM_STUCK_AFTER_MAX) <= 0,
                "armStuckAfter is " + armStuckAfter + "; it must be longer than debounce (" + debounce
                        + ") and at most " + ARM_STUCK_AFTER_MAX + ".");
        require(
                lockCommand.isEmpty() || !lockCommand.getFirst().isBlank(),
                "lockCommand begins with an empty word; its first word is the program to run.");
        requireDifferentLines(relay, armSensor, requestToExit, fireAlarm, greenLamp, redLamp, buzzer);
    }

    /** The two lines that every turnstile has; everything else absent or at its default. */
    public static TurnstileConfig of(Relay relay, Input armSensor) {
        return new TurnstileConfig(
                relay,
                armSensor,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                null,
                null,
                null,
                Optional.empty());
    }

    private static void requireDifferentLines(
            Relay relay,
            Input armSensor,
            Optional<Input> requestToExit,
            Optional<Input> fireAlarm,
            Optional<Output> greenLamp,
            Optional<Output> redLamp,
            Optional<Output> buzzer) {
        Map<Integer, String> users = new LinkedHashMap<>();
        claim(users, relay.line(), "relay");
        claim(users, armSensor.line(), "armSensor");
        requestToExit.ifPresent(input -> claim(users, input.line(), "requestToExit"));
        fireAlarm.ifPresent(input -> claim(users, input.line(), "fireAlarm"));
        greenLamp.ifPresent(output -> claim(users, output.line(), "greenLamp"));
        redLamp.ifPresent(output -> claim(users, output.line(), "redLamp"));
        buzzer.ifPresent(output -> claim(users, output.line(), "buzzer"));
    }

    private static void claim(Map<Integer, String> users, int line, String user) {
        String other = users.putIfAbsent(line, user);
        require(
                other == null,
                "line " + line + " is given to both " + other + " and " + user + "; each needs its own.");
    }

    private static void requireLine(Integer line, Level active) {
        require(line != null, "line is missing: give the BCM number, for example line: 22.");
        require(line >= 0 && line <= LINE_MAX, "line is " + line + "; BCM numbers go from 0 to " + LINE_MAX + ".");
        require(active != null, "active is missing for line " + line + ": give the level that means on, HIGH or LOW.");
    }

    private static <T> Optional<T> orEmpty(Optional<T> value) {
        return value == null ? Optional.empty() : value;
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }
}
