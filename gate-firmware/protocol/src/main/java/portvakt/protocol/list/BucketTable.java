package portvakt.protocol.list;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.SortedMap;

/**
 * The table of a list: where each bucket of keys starts, and one hash a bucket. A bucket holds the keys that share their top
 * {@code bits} bits, so the table of a given set is canonical: issuer and gate arrive at the same bytes and the same root.
 *
 * <pre>
 * table  start int[B+1] | leaf byte[16] x B        big-endian, B = 2^bits
 * leaf   first 16 bytes of SHA-256(keys of the bucket, 8 bytes each, sorted unsigned)
 * root   SHA-256("PVT1" | bits as one byte | count as int | table)
 * </pre>
 *
 * Immutable, safe for any thread.
 */
public final class BucketTable {

    /** Bytes of a leaf. */
    public static final int LEAF_BYTES = 16;
    /** Average keys in a bucket, at most. */
    static final int BUCKET_KEYS_AVERAGE_MAX = 384;

    static final int BITS_MAX = 24;

    private static final byte[] ROOT_CONTEXT = {'P', 'V', 'T', '1'};
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    private final int bits;
    private final byte[] bytes;

    private BucketTable(int bits, byte[] bytes) {
        this.bits = bits;
        this.bytes = bytes;
    }

    /** How many top bits choose a bucket in a list of so many keys: the fewest that keep buckets small. */
    public static int bitsFor(int count) {
        int bits = 0;
        while (bits < BITS_MAX && ((long) BUCKET_KEYS_AVERAGE_MAX << bits) < count) {
            bits++;
        }
        return bits;
    }

    /** Bytes of a table with 2^bits buckets. */
    public static int sizeBytes(int bits) {
        return ((1 << bits) + 1) * Integer.BYTES + (1 << bits) * LEAF_BYTES;
    }

    /** @param sortedKeys ascending unsigned, no key twice */
    public static BucketTable of(long[] sortedKeys) {
        int bits = bitsFor(sortedKeys.length);
        int buckets = 1 << bits;
        ByteBuffer table = ByteBuffer.allocate(sizeBytes(bits));
        MessageDigest sha = sha256();
        int at = 0;
        for (int bucket = 0; bucket < buckets; bucket++) {
            int start = at;
            while (at < sortedKeys.length && bucketOf(sortedKeys[at], bits) == bucket) {
                if (at > 0 && Long.compareUnsigned(sortedKeys[at - 1], sortedKeys[at]) >= 0) {
                    throw new IllegalArgumentException("keys are not sorted, or one stands twice");
                }
                at++;
            }
            table.putInt(bucket * Integer.BYTES, start);
            table.put(leafOffset(bits, bucket), leaf(sha, sortedKeys, start, at));
        }
        if (at != sortedKeys.length) {
            throw new IllegalArgumentException("keys are not sorted");
        }
        table.putInt(buckets * Integer.BYTES, at);
        return new BucketTable(bits, table.array());
    }

    /**
     * The table of a set that differs in some buckets only; costs their hashes and a copy.
     *
     * @param contents what these buckets hold now, each sorted
     */
    public BucketTable replacing(SortedMap<Integer, long[]> contents) {
        ByteBuffer table = ByteBuffer.wrap(bytes.clone());
        MessageDigest sha = sha256();
        int shift = 0;
        for (int bucket = contents.isEmpty() ? buckets() : contents.firstKey(); bucket < buckets(); bucket++) {
            table.putInt(bucket * Integer.BYTES, start(bucket) + shift);
            long[] keys = contents.get(bucket);
            if (keys != null) {
                shift += keys.length - (start(bucket + 1) - start(bucket));
                table.put(leafOffset(bits, bucket), leaf(sha, keys, 0, keys.length));
            }
        }
        table.putInt(buckets() * Integer.BYTES, start(buckets()) + shift);
        return new BucketTable(bits, table.array());
    }

    /** To make the table of a set that differs in some buckets, one bucket at a time. */
    public Edit edit() {
        Edit edit = new Edit(bits, bytes.clone());
        for (int bucket = 0; bucket < buckets(); bucket++) {
            edit.sizes[bucket] = start(bucket + 1) - start(bucket);
        }
        return edit;
    }

    /** To make a table from nothing: each of its 2^bits buckets has to be put. */
    public static Edit empty(int bits) {
        return new Edit(bits, new byte[sizeBytes(bits)]);
    }

