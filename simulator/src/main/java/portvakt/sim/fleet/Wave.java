package portvakt.sim.fleet;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** One version on its way to all: who has reached it, or a later one, and when. Safe for any thread. */
final class Wave {

    private static final long NOT_YET = Long.MIN_VALUE;

    private final long version;
    private final long[] reachedNs;
    private final CountDownLatch rest;

    /** @param count of those who are to reach it, numbered from 0 */
    Wave(long version, int count) {
        this.version = version;
        this.reachedNs = new long[count];
        this.rest = new CountDownLatch(count);
        Arrays.fill(reachedNs, NOT_YET);
    }

    /** The first time counts; an earlier version does not. @param atNs by {@link System#nanoTime} */
    synchronized void reached(int who, long reachedVersion, long atNs) {
        if (reachedVersion >= version && reachedNs[who] == NOT_YET) {
            reachedNs[who] = atNs;
            rest.countDown();
        }
    }

    /** @return whether all reached it in time */
    boolean await(Duration patience) throws InterruptedException {
        return rest.await(patience.toNanos(), TimeUnit.NANOSECONDS);
    }

    synchronized List<Integer> missing() {
        List<Integer> missing = new ArrayList<>();
        for (int who = 0; who < reachedNs.length; who++) {
            if (reachedNs[who] == NOT_YET) {
                missing.add(who);
            }
        }
        return missing;
    }

    /** How long each took, once all have reached it. */
    synchronized Delays since(long startNs) {
        return Delays.of(Arrays.stream(reachedNs).map(ns -> ns - startNs).toArray());
    }
}
