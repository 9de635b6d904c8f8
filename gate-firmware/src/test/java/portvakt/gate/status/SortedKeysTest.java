package portvakt.gate.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import portvakt.protocol.list.BucketTable;

/** Sets of keys in arrays, on the heap and in a file, say what a set of unsigned numbers would. */
class SortedKeysTest {

    private static final int ROUNDS = 200;

    private final Random random = new Random(1);

    private static TreeSet<Long> set() {
        return new TreeSet<>(Long::compareUnsigned);
    }

    private static long[] array(TreeSet<Long> keys) {
        return keys.stream().mapToLong(Long::longValue).toArray();
    }

    /** Near each other and near both ends, so that each meets the others. */
    private long key() {
        long low = random.nextInt(20);
        return switch (random.nextInt(3)) {
            case 0 -> low;
            case 1 -> -1 - low;
            default -> Long.MIN_VALUE + low - 10;
        };
    }

    private TreeSet<Long> some(int most) {
        TreeSet<Long> keys = set();
        for (int count = random.nextInt(most + 1); count > 0; count--) {
            keys.add(key());
        }
        return keys;
    }

    @Test
    void aKeyIsThereOrNot() {
        for (int round = 0; round < ROUNDS; round++) {
            TreeSet<Long> keys = some(12);
            KeySet indexed = new KeySet(array(keys));
            assertThat(indexed.size()).isEqualTo(keys.size());
            for (int asked = 0; asked < 20; asked++) {
                long key = key();
                assertThat(SortedKeys.has(array(keys), key)).isEqualTo(keys.contains(key));
                assertThat(indexed.has(key)).isEqualTo(keys.contains(key));
            }
        }
    }

    @Test
    void aRangeHasBothItsEnds() {
        for (int round = 0; round < ROUNDS; round++) {
            TreeSet<Long> keys = some(12);
            long first = key();
            long last = key();
            long[] expected = Long.compareUnsigned(first, last) > 0
                    ? new long[0]
                    : array(new TreeSet<>(keys.subSet(first, true, last, true)));
            assertThat(SortedKeys.range(array(keys), first, last)).isEqualTo(expected);
            assertThat(base(keys).range(first, last)).isEqualTo(expected);
        }
    }

    @Test
    void aMergeAddsAndRemovesAndChangesNothingThatItIsGiven() {
        for (int round = 0; round < ROUNDS; round++) {
            TreeSet<Long> keys = some(12);
            TreeSet<Long> added = some(6);
            added.removeAll(keys);
            TreeSet<Long> removed = some(6);
            removed.removeAll(added);
            TreeSet<Long> expected = set();
            expected.addAll(keys);
            expected.addAll(added);
            expected.removeAll(removed);
            long[] given = array(keys);
            assertThat(SortedKeys.merge(given, array(added), array(removed))).isEqualTo(array(expected));
            assertThat(given).isEqualTo(array(keys));
        }
    }

    private static BaseKeys base(TreeSet<Long> keys) {
        BucketTable table = BucketTable.of(array(keys));
        ByteBuffer file = ByteBuffer.allocate(5 + keys.size() * Long.BYTES);
        file.position(5);
        keys.forEach(file::putLong);
        return new BaseKeys(file.flip(), table);
    }

    /** However unevenly they lie: a key's place is only guessed at first. */
    @Test
    void aKeyInAFileIsFoundWhereverItLies() {
        for (int count : new int[] {0, 1, 2, 40, 500, 1_000}) {
            TreeSet<Long> keys = set();
            for (int key = 0; keys.size() < count; key++) {
                keys.add(key % 3 == 0 ? random.nextLong() : key % 3 == 1 ? key : -key);
            }
            BaseKeys base = base(keys);
            for (long key : keys) {
                for (long asked : new long[] {key - 1, key, key + 1}) {
                    assertThat(base.has(asked)).as("%d of %d", asked, count).isEqualTo(keys.contains(asked));
                }
            }
            assertThat(base.has(random.nextLong())).isFalse();
        }
    }

    @Test
    void whatComesAndGoesBehindABaseIsCountedOnce() {
        TreeSet<Long> start = some(12);
        TreeSet<Long> now = set();
        now.addAll(start);
        MergedKeys merged = MergedKeys.of(base(start));
        for (int round = 0; round < ROUNDS; round++) {
            TreeSet<Long> coming = some(3);
            coming.removeAll(now);
            TreeSet<Long> going = some(3);
            going.retainAll(now);
            merged = merged.after(array(coming), array(going));
            now.addAll(coming);
            now.removeAll(going);
            assertThat(merged.range(0, -1L)).isEqualTo(array(now));
            long differ = now.stream().filter(key -> !start.contains(key)).count()
                    + start.stream().filter(key -> !now.contains(key)).count();
            assertThat(merged.changes()).isEqualTo((int) differ);
        }
    }
}
