package portvakt.gate.status;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import portvakt.gate.access.CardList;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;
import portvakt.protocol.list.BucketTable;
import portvakt.protocol.list.CardKeys;
import portvakt.protocol.list.ListHead;
import portvakt.protocol.list.MalformedListException;

/**
 * A list whose head and table are proved; each bucket of keys is proved when it is first asked, and never decides before.
 * A decision has its buckets proved anew, {@link #prove(CardNumber)}.
 *
 * <p>Immutable but for what it remembers of proved and damaged buckets. {@link #statusOf} and {@link
 * #prove(CardNumber)} belong to one thread (the loop's); the rest is safe for any.
 *
 * <p>Its file is canonical: the head, the table, the keys, one behind the other.
 */
public final class SealedList implements CardList {

    private static final Optional<CardStatus> REVOKED = Optional.of(CardStatus.REVOKED);
    private static final Optional<CardStatus> SUSPENDED = Optional.of(CardStatus.SUSPENDED);
    private static final Optional<CardStatus> VALID = Optional.of(CardStatus.VALID);
    private static final Optional<CardStatus> NOT_PROVED = Optional.empty();

    private enum Answer {
        LISTED,
        NOT_LISTED,
        DAMAGED
    }

    private final ListHead head;
    private final byte[] headBytes;
    private final BucketTable table;
    private final MergedKeys keys;
    private final BucketProofs proofs;
    private final CardKeys permutation;
    private final boolean heard;
    private final long[] cardKeys = new long[2];
    /** Means nothing: reads whose outcome is not kept are left out by the compiler. */
    private long fetched;

    private SealedList(
            ListHead head,
            byte[] headBytes,
            BucketTable table,
            MergedKeys keys,
            BucketProofs proofs,
            CardKeys permutation,
            boolean heard) {
        this.head = head;
        this.headBytes = headBytes;
        this.table = table;
        this.keys = keys;
        this.proofs = proofs;
        this.permutation = permutation;
        this.heard = heard;
    }

    /**
     * A list over a base.
     *
     * @param headBytes   signed; the caller has proved it, and that the table has its root
     * @param permutation this list's own
     * @param heard       whether the head came from the server since this program started
     */
    static SealedList of(
            ListHead head, byte[] headBytes, BucketTable table, MergedKeys keys, CardKeys permutation, boolean heard) {
        return new SealedList(
                head, headBytes.clone(), table, keys, new BucketProofs(table.buckets()), permutation, heard);
    }

    /**
     * A list whose whole file is at hand, mapped or in memory.
     *
     * @throws ListRefusedException if head or table do not prove; keys are not looked at
     */
    static SealedList over(ByteBuffer file, HeadProof trust, byte[] secret, boolean heard) throws ListRefusedException {
        BaseFile base = BaseFile.parse(file);
        ListHead head = heard ? trust.proveNew(base.headBytes()) : trust.proveStored(base.headBytes());
        base.proveTable(head);
        return of(
                head,
                base.headBytes(),
                base.table(),
                MergedKeys.of(new BaseKeys(file, base.table())),
                new CardKeys(secret),
                heard);
    }

    /** The same set under a newer head of the same version, just heard: the issuer's sign of life. */
    SealedList withHead(ListHead newer, byte[] newerBytes) {
        return new SealedList(newer, newerBytes.clone(), table, keys, proofs, permutation, true);
    }

    /** A later version over the same base, just heard. A table with other buckets must have been proved against all keys. */
    SealedList next(ListHead newer, byte[] newerBytes, BucketTable newTable, MergedKeys newKeys) {
        BucketProofs known = newTable.bits() == table.bits() ? proofs : new BucketProofs(newTable.buckets());
        return new SealedList(newer, newerBytes.clone(), newTable, newKeys, known, permutation, true);
    }

    /** The same list at the same version over another base, of which nothing is proved yet. */
    SealedList rebased(BaseKeys base) {
        return new SealedList(
                head, headBytes, table, MergedKeys.of(base), new BucketProofs(table.buckets()), permutation, heard);
    }

    /** The signed head of this version, as heard last. */
    public ListHead head() {
        return head;
    }

    byte[] headBytes() {
        return headBytes.clone();
    }

    BucketTable table() {
        return table;
    }

    MergedKeys keys() {
        return keys;
    }

    /** How many buckets have turned out damaged since the file was opened; rises only. */
    public int damagedBuckets() {
        return proofs.damagedCount();
    }

    /** Which buckets, of {@code head().bits()}, have turned out damaged, ascending. */
    public int[] damaged() {
        return proofs.damaged();
    }

    /**
     * This list's own keys in a range, both ends included, unsigned, sorted. They are not proved: to be proved by whoever uses
     * them, as a bucket of another table for example.
     *
     * @return empty where the medium cannot read them
     */
    public Optional<long[]> keysIn(long first, long last) {
        try {
            return Optional.of(keys.range(first, last));
        } catch (InternalError e) {
            return Optional.empty();
        }
    }

    /** {@link #keysIn} of the range that one of 2^bits buckets covers; {@code bits} need not be this list's. */
    public Optional<long[]> keysIn(int bucket, int bits) {
        return keysIn(MergedKeys.first(bucket, bits), MergedKeys.last(bucket, bits));
    }

