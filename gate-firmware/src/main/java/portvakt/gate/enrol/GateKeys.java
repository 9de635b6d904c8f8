package portvakt.gate.enrol;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.Optional;

/**
 * The gate's new key, P-256, from before it is sent until its certificate is kept: if the answer gets lost, the next try asks with the
 * same key, and the server gives the same certificate again.
 */
public interface GateKeys {

    /** What was kept; empty: nothing. */
    Optional<String> load() throws IOException;

    /** Keeps it for the owner only; returns when it survives a power cut. */
    void keep(String text) throws IOException;

    /** The key that was kept, else a new one. One that cannot be read is of no use, so a new one takes its place. */
    default KeyPair get() throws IOException {
        Optional<KeyPair> kept = load().flatMap(GateKeys::parsed);
        if (kept.isPresent()) {
            return kept.get();
        }
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            KeyPair made = generator.generateKeyPair();
            Base64.Encoder base64 = Base64.getEncoder();
            keep(base64.encodeToString(made.getPrivate().getEncoded()) + "\n"
                    + base64.encodeToString(made.getPublic().getEncoded()) + "\n");
            return made;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has P-256", e);
        }
    }

    private static Optional<KeyPair> parsed(String text) {
        try {
            String[] lines = text.strip().split("\n");
            if (lines.length != 2) {
                return Optional.empty();
            }
            KeyFactory factory = KeyFactory.getInstance("EC");
            PublicKey open = factory.generatePublic(
                    new X509EncodedKeySpec(Base64.getDecoder().decode(lines[1])));
            return Optional.of(new KeyPair(
                    open,
                    factory.generatePrivate(
                            new PKCS8EncodedKeySpec(Base64.getDecoder().decode(lines[0])))));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
