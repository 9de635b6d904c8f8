package portvakt.gate.adapter.qr;

import java.nio.file.Path;
import java.time.Duration;

/**
 * Settings of one code scanner; read from YAML under these names. All but {@code device} have defaults.
 *
 * @param name            the reader's name in events and logs
 * @param device          where it shows; best one of the names that stay, {@code /dev/serial/by-id/…} or
 *                        {@code /dev/input/by-id/…-event-kbd}
 * @param kind            default {@code KEYBOARD} under {@code /dev/input}, {@code SERIAL} elsewhere
 * @param baudRate        serial only; default 9600, without meaning for USB
 * @param holdTime        a code is presented anew only when it has not been seen for so long; default 3 s
 * @param restartDelayMin the first wait before the device is tried again; default 0.5 s
 * @param restartDelayMax the wait doubles up to this; default 5 s
 * @param codePattern     what a code's text has to be ({@link CodePattern}); default: a bare card number of seven digits
 */
public record ScannerConfig(
        String name,
        Path device,
        Kind kind,
        Integer baudRate,
        Duration holdTime,
        Duration restartDelayMin,
        Duration restartDelayMax,
        String codePattern) {

    private static final Duration DURATION_MAX = Duration.ofMinutes(10);
    private static final Path INPUT = Path.of("/dev/input");

    /** How a scanner gives its texts. */
    public enum Kind {
        /** Lines over a serial port, as a rule USB CDC. */
        SERIAL,
        /** Key strokes of a USB keyboard, US layout, Enter at the end. */
        KEYBOARD
    }

    /** @throws IllegalArgumentException naming the setting and what would be right */
    public ScannerConfig {
        name = name == null ? "scanner" : name;
        require(!name.isBlank(), "\"name\" is empty: leave it out (scanner), or give the reader a name");
        require(
                device != null && device.isAbsolute(),
                "\"device\" is missing or no whole path: give for example /dev/serial/by-id/… or "
                        + "/dev/input/by-id/…-event-kbd, as \"ls\" shows it when the scanner is plugged in");
        Kind byPlace = device.startsWith(INPUT) ? Kind.KEYBOARD : Kind.SERIAL;
        kind = kind == null ? byPlace : kind;
        require(
                kind == Kind.SERIAL || baudRate == null,
                "\"baudRate\" goes with a SERIAL scanner only: remove it, or set \"kind: SERIAL\"");
        baudRate = kind == Kind.SERIAL && baudRate == null ? Integer.valueOf(9600) : baudRate;
        require(
                baudRate == null || LinuxDevice.SPEEDS.containsKey(baudRate),
                "\"baudRate\" is " + baudRate + ": give one of " + LinuxDevice.SPEEDS.keySet());
        holdTime = duration("holdTime", holdTime, Duration.ofSeconds(3));
        restartDelayMin = duration("restartDelayMin", restartDelayMin, Duration.ofMillis(500));
        restartDelayMax = duration("restartDelayMax", restartDelayMax, Duration.ofSeconds(5));
        require(
                restartDelayMin.compareTo(restartDelayMax) <= 0,
                "\"restartDelayMin\" is longer than \"restartDelayMax\": make it " + restartDelayMax + " or less");
        codePattern = codePattern == null ? CodePattern.BARE_CARD_NUMBER : codePattern;
        CodePattern.compile(codePattern);
    }

    /** A scanner at a place, everything else at its default. */
    public static ScannerConfig of(Path device) {
        return new ScannerConfig(null, device, null, null, null, null, null, null);
    }

    private static Duration duration(String key, Duration value, Duration fallback) {
        Duration duration = value == null ? fallback : value;
        require(
                duration.isPositive() && duration.compareTo(DURATION_MAX) <= 0,
                "\"" + key + "\" is " + duration + ": give more than zero and at most " + DURATION_MAX
                        + ", for example " + fallback);
        return duration;
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }
}
