package portvakt.gate.check;

import java.util.List;

/**
 * What one check came to.
 *
 * @param check     what was looked at
 * @param key       of the words, under the check's name ({@link CheckTexts})
 * @param arguments of the words
 */
public record Finding(Check check, Level level, String key, List<String> arguments) {

    /** In the order in which they are told. */
    public enum Check {
        SETTINGS,
        IDENTITY,
        CLOCK,
        DISK,
        BOARD,
        SERVER,
        READER,
        SCANNER,
        CAMERA,
        INPUTS,
        RELAY,
        JOURNAL,
        LISTS
    }

    /** How bad it is; the worst decides the exit code. */
    public enum Level {
        OK(0),
        WARN(1),
        FAIL(2);

        private final int exitCode;

        Level(int exitCode) {
            this.exitCode = exitCode;
        }

        public int exitCode() {
            return exitCode;
        }
    }

    public Finding {
        arguments = List.copyOf(arguments);
    }

    public static Finding ok(Check check, String key, Object... arguments) {
        return of(check, Level.OK, key, arguments);
    }

    public static Finding warn(Check check, String key, Object... arguments) {
        return of(check, Level.WARN, key, arguments);
    }

    public static Finding fail(Check check, String key, Object... arguments) {
        return of(check, Level.FAIL, key, arguments);
    }

    private static Finding of(Check check, Level level, String key, Object... arguments) {
        return new Finding(
                check,
                level,
                key,
                java.util.Arrays.stream(arguments).map(String::valueOf).toList());
    }

    /** The exit code of a program that has found all this. */
    public static int exitCode(List<Finding> findings) {
        return findings.stream()
                .mapToInt(finding -> finding.level().exitCode())
                .max()
                .orElse(0);
    }
}