    /**
     * Reads a bucket from the medium, proves it now and remembers the outcome.
     *
     * @return its keys; empty if it is damaged
     */
    Optional<long[]> prove(int bucket) {
        Optional<long[]> read = keysIn(bucket, table.bits()).filter(found -> table.proves(bucket, found));
        if (read.isPresent()) {
            proofs.proved(bucket);
        } else {
            proofs.damaged(bucket);
        }
        return proofs.isDamaged(bucket) ? Optional.empty() : read;
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
        return heard;
    }

    /** Where a bucket does not prove any more, it counts as damaged until the file is replaced. */
    @Override
    public void prove(CardNumber card) {
        permutation.keys(card, cardKeys);
        prove(BucketTable.bucketOf(cardKeys[0], table.bits()));
        prove(BucketTable.bucketOf(cardKeys[1], table.bits()));
    }

    /** A card that is found under one status has it, even if the bucket of the other status is damaged: it is denied. */
    @Override
    public Optional<CardStatus> statusOf(CardNumber card) {
        permutation.keys(card, cardKeys);
        return statusOf(cardKeys[0], cardKeys[1]);
    }

    /**
     * The search without the permutation, which may so be measured apart. Belongs to one thread too.
     *
     * @param revokedKey   under which the card would stand if it were revoked, as {@link CardKeys} has it
     * @param suspendedKey the same if it were suspended
     */
    public Optional<CardStatus> statusOf(long revokedKey, long suspendedKey) {
        Answer revoked;
        Answer suspended;
        try {
            fetched = keys.base().near(revokedKey) ^ keys.base().near(suspendedKey);
            revoked = find(revokedKey);
            suspended = find(suspendedKey);
            BaseKeys.settle();
        } catch (InternalError e) {
            // One after the other now, which tells where the medium cannot be read.
            revoked = findAlone(revokedKey);
            suspended = findAlone(suspendedKey);
        }
        if (revoked == Answer.LISTED) {
            return REVOKED;
        }
        if (suspended == Answer.LISTED) {
            return SUSPENDED;
        }
        return revoked == Answer.NOT_LISTED && suspended == Answer.NOT_LISTED ? VALID : NOT_PROVED;
    }

    private Answer findAlone(long key) {
        try {
            Answer found = find(key);
            BaseKeys.settle();
            return found;
        } catch (InternalError e) {
            proofs.damaged(BucketTable.bucketOf(key, table.bits()));
            return Answer.DAMAGED;
        }
    }

    /** @throws InternalError from here, or from {@link BaseKeys#settle} behind it, if the medium cannot read */
    private Answer find(long key) {
        int bucket = BucketTable.bucketOf(key, table.bits());
        boolean proved = proofs.isProved(bucket)
                || (!proofs.isDamaged(bucket) && prove(bucket).isPresent());
        // What a delta has added is known here, whatever has become of the medium since.
        if (keys.added().has(key)) {
            return Answer.LISTED;
        }
        if (!proved) {
            return Answer.DAMAGED;
        }
        if (keys.removed().has(key)) {
            return Answer.NOT_LISTED;
        }
        return keys.base().has(key) ? Answer.LISTED : Answer.NOT_LISTED;
    }

    /** Head and table of a base file, cut out of it. */
    record BaseFile(ListHead head, byte[] headBytes, BucketTable table) {

        /** @throws ListRefusedException if the bytes cannot be a list's file; a signature is not looked at */
        static BaseFile parse(ByteBuffer file) throws ListRefusedException {
            try {
                byte[] headBytes = new byte[Math.min(file.limit(), ListHead.SIZE_BYTES)];
                file.get(0, headBytes);
                ListHead head = ListHead.parse(headBytes);
                int tableBytes = BucketTable.sizeBytes(head.bits());
                if (file.limit() != ListHead.SIZE_BYTES + tableBytes + (long) head.count() * Long.BYTES) {
                    throw new MalformedListException(file.limit() + " bytes are not what the head says");
                }
                byte[] table = new byte[tableBytes];
                file.get(ListHead.SIZE_BYTES, table);
                return new BaseFile(head, headBytes, BucketTable.parse(head.bits(), head.count(), table));
            } catch (MalformedListException e) {
                throw new ListRefusedException(ListRefusal.DAMAGED_FILE, e.getMessage());
            } catch (InternalError e) {
                throw new ListRefusedException(ListRefusal.DAMAGED_FILE, "the medium cannot read head or table");
            }
        }

        void proveTable(ListHead proved) throws ListRefusedException {
            if (!isRoot(table, proved)) {
                throw new ListRefusedException(
                        ListRefusal.DAMAGED_FILE, "the table is not the one that the head signs");
            }
        }
    }

    /** Whether a head signs this table. */
    static boolean isRoot(BucketTable table, ListHead head) {
        return table.bits() == head.bits()
                && table.start(table.buckets()) == head.count()
                && Arrays.equals(table.root(), HexFormat.of().parseHex(head.rootHex()));
    }
}
