package portvakt.gate.status;

/** A set of keys on the heap that is asked often: sorted, with a directory of where each run of a few keys starts. Immutable. */
final class KeySet {

    static final KeySet EMPTY = new KeySet(new long[0]);

    private static final int RUN_KEYS = 4;

    private final long[] keys;
    private final int shift;
    private final int[] starts;

    /** @param keys sorted ascending unsigned, no key twice; not changed any more */
    KeySet(long[] keys) {
        this.keys = keys;
        int bits = Math.max(1, Integer.SIZE - Integer.numberOfLeadingZeros(keys.length / RUN_KEYS));
        shift = Long.SIZE - bits;
        starts = new int[(1 << bits) + 1];
        for (long key : keys) {
            starts[run(key) + 1]++;
        }
        for (int run = 1; run < starts.length; run++) {
            starts[run] += starts[run - 1];
        }
    }

    private int run(long key) {
        return (int) (key >>> shift);
    }

    boolean has(long key) {
        int run = run(key);
        for (int at = starts[run]; at < starts[run + 1]; at++) {
            if (keys[at] == key) {
                return true;
            }
        }
        return false;
    }

    long[] keys() {
        return keys;
    }

    int size() {
        return keys.length;
    }
}