    /** A table in the making. Belongs to one thread. */
    public static final class Edit {
        private final int bits;
        private final byte[] bytes;
        private final int[] sizes;

        private Edit(int bits, byte[] bytes) {
            this.bits = bits;
            this.bytes = bytes;
            this.sizes = new int[1 << bits];
        }

        /** Keys in the bucket, as put last. */
        public int size(int bucket) {
            return sizes[bucket];
        }

        /** @param leaf what {@link BucketTable#leafOf} says of the bucket's keys */
        public void put(int bucket, int size, byte[] leaf) {
            if (size < 0 || leaf.length != LEAF_BYTES) {
                throw new IllegalArgumentException(
                        "a bucket of " + size + " keys, a leaf of " + leaf.length + " bytes");
            }
            sizes[bucket] = size;
            System.arraycopy(leaf, 0, bytes, leafOffset(bits, bucket), LEAF_BYTES);
        }

        /** The table as it is now; this may go on. */
        public BucketTable table() {
            byte[] table = bytes.clone();
            int start = 0;
            for (int bucket = 0; bucket < sizes.length; bucket++) {
                INT.set(table, bucket * Integer.BYTES, start);
                start = Math.addExact(start, sizes[bucket]);
            }
            INT.set(table, sizes.length * Integer.BYTES, start);
            return new BucketTable(bits, table);
        }
    }

    /**
     * Takes a table from outside. The caller proves it by {@link #root}; this checks only its shape.
     *
     * @throws MalformedListException if it has not the size of {@code bits}, or its starts do not rise from 0 to {@code count}
     */
    public static BucketTable parse(int bits, int count, byte[] bytes) throws MalformedListException {
        if (bits < 0 || bits > BITS_MAX || bytes.length != sizeBytes(bits)) {
            throw new MalformedListException(
                    "a table of 2^" + bits + " buckets cannot have " + bytes.length + " bytes");
        }
        BucketTable table = new BucketTable(bits, bytes.clone());
        int previous = 0;
        for (int bucket = 0; bucket <= table.buckets(); bucket++) {
            int start = table.start(bucket);
            if (start < previous || start > count) {
                throw new MalformedListException("bucket " + bucket + " starts at key " + start + " after " + previous);
            }
            previous = start;
        }
        if (table.start(0) != 0 || previous != count) {
            throw new MalformedListException("the table covers " + previous + " of " + count + " keys");
        }
        return table;
    }

    /** What the head signs. */
    public byte[] root() {
        MessageDigest sha = sha256();
        sha.update(ROOT_CONTEXT);
        sha.update((byte) bits);
        sha.update(ByteBuffer.allocate(Integer.BYTES).putInt(start(buckets())).array());
        return sha.digest(bytes);
    }

    public int bits() {
        return bits;
    }

    public int buckets() {
        return 1 << bits;
    }

    /** Index of the bucket's first key; for {@code bucket == buckets()} the number of all keys. */
    public int start(int bucket) {
        return (int) INT.get(bytes, bucket * Integer.BYTES);
    }

    /** Whether these keys, and no others, are the bucket. */
    public boolean proves(int bucket, long[] keys) {
        byte[] leaf = Arrays.copyOfRange(bytes, leafOffset(bits, bucket), leafOffset(bits, bucket) + LEAF_BYTES);
        return keys.length == start(bucket + 1) - start(bucket)
                && MessageDigest.isEqual(leaf, leaf(sha256(), keys, 0, keys.length));
    }

    /** The hash that stands in the table for a bucket of these keys. */
    public static byte[] leafOf(long[] sortedKeys) {
        return leaf(sha256(), sortedKeys, 0, sortedKeys.length);
    }

    public byte[] bytes() {
        return bytes.clone();
    }

    /** Which of 2^bits buckets a key belongs to. */
    public static int bucketOf(long key, int bits) {
        return bits == 0 ? 0 : (int) (key >>> (Long.SIZE - bits));
    }

    private static int leafOffset(int bits, int bucket) {
        return ((1 << bits) + 1) * Integer.BYTES + bucket * LEAF_BYTES;
    }

    private static byte[] leaf(MessageDigest sha, long[] keys, int from, int to) {
        ByteBuffer buffer = ByteBuffer.allocate((to - from) * Long.BYTES);
        buffer.asLongBuffer().put(keys, from, to - from);
        return Arrays.copyOf(sha.digest(buffer.array()), LEAF_BYTES);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
