package portvakt.server.list;

import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;
import java.util.SortedMap;
import java.util.TreeMap;
import portvakt.protocol.CardStatus;
import portvakt.protocol.list.BucketTable;
import portvakt.protocol.list.CardKeys;
import portvakt.server.port.CardStatuses.Listed;

/**
 * What a list holds, in its canonical form: the same cards give the same bytes, in whatever order they come and go.
 *
 * <p>Immutable. The keys lie bucket by bucket, so that a change copies the buckets that it touches, and shares the others with the
 * content before it.
 */
public final class ListContent {

    private final long[][] buckets;
    private final BucketTable table;
    private final int revokedCount;
    private final int suspendedCount;

    private ListContent(long[][] buckets, BucketTable table, int revokedCount, int suspendedCount) {
        this.buckets = buckets;
        this.table = table;
        this.revokedCount = revokedCount;
        this.suspendedCount = suspendedCount;
    }

    /** Takes cards one by one, so that millions need not be in memory as such. */
    public static final class Builder {
        private static final int ROOM_AT_FIRST = 1024;

        private final CardKeys cardKeys;
        private long[] keys = new long[ROOM_AT_FIRST];
        private int count;
        private int revoked;

        public Builder(CardKeys cardKeys) {
            this.cardKeys = cardKeys;
        }

        /** @param card one that was not added before */
        public void add(Listed card) {
            if (count == keys.length) {
                keys = Arrays.copyOf(keys, keys.length * 2);
            }
            keys[count++] = cardKeys.key(card.card(), card.status());
            revoked += card.status() == CardStatus.REVOKED ? 1 : 0;
        }

        public ListContent build() {
            return ListContent.of(KeyChanges.sort(Arrays.copyOf(keys, count)), revoked);
        }
    }

    /** @param cards each card once */
    public static ListContent of(Collection<Listed> cards, CardKeys cardKeys) {
        Builder builder = new Builder(cardKeys);
        cards.forEach(builder::add);
        return builder.build();
    }

    private static ListContent of(long[] sorted, int revokedCount) {
        BucketTable table = BucketTable.of(sorted);
        long[][] buckets = new long[table.buckets()][];
        for (int bucket = 0; bucket < buckets.length; bucket++) {
            buckets[bucket] = Arrays.copyOfRange(sorted, table.start(bucket), table.start(bucket + 1));
        }
        return new ListContent(buckets, table, revokedCount, sorted.length - revokedCount);
    }

    /**
     * The content after a change. Costs the buckets that it touches and a copy of the table, whatever else the list holds; when the
     * number of buckets changes, which is at each doubling, it costs the whole.
     *
     * @param changes add what is not there, and remove what is
     * @param revoked by how many the revoked cards become more, below zero for fewer
     */
    public ListContent with(KeyChanges changes, int revoked) {
        int count = count() + changes.added().length - changes.removed().length;
        if (BucketTable.bitsFor(count) != table.bits()) {
            return of(
                    KeyChanges.merge(KeyChanges.without(keys(), changes.removed()), changes.added()),
                    revokedCount + revoked);
        }
        SortedMap<Integer, long[]> touched = new TreeMap<>();
        int added = 0;
        int removed = 0;
        while (added < changes.added().length || removed < changes.removed().length) {
            int bucket = Math.min(bucketAt(changes.added(), added), bucketAt(changes.removed(), removed));
            int addedEnd = bucketEnd(changes.added(), added, bucket);
            int removedEnd = bucketEnd(changes.removed(), removed, bucket);
            touched.put(
                    bucket,
                    KeyChanges.merge(
                            KeyChanges.without(
                                    buckets[bucket], Arrays.copyOfRange(changes.removed(), removed, removedEnd)),
                            Arrays.copyOfRange(changes.added(), added, addedEnd)));
            added = addedEnd;
            removed = removedEnd;
        }
        long[][] now = buckets.clone();
        touched.forEach((bucket, keys) -> now[bucket] = keys);
        return new ListContent(now, table.replacing(touched), revokedCount + revoked, count - revokedCount - revoked);
    }

    private int bucketAt(long[] keys, int at) {
        return at < keys.length ? BucketTable.bucketOf(keys[at], table.bits()) : Integer.MAX_VALUE;
    }

    private int bucketEnd(long[] keys, int from, int bucket) {
        int at = from;
        while (bucketAt(keys, at) == bucket) {
            at++;
        }
        return at;
    }

    public boolean contains(long key) {
        long[] keys = buckets[BucketTable.bucketOf(key, table.bits())];
        int low = 0;
        int high = keys.length - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = Long.compareUnsigned(keys[middle], key);
            if (order == 0) {
                return true;
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return false;
    }

    /** All keys, sorted unsigned, no key twice. */
    public long[] keys() {
        return keys(0, buckets.length);
    }

    /** The keys of buckets {@code [fromBucket, untilBucket)}, sorted unsigned. */
    public long[] keys(int fromBucket, int untilBucket) {
        long[] all = new long[table.start(untilBucket) - table.start(fromBucket)];
        int at = 0;
        for (int bucket = fromBucket; bucket < untilBucket; bucket++) {
            System.arraycopy(buckets[bucket], 0, all, at, buckets[bucket].length);
            at += buckets[bucket].length;
        }
        return all;
    }

    public BucketTable table() {
        return table;
    }

    public int count() {
        return table.start(table.buckets());
    }

    public int revokedCount() {
        return revokedCount;
    }

    public int suspendedCount() {
        return suspendedCount;
    }

    /** What the head signs, hexadecimal. */
    public String rootHex() {
        return HexFormat.of().formatHex(table.root());
    }
}
