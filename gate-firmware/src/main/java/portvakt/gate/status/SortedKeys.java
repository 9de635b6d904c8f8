package portvakt.gate.status;

import java.util.Arrays;

/** Sets of keys as arrays, sorted ascending unsigned, no key twice. Nothing here changes an array that it is given. */
final class SortedKeys {

    private SortedKeys() {}

    static boolean has(long[] keys, long key) {
        int at = lowerBound(keys, key);
        return at < keys.length && keys[at] == key;
    }

    /** Index of the first key that is not below this one. */
    static int lowerBound(long[] keys, long key) {
        int low = 0;
        int high = keys.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (Long.compareUnsigned(keys[middle], key) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** The part of the set between two keys, both included. */
    static long[] range(long[] keys, long first, long last) {
        int from = lowerBound(keys, first);
        int until = lowerBound(keys, last);
        if (until < keys.length && keys[until] == last) {
            until++;
        }
        return Arrays.copyOfRange(keys, from, Math.max(from, until));
    }

    /**
     * {@code keys} without {@code removed}, and with {@code added}. Where {@code keys} come from a damaged medium and are not
     * sorted the result is some array, and no exception.
     */
    static long[] merge(long[] keys, long[] added, long[] removed) {
        long[] merged = new long[Math.addExact(keys.length, added.length)];
        int length = 0;
        int plus = 0;
        int minus = 0;
        for (long key : keys) {
            while (plus < added.length && Long.compareUnsigned(added[plus], key) < 0) {
                merged[length++] = added[plus++];
            }
            while (minus < removed.length && Long.compareUnsigned(removed[minus], key) < 0) {
                minus++;
            }
            if (minus < removed.length && removed[minus] == key) {
                minus++;
            } else {
                merged[length++] = key;
            }
        }
        while (plus < added.length) {
            merged[length++] = added[plus++];
        }
        return length == merged.length ? merged : Arrays.copyOf(merged, length);
    }

    /** Those of {@code keys} that are not in {@code other}. */
    static long[] minus(long[] keys, long[] other) {
        return merge(keys, new long[0], other);
    }

    /** Those that are in one or the other; nothing may be in both. */
    static long[] plus(long[] keys, long[] other) {
        return merge(keys, other, new long[0]);
    }
}
