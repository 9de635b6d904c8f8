package portvakt.gate.status;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Optional;
import portvakt.protocol.list.BucketTable;
import portvakt.protocol.list.ListDelta;
import portvakt.protocol.list.ListHead;

/** One step from a version of a list to a later one, proved bucket by bucket; nothing is stored. */
final class DeltaStep {

    private final SealedList from;
    private final ListDelta delta;
    private final long[] coming;
    private final long[] going;
    private final int bits;
    private final BucketTable.Edit edit;
    private final ByteArrayOutputStream leaves = new ByteArrayOutputStream();
    private SealedList to;

    private DeltaStep(SealedList from, ListDelta delta) {
        this.from = from;
        this.delta = delta;
        this.coming = delta.added();
        this.going = delta.removed();
        this.bits = from.table().bits();
        this.edit = from.table().edit();
    }

    /**
     * Takes the step.
     *
     * @throws ListRefusedException if it does not lead from this version to exactly the set that its head signs, or if one of the
     *         buckets that it changes is damaged here
     */
    static DeltaStep take(SealedList from, ListDelta delta) throws ListRefusedException {
        DeltaStep step = new DeltaStep(from, delta);
        step.check();
        step.changeBuckets();
        step.arrive();
        return step;
    }

    /** The version that it leads to. */
    SealedList list() {
        return to;
    }

    /** Whether the list has other buckets from here on, so that its file has to be made anew. */
    boolean changesBuckets() {
        return to.table().bits() != bits;
    }

    /** The changed buckets: number (int) and new leaf of each. */
    byte[] leaves() {
        return leaves.toByteArray();
    }

    private void check() throws ListRefusedException {
        ListHead head = delta.head();
        if (!head.list().equals(from.list())) {
            throw new ListRefusedException(ListRefusal.WRONG_LIST, "a delta of " + head.list());
        }
        if (head.epoch() != from.epoch() || delta.from() != from.version()) {
            throw new ListRefusedException(
                    delta.from() < from.version() ? ListRefusal.ROLLBACK : ListRefusal.NOT_PROVED,
                    "a delta from epoch " + head.epoch() + " version " + delta.from() + " does not lead on from epoch "
                            + from.epoch() + " version " + from.version());
        }
        if (head.bits() != BucketTable.bitsFor(head.count())) {
            throw new ListRefusedException(
                    ListRefusal.MALFORMED, "2^" + head.bits() + " buckets for " + head.count() + " keys");
        }
    }

    private void changeBuckets() throws ListRefusedException {
        int plus = 0;
        int minus = 0;
        while (plus < coming.length || minus < going.length) {
            int bucket = Math.min(bucketAt(coming, plus), bucketAt(going, minus));
            long first = MergedKeys.first(bucket, bits);
            long last = MergedKeys.last(bucket, bits);
            long[] in = SortedKeys.range(coming, first, last);
            long[] out = SortedKeys.range(going, first, last);
            change(bucket, in, out);
            plus += in.length;
            minus += out.length;
        }
    }

    private int bucketAt(long[] keys, int at) {
        return at < keys.length ? BucketTable.bucketOf(keys[at], bits) : Integer.MAX_VALUE;
    }

    private void change(int bucket, long[] in, long[] out) throws ListRefusedException {
        long[] before = from.prove(bucket).orElseThrow(() -> damaged(bucket));
        for (long key : in) {
            if (SortedKeys.has(before, key)) {
                throw new ListRefusedException(ListRefusal.NOT_PROVED, "the delta adds a key that is there");
            }
        }
        for (long key : out) {
            if (!SortedKeys.has(before, key)) {
                throw new ListRefusedException(ListRefusal.NOT_PROVED, "the delta removes a key that is not there");
            }
        }
        long[] after = SortedKeys.merge(before, in, out);
        byte[] leaf = BucketTable.leafOf(after);
        edit.put(bucket, after.length, leaf);
        leaves.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(bucket).array());
        leaves.writeBytes(leaf);
    }

    private void arrive() throws ListRefusedException {
        ListHead head = delta.head();
        MergedKeys keys = from.keys().after(coming, going);
        BucketTable table = head.bits() == bits ? edit.table() : rebuilt(keys, head.bits());
        if (!SealedList.isRoot(table, head)) {
            throw new ListRefusedException(
                    ListRefusal.NOT_PROVED,
                    "the delta from version " + delta.from() + " does not lead to what version " + head.version()
                            + " signs");
        }
        to = from.next(head, delta.headBytes(), table, keys);
    }

    /** All keys in other buckets. The old ones are proved first, so that damage here is not taken for the delta's fault. */
    private BucketTable rebuilt(MergedKeys keys, int newBits) throws ListRefusedException {
        for (int bucket = 0; bucket < from.table().buckets(); bucket++) {
            if (from.prove(bucket).isEmpty()) {
                throw damaged(bucket);
            }
        }
        BucketTable.Edit all = BucketTable.empty(newBits);
        for (int bucket = 0; bucket < 1 << newBits; bucket++) {
            Optional<long[]> merged = read(keys, bucket, newBits);
            long[] contents = merged.orElseThrow(() ->
                    new ListRefusedException(ListRefusal.DAMAGED_FILE, "the medium cannot read list " + from.list()));
            all.put(bucket, contents.length, BucketTable.leafOf(contents));
        }
        return all.table();
    }

    private static Optional<long[]> read(MergedKeys keys, int bucket, int bits) {
        try {
            return Optional.of(keys.bucket(bucket, bits));
        } catch (InternalError e) {
            return Optional.empty();
        }
    }

    private ListRefusedException damaged(int bucket) {
        return new ListRefusedException(
                ListRefusal.DAMAGED_FILE, "bucket " + bucket + " of list " + from.list() + " is damaged");
    }
}
