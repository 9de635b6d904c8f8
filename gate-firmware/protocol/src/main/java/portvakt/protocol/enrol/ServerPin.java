package portvakt.protocol.enrol;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import portvakt.protocol.sign.RootKeys;

/**
 * Which server a gate is to believe, short enough to be typed: 75 bits over the certificate of the authority, the root keys and how
 * many of them must sign. Stretched, so that whoever wants another authority with the same pin pays {@link #ITERATIONS} hashes for
 * each of the 2^75 that they have to try.
 */
public record ServerPin(String symbols) {

    static final int SYMBOLS = 15;
    static final int ITERATIONS = 100_000;

    private static final int HASH_BITS = 256;
    private static final byte[] MARK = {'P', 'V', 'P', '1'};

    public ServerPin {
        if (symbols.length() != SYMBOLS || symbols.chars().anyMatch(each -> Symbols.value((char) each) < 0)) {
            throw new IllegalArgumentException("a pin is " + SYMBOLS + " symbols");
        }
    }

    /** Takes a tenth of a second. */
    public static ServerPin of(X509Certificate authority, RootKeys roots) {
        try {
            MessageDigest all = MessageDigest.getInstance("SHA-256");
            all.update(MARK);
            add(all, authority.getEncoded());
            all.update(
                    ByteBuffer.allocate(Integer.BYTES).putInt(roots.threshold()).array());
            // In an order of their own: who writes the file of the keys need not keep one.
            List<byte[]> keys = roots.keys().stream()
                    .map(PublicKey::getEncoded)
                    .sorted(java.util.Arrays::compareUnsigned)
                    .toList();
            for (byte[] key : keys) {
                add(all, key);
            }
            return new ServerPin(Symbols.of(stretched(all.digest()), SYMBOLS));
        } catch (CertificateEncodingException e) {
            throw new IllegalArgumentException("an authority that cannot be encoded", e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has SHA-256 and PBKDF2", e);
        }
    }

    private static void add(MessageDigest all, byte[] part) {
        all.update(ByteBuffer.allocate(Integer.BYTES).putInt(part.length).array());
        all.update(part);
    }

    private static byte[] stretched(byte[] digest) throws GeneralSecurityException {
        char[] text = HexFormat.of().formatHex(digest).toCharArray();
        return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                .generateSecret(new PBEKeySpec(text, MARK, ITERATIONS, HASH_BITS))
                .getEncoded();
    }
}
