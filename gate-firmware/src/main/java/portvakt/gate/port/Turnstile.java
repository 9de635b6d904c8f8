package portvakt.gate.port;

import java.util.function.Consumer;

/**
 * The turnstile with its lamps, buzzer and inputs. Calls come from the loop's thread alone, return within a millisecond and
 * never sleep: time is kept by the loop.
 *
 * <p>The adapter claims the relay's line in the locked state, in the same act. Locked is what a dead program leaves behind:
 * {@link #close()}, a crash and a kill all end locked, except that a fire input wired in hardware frees it whatever the program
 * does.
 */
public interface Turnstile extends AutoCloseable {

    /** What the person in front sees and hears. */
    enum Indication {
        /** Show a card. */
        READY,
        /** Go. */
        GRANTED,
        /** No. */
        DENIED,
        /** Not yet: somebody is going through. */
        WAIT,
        /** Free for all: fire. */
        FREE
    }

    /** @param inbox takes signals on the adapter's thread; does not block; never throws */
    void start(Consumer<TurnstileSignal> inbox);

    /** Energises the relay until {@link #lock()}. */
    void release();

    /** De-energises the relay. */
    void lock();

    void show(Indication indication);

    @Override
    void close();
}
