package portvakt.server.adapter.sql;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Lets callers share a costly force to disk: each returns after a force that began after its own call, and those who wait while
 * one is under way share the next.
 */
final class CheckpointGroup {

    private final Runnable force;
    private final AtomicLong asked = new AtomicLong();
    private final Object turn = new Object();
    private long forcedUpTo;

    CheckpointGroup(Runnable force) {
        this.force = force;
    }

    void force() {
        long mine = asked.incrementAndGet();
        synchronized (turn) {
            if (forcedUpTo >= mine) {
                return;
            }
            long everyone = asked.get();
            force.run();
            forcedUpTo = everyone;
        }
    }
}
