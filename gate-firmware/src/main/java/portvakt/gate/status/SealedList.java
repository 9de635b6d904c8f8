package portvakt.gate.status;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Optional;
import portvakt.gate.access.CardList;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;
import portvakt.protocol.list.BucketTable;
import portvakt.protocol.list.CardKeys;
import portvakt.protocol.list.ListHead;
import portvakt.protocol.list.MalformedListException;

/**
 * A list whose every key has been proved by its head. {@link #statusOf} belongs to one thread (the loop's); the rest is
 * immutable.
 *
 * <p>Its file is canonical: the head, the table, the keys, one behind the other.
 */
public final class SealedList implements CardList {

    private final ListHead head;
    private final byte[] headBytes;
    private final BucketTable table;
    private final long[] keys;
    private final CardKeys permutation;

    private SealedList(ListHead head, byte[] headBytes, BucketTable table, long[] keys, CardKeys permutation) {
        this.head = head;
        this.headBytes = headBytes;
        this.table = table;
        this.keys = keys;
        this.permutation = permutation;
    }

    /**
     * Proves the whole set, and only then makes a list of it.
     *
     * @param headBytes a head whose signature the caller has proved
     * @param keys      all keys, in order
     */
    static SealedList prove(byte[] headBytes, byte[] tableBytes, long[] keys, byte[] secret)
            throws ListRefusedException {
        try {
            ListHead head = ListHead.parse(headBytes);
            BucketTable table = BucketTable.parse(head.bits(), head.count(), tableBytes);
            if (!SnapshotAssembly.hex(table.root()).equals(head.rootHex())) {
                throw new ListRefusedException(ListRefusal.NOT_PROVED, "the table is not the one that the head signs");
            }
            for (int bucket = 0; bucket < table.buckets(); bucket++) {
                proveBucket(table, bucket, keys);
            }
            return new SealedList(head, headBytes.clone(), table, keys, new CardKeys(secret));
        } catch (MalformedListException e) {
            throw new ListRefusedException(ListRefusal.MALFORMED, e.getMessage());
        }
    }

    private static void proveBucket(BucketTable table, int bucket, long[] keys) throws ListRefusedException {
        if (!table.proves(bucket, java.util.Arrays.copyOfRange(keys, table.start(bucket), table.start(bucket + 1)))) {
            throw new ListRefusedException(ListRefusal.NOT_PROVED, "bucket " + bucket + " does not prove");
        }
    }

    /** The same set under a newer head of the same version: the issuer's sign of life. */
    SealedList withHead(ListHead newer, byte[] newerBytes) {
        return new SealedList(newer, newerBytes.clone(), table, keys, permutation);
    }

    ListHead head() {
        return head;
    }

    byte[] fileBytes() {
        byte[] tableBytes = table.bytes();
        ByteBuffer file = ByteBuffer.allocate(headBytes.length + tableBytes.length + keys.length * Long.BYTES);
        file.put(headBytes).put(tableBytes);
        file.asLongBuffer().put(keys);
        return file.array();
    }

    @Override
    public String list() {
        return head.list();
    }

    @Override
    public int epoch() {
        return head.epoch();
    }

    @Override
    public long version() {
        return head.version();
    }

    @Override
    public Instant issuedAt() {
        return head.issuedAt();
    }

    @Override
    public Instant expiresAt() {
        return head.expiresAt();
    }

    @Override
    public boolean heardInThisRun() {
        return true;
    }

    @Override
    public Optional<CardStatus> statusOf(CardNumber card) {
        if (contains(permutation.key(card, CardStatus.REVOKED))) {
            return Optional.of(CardStatus.REVOKED);
        }
        return Optional.of(
                contains(permutation.key(card, CardStatus.SUSPENDED)) ? CardStatus.SUSPENDED : CardStatus.VALID);
    }

    private boolean contains(long key) {
        int bucket = BucketTable.bucketOf(key, table.bits());
        int low = table.start(bucket);
        int high = table.start(bucket + 1) - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = Long.compareUnsigned(keys[middle], key);
            if (order == 0) {
                return true;
            } else if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return false;
    }
}
