package portvakt.server.list;

import java.util.Arrays;

/**
 * Keys that come into a list and keys that leave it.
 *
 * @param added   sorted ascending unsigned, none twice, as {@code removed}; no key in both; neither is to be changed
 */
public record KeyChanges(long[] added, long[] removed) {

    public static final KeyChanges NONE = new KeyChanges(new long[0], new long[0]);

    public int size() {
        return added.length + removed.length;
    }

    /**
     * Both changes in one: what comes and goes again, or goes and comes again, is not in it.
     *
     * @param next must follow this one: it adds no key that is there, and removes none that is not
     */
    public KeyChanges then(KeyChanges next) {
        return new KeyChanges(
                merge(without(added, next.removed), without(next.added, removed)),
                merge(without(removed, next.added), without(next.removed, added)));
    }

    /** Sorts unsigned, in place. */
    static long[] sort(long[] keys) {
        // With the top bit turned, signed order is unsigned order.
        for (int at = 0; at < keys.length; at++) {
            keys[at] ^= Long.MIN_VALUE;
        }
        Arrays.sort(keys);
        for (int at = 0; at < keys.length; at++) {
            keys[at] ^= Long.MIN_VALUE;
        }
        return keys;
    }

    static long[] without(long[] keys, long[] gone) {
        long[] left = new long[keys.length];
        int count = 0;
        int at = 0;
        for (long key : keys) {
            while (at < gone.length && Long.compareUnsigned(gone[at], key) < 0) {
                at++;
            }
            if (at == gone.length || gone[at] != key) {
                left[count++] = key;
            }
        }
        return Arrays.copyOf(left, count);
    }

    /** @param other has no key of the first */
    static long[] merge(long[] one, long[] other) {
        long[] all = new long[one.length + other.length];
        int left = 0;
        int right = 0;
        for (int at = 0; at < all.length; at++) {
            boolean takeLeft =
                    right == other.length || left < one.length && Long.compareUnsigned(one[left], other[right]) < 0;
            all[at] = takeLeft ? one[left++] : other[right++];
        }
        return all;
    }
}
