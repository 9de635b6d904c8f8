package portvakt.protocol.event;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import portvakt.protocol.Topics.GateAddress;

/**
 * What a gate signs to vouch for its journal: the hash chain makes the events before it one thing, the signature makes that thing the
 * gate's. The signature travels as an event of its own, {@code JournalSealed}, at the place that it seals.
 *
 * <pre>
 * message = "PVJ1" | length of site as u8 | site | length of gate as u8 | gate
 *           | sequence of the JournalSealed event as u64 | its previous hash, 32 bytes | its occurred_at_ms as i64   big-endian
 * </pre>
 *
 * The key is the one of the gate's certificate, so whoever trusts the authority that issued it needs no other key.
 */
public final class JournalSeal {

    private static final byte[] CONTEXT = {'P', 'V', 'J', '1'};
    private static final String ALGORITHM = "SHA256withECDSA";

    private JournalSeal() {}

    /** @throws GeneralSecurityException if the key is none for ECDSA */
    public static ByteString sign(
            PrivateKey key, GateAddress gate, long sequence, ByteString previousHash, long occurredAtMs)
            throws GeneralSecurityException {
        Signature signature = Signature.getInstance(ALGORITHM);
        signature.initSign(key);
        signature.update(message(gate, sequence, previousHash, occurredAtMs));
        return ByteString.copyFrom(signature.sign());
    }

    /** Whether the key's owner signed exactly this. False also for what is no signature at all. */
    public static boolean proves(
            PublicKey key,
            ByteString signed,
            GateAddress gate,
            long sequence,
            ByteString previousHash,
            long occurredAtMs) {
        try {
            Signature signature = Signature.getInstance(ALGORITHM);
            signature.initVerify(key);
            signature.update(message(gate, sequence, previousHash, occurredAtMs));
            return signature.verify(signed.toByteArray());
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    static byte[] message(GateAddress gate, long sequence, ByteString previousHash, long occurredAtMs) {
        byte[] site = gate.site().getBytes(StandardCharsets.US_ASCII);
        byte[] name = gate.gate().getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(CONTEXT.length
                        + 1
                        + site.length
                        + 1
                        + name.length
                        + Long.BYTES
                        + EventChain.HASH_BYTES
                        + Long.BYTES)
                .put(CONTEXT)
                .put((byte) site.length)
                .put(site)
                .put((byte) name.length)
                .put(name)
                .putLong(sequence)
                .put(previousHash.toByteArray())
                .putLong(occurredAtMs)
                .array();
    }
}
