package portvakt.protocol.list;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import portvakt.protocol.Topics;
import portvakt.protocol.sign.KeyId;

/**
 * The head of a card status list: everything that the issuer signs. 168 bytes, big-endian; the signature covers all before it.
 *
 * <pre>
 *   0   4  "PVH1"
 *   4   1  bits        log2 of the number of buckets
 *   5   1  length of the list's name, 1 to 30
 *   6  30  name        ASCII, zero-padded
 *  36   4  epoch       rises when the trust in keys is renewed
 *  40   8  version     rises with every change of the set, within an epoch
 *  48   4  count       keys in the list
 *  52   8  issued      milliseconds since 1970
 *  60   8  expires
 *  68  32  root        {@link BucketTable#root()}
 * 100   4  key id      {@link KeyId} of the signing key
 * 104  64  signature   Ed25519 (RFC 8032)
 * </pre>
 */
public record ListHead(
        String list,
        int epoch,
        long version,
        int bits,
        int count,
        Instant issuedAt,
        Instant expiresAt,
        String rootHex,
        KeyId keyId) {

    public static final int SIZE_BYTES = 168;
    private static final int SIGNED_BYTES = SIZE_BYTES - 64;
    private static final int NAME_BYTES = 30;
    private static final byte[] MAGIC = {'P', 'V', 'H', '1'};

    public ListHead {
        Topics.name(list);
    }

    /** Signs and encodes. */
    public byte[] sign(PrivateKey key) {
        ByteBuffer head = ByteBuffer.allocate(SIZE_BYTES);
        byte[] name = list.getBytes(StandardCharsets.US_ASCII);
        head.put(MAGIC).put((byte) bits).put((byte) name.length).put(name);
        head.position(6 + NAME_BYTES);
        head.putInt(epoch).putLong(version).putInt(count);
        head.putLong(issuedAt.toEpochMilli()).putLong(expiresAt.toEpochMilli());
        head.put(HexFormat.of().parseHex(rootHex)).put(keyId.bytes());
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(key);
            signature.update(head.array(), 0, SIGNED_BYTES);
            head.put(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot sign with the list key", e);
        }
        return head.array();
    }

    /**
     * Decodes without proving: a caller must {@link #isSignedBy} before it believes a word.
     *
     * @throws MalformedListException if the bytes are no head
     */
    public static ListHead parse(byte[] bytes) throws MalformedListException {
        if (bytes.length != SIZE_BYTES) {
            throw new MalformedListException("a head has " + SIZE_BYTES + " bytes, got " + bytes.length);
        }
        ByteBuffer head = ByteBuffer.wrap(bytes);
        byte[] magic = new byte[MAGIC.length];
        head.get(magic);
        int bits = head.get();
        int nameLength = head.get();
        if (!Arrays.equals(magic, MAGIC) || bits < 0 || bits > BucketTable.BITS_MAX) {
            throw new MalformedListException("no head of a known format");
        }
        byte[] name = new byte[NAME_BYTES];
        head.get(name);
        if (nameLength < 1 || nameLength > NAME_BYTES) {
            throw new MalformedListException("a list's name has 1 to " + NAME_BYTES + " characters, got " + nameLength);
        }
        String list = new String(name, 0, nameLength, StandardCharsets.US_ASCII);
        for (int at = nameLength; at < NAME_BYTES; at++) {
            if (name[at] != 0) {
                throw new MalformedListException("the list's name is not padded with zeros");
            }
        }
        int epoch = head.getInt();
        long version = head.getLong();
        int count = head.getInt();
        long issued = head.getLong();
        long expires = head.getLong();
        byte[] root = new byte[32];
        head.get(root);
        byte[] keyId = new byte[KeyId.SIZE_BYTES];
        head.get(keyId);
        if (!Topics.isName(list) || epoch < 0 || version < 0 || count < 0 || issued < 0 || expires < issued) {
            throw new MalformedListException("a number or the name in the head is out of its range");
        }
        return new ListHead(
                list,
                epoch,
                version,
                bits,
                count,
                Instant.ofEpochMilli(issued),
                Instant.ofEpochMilli(expires),
                HexFormat.of().formatHex(root),
                KeyId.ofBytes(keyId));
    }

    /** Whether the encoded head carries a good signature of this key. */
    public static boolean isSignedBy(PublicKey key, byte[] bytes) {
        if (bytes.length != SIZE_BYTES) {
            return false;
        }
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initVerify(key);
            signature.update(bytes, 0, SIGNED_BYTES);
            return signature.verify(bytes, SIGNED_BYTES, SIZE_BYTES - SIGNED_BYTES);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
