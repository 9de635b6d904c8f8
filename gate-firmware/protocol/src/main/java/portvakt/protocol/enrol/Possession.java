package portvakt.protocol.enrol;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.X509EncodedKeySpec;

/**
 * The signatures in a request, ECDSA with SHA-256: what a certificate request (PKCS #10) proves, without its encoding. Each is over a
 * word of its own, the server's enrolment key and the gate's new key, so that none is of use elsewhere.
 */
public final class Possession {

    /** Whose signature it is. */
    public enum By {
        /** The new key's: whoever asks has it. */
        NEW_KEY("portvakt new key v1\n"),
        /** The former key's: the gate itself asks for another certificate. */
        FORMER_KEY("portvakt former key v1\n");

        private final byte[] word;

        By(String word) {
            this.word = word.getBytes(StandardCharsets.US_ASCII);
        }
    }

    private Possession() {}

    public static byte[] sign(By by, PrivateKey key, PublicKey server, PublicKey newKey)
            throws GeneralSecurityException {
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(key);
        signature.update(by.word);
        signature.update(server.getEncoded());
        signature.update(newKey.getEncoded());
        return signature.sign();
    }

    /** Whether the owner of {@code signer} signed. */
    public static boolean proves(By by, byte[] given, PublicKey signer, PublicKey server, PublicKey newKey) {
        try {
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initVerify(signer);
            signature.update(by.word);
            signature.update(server.getEncoded());
            signature.update(newKey.getEncoded());
            return signature.verify(given);
        } catch (GeneralSecurityException e) {
            // No signature at all, or of another kind of key.
            return false;
        }
    }

    /** @throws GeneralSecurityException unless it is a P-256 key, X.509 encoding */
    public static PublicKey publicKey(byte[] encoded) throws GeneralSecurityException {
        PublicKey key = KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(encoded));
        if (!(key instanceof ECPublicKey ec) || !SealedBox.isOnCurve(ec.getParams())) {
            throw new GeneralSecurityException("no P-256 key");
        }
        return key;
    }
}
