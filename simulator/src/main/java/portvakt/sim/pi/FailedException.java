package portvakt.sim.pi;

/** What the emulated Pi was to do and did not. The message is a line of the report. */
final class FailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    FailedException(String message) {
        super(message);
    }

    static void unless(boolean holds, String message) {
        if (!holds) {
            throw new FailedException(message);
        }
    }
}
