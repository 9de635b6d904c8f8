package portvakt.protocol.sign;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Ed25519 keys as text (RFC 7468). */
public final class Pem {

    private static final Pattern PUBLIC_KEY =
            Pattern.compile("-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\\s]*)-----END PUBLIC KEY-----");
    private static final Pattern PRIVATE_KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]*)-----END PRIVATE KEY-----");
    private static final int LINE_CHARS = 64;

    private Pem() {}

    public static String of(PublicKey key) {
        return block("PUBLIC KEY", key.getEncoded());
    }

    public static String of(PrivateKey key) {
        return block("PRIVATE KEY", key.getEncoded());
    }

    /**
     * Every public key in a text, in its order.
     *
     * @throws GeneralSecurityException if there is none, or one is no Ed25519 key
     */
    public static List<PublicKey> publicKeys(String text) throws GeneralSecurityException {
        List<PublicKey> keys = new ArrayList<>();
        Matcher blocks = PUBLIC_KEY.matcher(text);
        while (blocks.find()) {
            keys.add(publicKey(decoded(blocks.group(1))));
        }
        if (keys.isEmpty()) {
            throw new InvalidKeySpecException("no public key in PEM");
        }
        return keys;
    }

    /** @throws GeneralSecurityException unless the text has one Ed25519 private key */
    public static PrivateKey privateKey(String text) throws GeneralSecurityException {
        Matcher block = PRIVATE_KEY.matcher(text);
        if (!block.find()) {
            throw new InvalidKeySpecException("no private key in PEM");
        }
        return KeyFactory.getInstance("Ed25519").generatePrivate(new PKCS8EncodedKeySpec(decoded(block.group(1))));
    }

    /** @throws GeneralSecurityException unless it is an Ed25519 key, X.509 encoding */
    static PublicKey publicKey(byte[] encoded) throws GeneralSecurityException {
        return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
    }

    private static byte[] decoded(String base64) throws InvalidKeySpecException {
        try {
            return Base64.getMimeDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw new InvalidKeySpecException("no Base64 in PEM", e);
        }
    }

    private static String block(String type, byte[] der) {
        String lines = Base64.getMimeEncoder(LINE_CHARS, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(der);
        return "-----BEGIN " + type + "-----\n" + lines + "\n-----END " + type + "-----\n";
    }
}
