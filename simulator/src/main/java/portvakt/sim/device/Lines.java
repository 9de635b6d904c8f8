package portvakt.sim.device;

/** The far side of a gate's GPIO lines: what it sets can be watched, what it reads can be driven. Safe for any thread. */
public interface Lines {

    /** Takes each change of an output, on the thread that makes it and before that thread goes on. Must be quick. */
    @FunctionalInterface
    interface OutputListener {
        void outputChanged(int line, boolean high);
    }

    /** Puts a level on an input; it stays until the next one. */
    void drive(int line, boolean high);

    void addOutputListener(OutputListener listener);
}
