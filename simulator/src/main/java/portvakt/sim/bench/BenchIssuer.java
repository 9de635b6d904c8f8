package portvakt.sim.bench;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;
import portvakt.protocol.list.BucketTable;
import portvakt.protocol.list.CardKeys;
import portvakt.protocol.list.ListDelta;
import portvakt.protocol.list.ListHead;
import portvakt.protocol.sign.KeyId;

/** Signs a list of any size and the deltas that lead on from it, all of it in memory. */
final class BenchIssuer {

    static final String LIST = "hms-kort";
    static final int EPOCH = 1;
    private static final byte[] SECRET = HexFormat.of().parseHex("6d2f1c0b9a8877665544332211000f1e");
    private static final int WRITE_KEYS = 8_192;

    private final Cards cards;
    private final KeyPair signer;
    private final CardKeys permutation = new CardKeys(SECRET);
    private final Instant start = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    private long[] keys;
    private BucketTable table;
    private long version = 1;

    BenchIssuer(Cards cards) {
        this.cards = cards;
        try {
            signer = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no Ed25519", e);
        }
        keys = new long[cards.count()];
        for (int index = 0; index < keys.length; index++) {
            keys[index] = key(cards.listed(index), cards.status(index));
        }
        sort(keys);
        table = BucketTable.of(keys);
    }

    static byte[] secret() {
        return SECRET.clone();
    }

    PublicKey publicKey() {
        return signer.getPublic();
    }

    private long key(CardNumber card, CardStatus status) {
        return permutation.key(card, status);
    }

    /** Ascending unsigned: the sign is turned for the time of the sort. */
    private static void sort(long[] keys) {
        turn(keys);
        Arrays.sort(keys);
        turn(keys);
    }

    private static void turn(long[] keys) {
        for (int at = 0; at < keys.length; at++) {
            keys[at] ^= Long.MIN_VALUE;
        }
    }

    /** The canonical file: head, table, keys. */
    void writeFile(OutputStream out) throws IOException {
        out.write(head());
        out.write(table.bytes());
        ByteBuffer some = ByteBuffer.allocate(WRITE_KEYS * Long.BYTES);
        for (int from = 0; from < keys.length; from += WRITE_KEYS) {
            int count = Math.min(WRITE_KEYS, keys.length - from);
            some.asLongBuffer().put(keys, from, count);
            out.write(some.array(), 0, count * Long.BYTES);
        }
    }

    private byte[] head() {
        return new ListHead(
                        LIST,
                        EPOCH,
                        version,
                        table.bits(),
                        keys.length,
                        start.plusMillis(version),
                        start.plus(Duration.ofDays(1)).plusMillis(version),
                        HexFormat.of().formatHex(table.root()),
                        KeyId.of(signer.getPublic()))
                .sign(signer.getPrivate());
    }

    /** The next version: what comes is revoked, what goes loses the status that it had from the start. */
    ListDelta next(Cards.Changes changes) {
        long[] added = changes.added().stream()
                .mapToLong(card -> key(card, CardStatus.REVOKED))
                .toArray();
        long[] removed = changes.removed().stream().mapToLong(this::standingKey).toArray();
        sort(added);
        sort(removed);
        long[] next = merge(added, removed);
        TreeSet<Integer> touched = new TreeSet<>();
        for (long[] half : List.of(added, removed)) {
            for (long key : half) {
                touched.add(BucketTable.bucketOf(key, table.bits()));
            }
        }
        keys = next;
        if (BucketTable.bitsFor(keys.length) == table.bits()) {
            SortedMap<Integer, long[]> contents = new TreeMap<>();
            touched.forEach(bucket -> contents.put(bucket, bucket(bucket, table.bits())));
            table = table.replacing(contents);
        } else {
            table = BucketTable.of(keys);
        }
        version++;
        return ListDelta.of(head(), version - 1, added, removed);
    }

    private long standingKey(CardNumber card) {
        int index = (int) ((Long.parseLong(card.digits()) - Cards.FIRST) / Cards.RUN);
        return key(card, cards.status(index));
    }

    private long[] merge(long[] added, long[] removed) {
        long[] merged = new long[keys.length + added.length - removed.length];
        int at = 0;
        int adding = 0;
        int removing = 0;
        for (long key : keys) {
            while (adding < added.length && Long.compareUnsigned(added[adding], key) < 0) {
                merged[at++] = added[adding++];
            }
            if (removing < removed.length && removed[removing] == key) {
                removing++;
            } else {
                merged[at++] = key;
            }
        }
        System.arraycopy(added, adding, merged, at, added.length - adding);
        return merged;
    }

    private long[] bucket(int bucket, int bits) {
        return Arrays.copyOfRange(keys, firstOf(bucket, bits), firstOf(bucket + 1, bits));
    }

    /** Where the bucket begins in the keys as they are now. */
    private int firstOf(int bucket, int bits) {
        int low = 0;
        int high = keys.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (BucketTable.bucketOf(keys[middle], bits) < bucket) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
