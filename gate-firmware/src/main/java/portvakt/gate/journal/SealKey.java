package portvakt.gate.journal;

import com.google.protobuf.ByteString;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import portvakt.protocol.Topics.GateAddress;
import portvakt.protocol.event.EventChain;
import portvakt.protocol.event.JournalSeal;
import portvakt.protocol.mqtt.TlsIdentity;
import portvakt.protocol.v1.JournalSealed;

/** The gate's own key, with which it vouches for its journal ({@link JournalSeal}). Does not print the key. */
public record SealKey(GateAddress gate, TlsIdentity.OwnKey own) {

    /** @throws IllegalArgumentException if it is no key for ECDSA; found out by signing, which also makes the first seal a quick one */
    public SealKey {
        try {
            JournalSeal.sign(own.key(), gate, 0, EventChain.GENESIS, 0);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("a gate's key has to be one for ECDSA: " + e.getMessage(), e);
        }
    }

    /** Takes about a millisecond on a Raspberry Pi. @throws IllegalStateException if the key, which has signed before, does not now */
    public JournalSealed seal(long sequence, ByteString previousHash, long occurredAtMs) {
        try {
            return JournalSealed.newBuilder()
                    .setSignature(JournalSeal.sign(own.key(), gate, sequence, previousHash, occurredAtMs))
                    .setCertificateSha256(ByteString.copyFrom(MessageDigest.getInstance("SHA-256")
                            .digest(own.certificate().getEncoded())))
                    .build();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the gate's key does not sign: " + e.getMessage(), e);
        }
    }
}
