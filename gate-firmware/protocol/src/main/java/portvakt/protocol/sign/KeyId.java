package portvakt.protocol.sign;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.util.Arrays;
import java.util.HexFormat;

/** Names a public key: the first 4 bytes of the SHA-256 of its X.509 encoding. A hint which key to try, not a proof. */
public record KeyId(String hex) {

    public static final int SIZE_BYTES = 4;

    public static KeyId of(PublicKey key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(key.getEncoded());
            return ofBytes(Arrays.copyOf(digest, SIZE_BYTES));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    public static KeyId ofBytes(byte[] bytes) {
        return new KeyId(HexFormat.of().formatHex(bytes));
    }

    public byte[] bytes() {
        return HexFormat.of().parseHex(hex);
    }
}
