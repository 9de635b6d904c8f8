package portvakt.gate.port;

/**
 * Whoever starts the gate again when it has died or hangs. Nothing that is decided depends on it. Calls return within
 * microseconds and never throw.
 */
public interface Supervisor {

    /** Nobody watches: a gate started by hand, or in a test. */
    Supervisor NONE = new Supervisor() {
        @Override
        public void ready() {}

        @Override
        public void turned() {}

        @Override
        public void stopping() {}
    };

    /** Cards are read from now on. */
    void ready();

    /**
     * The loop has just finished a turn without a failure: what came in was decided, and it is free for the next. Called on the
     * loop's thread at each of its turns, once a second at least; one that hears nothing for seconds knows that the gate hangs.
     */
    void turned();

    /** The gate ends because it was told to. */
    void stopping();
}
