package portvakt.protocol.mqtt;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collections;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Who we are to a broker, and whom we believe to be one: a key with its certificate, and the one authority trusted. */
public final class TlsIdentity {

    private TlsIdentity() {}

    /** A private key and the certificate that names its owner. Does not print the key. */
    public record OwnKey(PrivateKey key, X509Certificate certificate) {
        @Override
        public String toString() {
            return "the key of " + certificate.getSubjectX500Principal();
        }
    }

    /** Our key, and what to speak TLS with by it. */
    public record Opened(SSLContext tls, OwnKey key) {}

    /**
     * Both of {@link #load} and {@link #ownKey}, for one opening of the file.
     *
     * @throws IOException naming the file that is missing or wrong, and what it should hold
     */
    public static Opened open(Path p12, Path passwordFile, Path caPem) throws IOException {
        char[] password = password(p12, passwordFile);
        KeyStore keys = keys(p12, passwordFile, password);
        return new Opened(tls(keys, p12, password, caPem), ownKey(keys, p12, password));
    }

    /**
     * Our key by itself, to sign with.
     *
     * @throws IOException naming the file that is missing or wrong, and what it should hold
     */
    public static OwnKey ownKey(Path p12, Path passwordFile) throws IOException {
        char[] password = password(p12, passwordFile);
        return ownKey(keys(p12, passwordFile, password), p12, password);
    }

    private static OwnKey ownKey(KeyStore keys, Path p12, char[] password) throws IOException {
        try {
            for (String alias : Collections.list(keys.aliases())) {
                if (keys.getKey(alias, password) instanceof PrivateKey key
                        && keys.getCertificate(alias) instanceof X509Certificate certificate) {
                    return new OwnKey(key, certificate);
                }
            }
        } catch (GeneralSecurityException e) {
            throw new IOException(p12 + ": holds no usable key and certificate", e);
        }
        throw new IOException(p12 + ": holds no usable key and certificate");
    }

    /**
     * @param p12          PKCS #12 with our private key and certificate
     * @param passwordFile its password, alone in the file
     * @param caPem        the certificates of the authorities trusted, PEM; the system's own are not
     * @throws IOException naming the file that is missing or wrong, and what it should hold
     */
    public static SSLContext load(Path p12, Path passwordFile, Path caPem) throws IOException {
        char[] password = password(p12, passwordFile);
        return tls(keys(p12, passwordFile, password), p12, password, caPem);
    }

    private static SSLContext tls(KeyStore keys, Path p12, char[] password, Path caPem) throws IOException {
        try {
            KeyManagerFactory ours = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            ours.init(keys, password);
            TrustManagerFactory theirs = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            theirs.init(authorities(caPem));
            SSLContext tls = SSLContext.getInstance("TLSv1.3");
            tls.init(ours.getKeyManagers(), theirs.getTrustManagers(), null);
            return tls;
        } catch (GeneralSecurityException e) {
            throw new IOException(p12 + ": holds no usable key and certificate", e);
        }
    }

    private static char[] password(Path p12, Path passwordFile) throws IOException {
        return read(passwordFile, "the password of " + p12).strip().toCharArray();
    }

    private static KeyStore keys(Path p12, Path passwordFile, char[] password) throws IOException {
        try (InputStream in = Files.newInputStream(p12)) {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(in, password);
            return keys;
        } catch (IOException | GeneralSecurityException e) {
            throw new IOException(p12 + ": no PKCS #12 that " + passwordFile + " opens", e);
        }
    }

    private static KeyStore authorities(Path caPem) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        try (InputStream in = Files.newInputStream(caPem)) {
            int index = 0;
            for (Certificate authority : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("authority-" + index++, authority);
            }
        } catch (IOException | GeneralSecurityException e) {
            throw new IOException(caPem + ": holds no certificate in PEM", e);
        }
        if (store.size() == 0) {
            throw new IOException(caPem + ": holds no certificate in PEM");
        }
        return store;
    }

    private static String read(Path file, String what) throws IOException {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new IOException(file + ": cannot be read; it should hold " + what, e);
        }
    }
}
