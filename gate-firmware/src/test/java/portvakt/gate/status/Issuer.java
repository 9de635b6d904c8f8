package portvakt.gate.status;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;
import portvakt.protocol.list.BucketTable;
import portvakt.protocol.list.CardKeys;
import portvakt.protocol.list.ListHead;
import portvakt.protocol.list.SnapshotChunks;
import portvakt.protocol.sign.KeyId;
import portvakt.protocol.sign.SignedFacts;

/** Makes lists as their issuer does. */
public final class Issuer {

    public static final byte[] SECRET = "0123456789abcdef".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    public static final String LIST = "hms-kort";

    final KeyPair keys;

    public Issuer() {
        try {
            keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** A signed document of this type. */
    public byte[] document(String type, byte[] payload) {
        return SignedFacts.sign(type, payload, keys.getPrivate(), KeyId.of(keys.getPublic()))
                .toByteArray();
    }

    public record Snapshot(byte[] head, List<byte[]> table, List<byte[]> keys, long version) {}

    /** What a test changes about a head before it is signed. */
    interface Twist {
        ListHead of(ListHead honest);
    }

    public PublicKey publicKey() {
        return keys.getPublic();
    }

    public Snapshot snapshot(long version, Instant issuedAt, Map<CardNumber, CardStatus> cards) {
        return snapshot(version, issuedAt, cards, honest -> honest);
    }

    public Snapshot snapshot(int epoch, long version, Instant issuedAt, Map<CardNumber, CardStatus> cards) {
        return snapshot(
                version,
                issuedAt,
                cards,
                honest -> new ListHead(
                        honest.list(),
                        epoch,
                        honest.version(),
                        honest.bits(),
                        honest.count(),
                        honest.issuedAt(),
                        honest.expiresAt(),
                        honest.rootHex(),
                        honest.keyId()));
    }

    Snapshot snapshot(long version, Instant issuedAt, Map<CardNumber, CardStatus> cards, Twist twist) {
        CardKeys permutation = new CardKeys(SECRET);
        long[] sorted = cards.entrySet().stream()
                .map(card -> permutation.key(card.getKey(), card.getValue()))
                .sorted(Long::compareUnsigned)
                .mapToLong(Long::longValue)
                .toArray();
        BucketTable table = BucketTable.of(sorted);
        ListHead head = twist.of(new ListHead(
                LIST,
                1,
                version,
                table.bits(),
                sorted.length,
                issuedAt,
                issuedAt.plus(Duration.ofDays(30)),
                java.util.HexFormat.of().formatHex(table.root()),
                KeyId.of(keys.getPublic())));
        List<byte[]> tableParts = new ArrayList<>();
        for (int part = 0; part < SnapshotChunks.tableChunks(table.bits()); part++) {
            tableParts.add(SnapshotChunks.tableChunk(table, part));
        }
        List<byte[]> keyParts = SnapshotChunks.keyChunks(table).stream()
                .map(chunk -> bytes(sorted, table.start(chunk.fromBucket()), table.start(chunk.untilBucket())))
                .toList();
        return new Snapshot(head.sign(keys.getPrivate()), tableParts, keyParts, version);
    }

    private static byte[] bytes(long[] keys, int from, int until) {
        ByteBuffer bytes = ByteBuffer.allocate((until - from) * Long.BYTES);
        bytes.asLongBuffer().put(keys, from, until - from);
        return bytes.array();
    }

    /** {@code count} cards from number 1,000,000 on: every third suspended, the others revoked. */
    public static Map<CardNumber, CardStatus> cards(int count) {
        Map<CardNumber, CardStatus> cards = new java.util.TreeMap<>();
        Stream.iterate(0, at -> at < count, at -> at + 1)
                .forEach(at -> cards.put(
                        new CardNumber("" + (1_000_000 + at)),
                        at % 3 == 0 ? CardStatus.SUSPENDED : CardStatus.REVOKED));
        return cards;
    }
}
