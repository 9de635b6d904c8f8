package portvakt.sim.fleet;

import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;

/** How long something took, many times over: nanoseconds, ascending. */
record Delays(long[] sortedNs) {

    /** @throws IllegalArgumentException if nothing was measured */
    static Delays of(long... ns) {
        if (ns.length == 0) {
            throw new IllegalArgumentException("nothing was measured");
        }
        long[] sorted = ns.clone();
        Arrays.sort(sorted);
        return new Delays(sorted);
    }

    static Delays of(Collection<Long> ns) {
        return of(ns.stream().mapToLong(Long::longValue).toArray());
    }

    int count() {
        return sortedNs.length;
    }

    /** Nearest rank: one that was really measured; p99 of fewer than 100 is the longest. */
    long percentileNs(int percent) {
        int rank = (int) Math.ceilDiv((long) percent * sortedNs.length, 100L);
        return sortedNs[Math.max(rank, 1) - 1];
    }

    long shortestNs() {
        return sortedNs[0];
    }

    long longestNs() {
        return sortedNs[sortedNs.length - 1];
    }

    /** Milliseconds, with tenths where they tell something. */
    static String show(long ns) {
        double ms = ns / 1e6;
        return String.format(Locale.ROOT, ms < 100 ? "%.1f ms" : "%,.0f ms", ms);
    }
}
