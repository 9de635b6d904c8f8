package portvakt.protocol.mqtt;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Security;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;

/**
 * PKCS #12 files (RFC 7292) as this system writes them: under a password of 192 random bits that stands in a file beside them. Such a
 * password cannot be guessed, so it is not stretched: one round, where Java would take three times ten thousand and a small board
 * seconds at each start. From the first use on this holds for all stores that the process writes; it writes no others.
 */
public final class Pkcs12 {

    private static final int PASSWORD_BYTES = 24;
    private static final String ROUNDS = "1";

    static {
        for (String part : List.of("certPbe", "keyPbe", "mac")) {
            Security.setProperty("keystore.pkcs12." + part + "IterationCount", ROUNDS);
        }
    }

    private Pkcs12() {}

    /** A new one. */
    public static String password() {
        byte[] random = new byte[PASSWORD_BYTES];
        new SecureRandom().nextBytes(random);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    }

    /** @param chain the key's own certificate first */
    public static byte[] identity(PrivateKey key, List<X509Certificate> chain, String password)
            throws GeneralSecurityException, IOException {
        KeyStore store = empty();
        store.setKeyEntry("key", key, password.toCharArray(), chain.toArray(Certificate[]::new));
        return bytes(store, password);
    }

    /** A store that trusts one authority. */
    public static byte[] trust(X509Certificate authority, String password)
            throws GeneralSecurityException, IOException {
        KeyStore store = empty();
        store.setCertificateEntry("authority", authority);
        return bytes(store, password);
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private static byte[] bytes(KeyStore store, String password) throws GeneralSecurityException, IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        store.store(out, password.toCharArray());
        return out.toByteArray();
    }
}
