package portvakt.protocol.pass;

import com.upokecenter.cbor.CBORObject;
import com.upokecenter.cbor.CBORType;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;

/**
 * A payload under one signature (RFC 9052 § 4.2, COSE_Sign1 without its tag), by Ed25519 (RFC 9053 § 2.2, EdDSA, -8). Nothing
 * stands outside the signature: the unprotected header is empty.
 *
 * @param protectedHeader as encoded, since the signature covers these very bytes
 */
record CoseSign1(byte[] protectedHeader, byte[] payload, byte[] signature) {

    static final int SIGNATURE_BYTES = 64;
    private static final String CONTEXT = "Signature1";

    static CoseSign1 sign(byte[] protectedHeader, byte[] payload, PrivateKey key) {
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(key);
            signature.update(toBeSigned(protectedHeader, payload));
            return new CoseSign1(protectedHeader, payload, signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot sign a pass", e);
        }
    }

    boolean isSignedBy(PublicKey key) {
        try {
            Signature verifier = Signature.getInstance("Ed25519");
            verifier.initVerify(key);
            verifier.update(toBeSigned(protectedHeader, payload));
            return verifier.verify(signature);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /** RFC 9052 § 4.4, Sig_structure; no external data. */
    static byte[] toBeSigned(byte[] protectedHeader, byte[] payload) {
        return CanonicalCbor.encode(CBORObject.NewArray()
                .Add(CBORObject.FromObject(CONTEXT))
                .Add(CBORObject.FromObject(protectedHeader))
                .Add(CBORObject.FromObject(new byte[0]))
                .Add(CBORObject.FromObject(payload)));
    }

    byte[] encode() {
        return CanonicalCbor.encode(CBORObject.NewArray()
                .Add(CBORObject.FromObject(protectedHeader))
                .Add(CBORObject.NewMap())
                .Add(CBORObject.FromObject(payload))
                .Add(CBORObject.FromObject(signature)));
    }

    /** @throws PassRefusedException with NOT_CANONICAL, TRAILING_BYTES, STRUCTURE, or HEADER for an unprotected one */
    static CoseSign1 decode(byte[] bytes) throws PassRefusedException {
        CBORObject value = CanonicalCbor.decode(bytes);
        if (value.getType() != CBORType.Array
                || value.size() != 4
                || value.get(1).getType() != CBORType.Map) {
            throw new PassRefusedException(PassRefusal.STRUCTURE);
        }
        if (value.get(1).size() > 0) {
            throw new PassRefusedException(PassRefusal.HEADER);
        }
        return new CoseSign1(part(value.get(0)), part(value.get(2)), part(value.get(3)));
    }

    private static byte[] part(CBORObject value) throws PassRefusedException {
        return CanonicalCbor.bytes(value).orElseThrow(() -> new PassRefusedException(PassRefusal.STRUCTURE));
    }
}
