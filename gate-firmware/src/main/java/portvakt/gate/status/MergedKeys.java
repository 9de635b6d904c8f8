package portvakt.gate.status;

/**
 * The keys of a list: a base, and what has come and gone since. {@code added} is not in the base, {@code removed} is; both are
 * sorted and never changed. Safe for any thread; a method that looks at the base may throw {@link InternalError}.
 */
record MergedKeys(BaseKeys base, long[] added, long[] removed) {

    private static final long[] NONE = {};

    static MergedKeys of(BaseKeys base) {
        return new MergedKeys(base, NONE, NONE);
    }

    /** What a delta makes of them. None of {@code coming} may be there, all of {@code going} must. Looks at no base. */
    MergedKeys after(long[] coming, long[] going) {
        long[] nowAdded = SortedKeys.plus(SortedKeys.minus(added, going), SortedKeys.minus(coming, removed));
        long[] nowRemoved = SortedKeys.plus(SortedKeys.minus(removed, coming), SortedKeys.minus(going, added));
        return new MergedKeys(base, nowAdded, nowRemoved);
    }

    /** Keys that differ from the base. */
    int changes() {
        return added.length + removed.length;
    }

    /** The keys between two, both included. */
    long[] range(long first, long last) {
        return SortedKeys.merge(
                base.range(first, last), SortedKeys.range(added, first, last), SortedKeys.range(removed, first, last));
    }

    /** The keys of one of 2^bits buckets; {@code bits} need not be the base's. */
    long[] bucket(int bucket, int bits) {
        return range(first(bucket, bits), last(bucket, bits));
    }

    /** The lowest key that would belong to a bucket. */
    static long first(int bucket, int bits) {
        return bits == 0 ? 0 : (long) bucket << (Long.SIZE - bits);
    }

    /** The highest key that would belong to a bucket. */
    static long last(int bucket, int bits) {
        return first(bucket, bits) | (-1L >>> bits);
    }
}
