package portvakt.sim.pi;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Waits for what an emulated machine takes its time to do. */
final class Wait {

    private static final int POLL_MS = 20;

    private Wait() {}

    @FunctionalInterface
    interface Look<T> {
        Optional<T> look() throws IOException, InterruptedException;
    }

    /** Says what was waited for, and what was seen instead. */
    @FunctionalInterface
    interface Words {
        String say() throws IOException, InterruptedException;
    }

    @FunctionalInterface
    interface Condition {
        boolean holds() throws IOException, InterruptedException;
    }

    /** The first answer. @throws FailedException with {@code what}, if none comes in time */
    static <T> T until(Duration patience, Words what, Look<T> look) throws IOException, InterruptedException {
        return until(patience, POLL_MS, what, look);
    }

    /** The same, looking less often. */
    static <T> T until(Duration patience, int pollMs, Words what, Look<T> look)
            throws IOException, InterruptedException {
        long deadlineNs = System.nanoTime() + patience.toNanos();
        while (true) {
            Optional<T> found = look.look();
            if (found.isPresent()) {
                return found.get();
            }
            if (System.nanoTime() > deadlineNs) {
                throw new FailedException("waited " + patience.toSeconds() + " s in vain for " + what.say());
            }
            TimeUnit.MILLISECONDS.sleep(pollMs);
        }
    }

    /** Waits until it holds. */
    static void untilHolds(Duration patience, int pollMs, Words what, Condition condition)
            throws IOException, InterruptedException {
        until(patience, pollMs, what, () -> condition.holds() ? Optional.of(true) : Optional.empty());
    }
}
