package portvakt.server.list;

import java.util.Arrays;
import java.util.Optional;

/**
 * How long something took, over many cases, milliseconds.
 *
 * @param n     how many cases
 * @param p50Ms half of them took no longer; by nearest rank, so it is one of them
 * @param p99Ms 99 of 100 took no longer; with fewer than 100 cases it is the longest
 */
public record Delays(int n, Optional<Long> p50Ms, Optional<Long> p99Ms, Optional<Long> maxMs) {

    static final Delays NONE = new Delays(0, Optional.empty(), Optional.empty(), Optional.empty());

    static Delays of(long[] casesMs) {
        if (casesMs.length == 0) {
            return NONE;
        }
        long[] sorted = casesMs.clone();
        Arrays.sort(sorted);
        return new Delays(
                sorted.length,
                Optional.of(sorted[rank(sorted.length, 50)]),
                Optional.of(sorted[rank(sorted.length, 99)]),
                Optional.of(sorted[sorted.length - 1]));
    }

    /** Place of the nearest rank: the ⌈p·n/100⌉th. */
    private static int rank(int n, int percent) {
        return (int) (((long) percent * n + 99) / 100) - 1;
    }
}
