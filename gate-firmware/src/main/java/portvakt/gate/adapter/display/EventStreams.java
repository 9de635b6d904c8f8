package portvakt.gate.adapter.display;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import portvakt.gate.port.Display;

/**
 * The newest notice, and those who follow it by server-sent events (HTML Living Standard § 9.2). Each follower has a thread of
 * its own that writes what is newest whenever it can: one that is slow skips what is over, and nobody waits for it. Safe for any
 * thread.
 */
final class EventStreams {

    /**
     * @param followersMax at the same time
     * @param beat         something is written to each follower at least so often
     * @param silence      a gate from which nothing was heard for so long hangs: nothing is written then, and the page says so
     * @param stuck        a write that takes longer may be ended where its place is needed
     */
    record Limits(int followersMax, Duration beat, Duration silence, Duration stuck) {
        static final Limits DEFAULT =
                new Limits(8, Duration.ofSeconds(2), Duration.ofSeconds(5), Duration.ofSeconds(10));
    }

    private record State(long number, Display.Notice notice) {}

    private static final class Follower {
        private final Thread thread = Thread.currentThread();
        /** Uptime, and 0 while nothing is being written. */
        private volatile long writingSinceNs;
    }

    private static final long PLACE_WAIT_MS = 500;

    private final Limits limits;
    private final Function<Display.Notice, String> event;
    private final Semaphore places;
    private final Set<Follower> followers = ConcurrentHashMap.newKeySet();
    private volatile State newest;
    private volatile long heardNs;
    private volatile boolean closed;

    /** @param event what is written for a notice, a whole event; called on followers' threads */
    EventStreams(Limits limits, Function<Display.Notice, String> event) {
        this.limits = limits;
        this.event = event;
        this.places = new Semaphore(limits.followersMax());
    }

    /** One caller. Never waits. */
    void show(Display.Notice notice) {
        heardNs = System.nanoTime();
        State before = newest;
        if (before == null || !before.notice().equals(notice)) {
            newest = new State(before == null ? 1 : before.number() + 1, notice);
            followers.forEach(follower -> LockSupport.unpark(follower.thread));
        }
    }

    /** A place to follow from, given back by {@link #follow}. @return false when all are taken by others who are alive */
    boolean takePlace() throws InterruptedException {
        if (places.tryAcquire()) {
            return true;
        }
        long nowNs = System.nanoTime();
        for (Follower follower : followers) {
            long sinceNs = follower.writingSinceNs;
            if (sinceNs != 0 && nowNs - sinceNs > limits.stuck().toNanos()) {
                // Java closes a channel whose writer is interrupted: the one way out of a write that never ends.
                follower.thread.interrupt();
            }
        }
        return places.tryAcquire(PLACE_WAIT_MS, TimeUnit.MILLISECONDS);
    }

    /** Writes until the other side goes, or until {@link #close}. Gives the place back. */
    void follow(OutputStream out) throws IOException {
        Follower follower = new Follower();
        followers.add(follower);
        try {
            write(follower, out, "retry: 1000\n\n");
            long writtenNs = System.nanoTime();
            long written = 0;
            while (!closed && !Thread.currentThread().isInterrupted()) {
                State state = newest;
                long nowNs = System.nanoTime();
                boolean alive =
                        state != null && nowNs - heardNs < limits.silence().toNanos();
                if (alive && state.number() != written) {
                    write(follower, out, event.apply(state.notice()));
                    written = state.number();
                    writtenNs = nowNs;
                } else if (alive && nowNs - writtenNs >= limits.beat().toNanos()) {
                    write(follower, out, "event: beat\ndata:\n\n");
                    writtenNs = nowNs;
                } else {
                    LockSupport.parkNanos(this, limits.beat().toNanos() / 4);
                }
            }
        } finally {
            followers.remove(follower);
            places.release();
        }
    }

    private static void write(Follower follower, OutputStream out, String text) throws IOException {
        follower.writingSinceNs = System.nanoTime() | 1;
        try {
            out.write(text.getBytes(StandardCharsets.UTF_8));
            out.flush();
        } finally {
            follower.writingSinceNs = 0;
        }
    }

    void close() {
        closed = true;
        followers.forEach(follower -> follower.thread.interrupt());
    }
}
