package portvakt.gate.status;

import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;

/**
 * Which buckets have been proved since the file was opened, and which have turned out damaged. Shared by all versions of a list
 * over one base: a delta proves what it touches. Damaged once is damaged until the file is replaced. Safe for any thread.
 */
final class BucketProofs {

    /** Two words a run of 32 buckets: the proved ones, the damaged ones. */
    private final AtomicIntegerArray words;

    private final int buckets;

    BucketProofs(int buckets) {
        this.buckets = buckets;
        this.words = new AtomicIntegerArray(2 * Math.ceilDiv(buckets, Integer.SIZE));
    }

    boolean isProved(int bucket) {
        return isSet(bucket, 0) && !isDamaged(bucket);
    }

    boolean isDamaged(int bucket) {
        return isSet(bucket, 1);
    }

    void proved(int bucket) {
        set(bucket, 0);
    }

    void damaged(int bucket) {
        set(bucket, 1);
    }

    /** The damaged ones in ascending order. */
    int[] damaged() {
        return IntStream.range(0, buckets).filter(this::isDamaged).toArray();
    }

    int damagedCount() {
        int count = 0;
        for (int word = 1; word < words.length(); word += 2) {
            count += Integer.bitCount(words.get(word));
        }
        return count;
    }

    private boolean isSet(int bucket, int kind) {
        return (words.get(2 * (bucket / Integer.SIZE) + kind) >>> bucket & 1) != 0;
    }

    private void set(int bucket, int kind) {
        words.getAndUpdate(2 * (bucket / Integer.SIZE) + kind, word -> word | 1 << bucket);
    }
}
