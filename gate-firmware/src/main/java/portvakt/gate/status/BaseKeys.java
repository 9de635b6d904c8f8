package portvakt.gate.status;

import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import portvakt.protocol.list.BucketTable;

/**
 * The keys of a list's base file, where they lie: in the file, which is mapped and not read. Only the buckets' starts are on the
 * heap, so that damage to the medium can make a bucket's keys wrong but never lead outside of it.
 *
 * <p>Safe for any thread. Every method may throw {@link InternalError}: the medium cannot read.
 */
final class BaseKeys {

    private final LongBuffer keys;
    private final int bits;
    private final int[] starts;

    /** @param file the whole file; its keys are its end, as many as the table says */
    BaseKeys(ByteBuffer file, BucketTable table) {
        bits = table.bits();
        starts = new int[table.buckets() + 1];
        for (int bucket = 0; bucket < starts.length; bucket++) {
            starts[bucket] = table.start(bucket);
        }
        int bytes = starts[table.buckets()] * Long.BYTES;
        keys = file.slice(file.limit() - bytes, bytes).asLongBuffer();
    }

    /**
     * What stands where the key would be expected, for no other use than to have two places fetched from memory at once, before
     * two searches: a search's branches depend on what it has read, so it would be waited for before the next one.
     *
     * @return anything, and not to be believed
     */
    long near(long key) {
        int bucket = BucketTable.bucketOf(key, bits);
        int low = starts[bucket];
        int high = starts[bucket + 1];
        return low == high ? 0 : keys.get(expected(key, low, high));
    }

    /**
     * Where the key would stand is known within a few places, because keys are spread evenly: no binary search.
     *
     * <p>Not to be believed before {@link #settle} has returned. Left to the caller, so that two searches settle once.
     */
    boolean has(long key) {
        int bucket = BucketTable.bucketOf(key, bits);
        int low = starts[bucket];
        int high = starts[bucket + 1];
        if (low == high) {
            return false;
        }
        int at = expected(key, low, high);
        long found = keys.get(at);
        if (Long.compareUnsigned(found, key) < 0) {
            do {
                at++;
            } while (at < high && Long.compareUnsigned(found = keys.get(at), key) < 0);
        } else {
            while (at > low && Long.compareUnsigned(found, key) > 0) {
                found = keys.get(--at);
            }
        }
        return found == key;
    }

    private int expected(long key, int low, int high) {
        return low + (int) ((key << bits >>> Integer.SIZE) * (high - low) >>> Integer.SIZE);
    }

    /** The keys between two, both included. */
    long[] range(long first, long last) {
        int from = lowerBound(first);
        int until = lowerBound(last);
        if (until < starts[starts.length - 1] && keys.get(until) == last) {
            until++;
        }
        long[] range = new long[Math.max(0, until - from)];
        keys.get(from, range);
        settle();
        return range;
    }

    /**
     * Lets a read that failed throw here. Compiled code goes on after it with whatever the register held, and Java throws only when
     * the thread next enters or leaves it ("a recent unsafe memory access"): that could be after the card was let in. Any native
     * method is such a place; this one is the cheapest, about 10 ns.
     */
    static void settle() {
        Runtime.getRuntime().maxMemory();
    }

    private int lowerBound(long key) {
        int bucket = BucketTable.bucketOf(key, bits);
        int low = starts[bucket];
        int high = starts[bucket + 1];
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (Long.compareUnsigned(keys.get(middle), key) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
