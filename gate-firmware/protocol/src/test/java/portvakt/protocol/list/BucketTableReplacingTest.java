package portvakt.protocol.list;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A table in which the touched buckets are replaced is, byte for byte, the table of the whole new set. */
class BucketTableReplacingTest {

    private static final int ROUNDS = 40;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 384, 385, 5_000, 60_000})
    void replacingIsMakingAnew(int count) {
        for (long seed = 1; seed <= ROUNDS; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            TreeSet<Long> keys = new TreeSet<>(Long::compareUnsigned);
            random.longs(count).forEach(keys::add);
            BucketTable table = BucketTable.of(array(keys));
            byte[] before = table.bytes();
            TreeSet<Integer> touched = change(random, keys, table.bits());
            if (BucketTable.bitsFor(keys.size()) != table.bits()) {
                // Another number of buckets: such a table has to be made anew, and is.
                continue;
            }
            SortedMap<Integer, long[]> contents = new TreeMap<>();
            touched.forEach(bucket -> contents.put(bucket, bucket(keys, bucket, table.bits())));
            BucketTable replaced = table.replacing(contents);
            BucketTable anew = BucketTable.of(array(keys));
            assertThat(replaced.bytes()).as("count %d, seed %d", count, seed).isEqualTo(anew.bytes());
            assertThat(replaced.root()).as("count %d, seed %d", count, seed).isEqualTo(anew.root());
            assertThat(table.bytes()).as("the table that it came from").isEqualTo(before);
        }
    }

    /** Adds and removes some; says which buckets that touched. */
    private static TreeSet<Integer> change(SplittableRandom random, TreeSet<Long> keys, int bits) {
        TreeSet<Integer> touched = new TreeSet<>();
        List<Long> before = new ArrayList<>(keys);
        for (int change = random.nextInt(60); change > 0; change--) {
            long key = before.isEmpty() || random.nextBoolean()
                    ? random.nextLong()
                    : before.get(random.nextInt(before.size()));
            if (!keys.remove(key)) {
                keys.add(key);
            }
            touched.add(BucketTable.bucketOf(key, bits));
        }
        // The edges are where a shift goes wrong.
        if (random.nextBoolean()) {
            keys.add(random.nextInt(3) == 0 ? 0L : -1L);
            touched.add(BucketTable.bucketOf(0L, bits));
            touched.add(BucketTable.bucketOf(-1L, bits));
        }
        return touched;
    }

    private static long[] bucket(TreeSet<Long> keys, int bucket, int bits) {
        return keys.stream()
                .mapToLong(Long::longValue)
                .filter(key -> BucketTable.bucketOf(key, bits) == bucket)
                .toArray();
    }

    private static long[] array(TreeSet<Long> keys) {
        return keys.stream().mapToLong(Long::longValue).toArray();
    }
}
