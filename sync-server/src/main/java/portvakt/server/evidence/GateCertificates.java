package portvakt.server.evidence;

import com.google.protobuf.ByteString;
import java.io.ByteArrayInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;

/** The certificates that are known of one gate. Immutable. */
public final class GateCertificates {

    /** Of a gate that was provisioned before its certificate was kept, or elsewhere. */
    public static final GateCertificates NONE = new GateCertificates(List.of());

    private final SequencedMap<String, X509Certificate> byDigest = new TreeMap<>();

    public GateCertificates(Collection<X509Certificate> certificates) {
        certificates.forEach(certificate -> byDigest.put(digest(der(certificate)), certificate));
    }

    /** @throws IllegalArgumentException if it is no certificate */
    public static X509Certificate parse(byte[] derOrPem) {
        try {
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(derOrPem));
        } catch (CertificateException e) {
            throw new IllegalArgumentException("no certificate: " + e.getMessage(), e);
        }
    }

    /** SHA-256 of the bytes, hexadecimal: how a seal names the certificate whose key made it. */
    public static String digest(byte[] der) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(der));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    static byte[] der(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (CertificateException e) {
            throw new IllegalArgumentException("a certificate that cannot be encoded", e);
        }
    }

    public boolean isEmpty() {
        return byDigest.isEmpty();
    }

    Optional<X509Certificate> find(ByteString sha256) {
        return Optional.ofNullable(byDigest.get(HexFormat.of().formatHex(sha256.toByteArray())));
    }

    public Collection<X509Certificate> all() {
        return byDigest.sequencedValues();
    }
}
