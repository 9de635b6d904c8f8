package portvakt.protocol.enrol;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import portvakt.protocol.sign.Pem;
import portvakt.protocol.sign.RootKeys;

/**
 * What a server tells everybody who asks, before anything is sent to it. None of it is secret, and none is believed for its own
 * sake: {@link #pin} has to be the one in the code, or the authority the one that the gate has already.
 *
 * @param authority certificate of the authority that certifies gates, brokers and the enrolment key; PEM
 * @param roots     public root keys, PEM
 * @param threshold how many of them must sign a trust file
 * @param enrolment certificate of the key that requests are sealed to, by that authority; PEM
 */
public record EnrolmentServer(String authority, String roots, int threshold, String enrolment) {

    /** The common name of the enrolment key's certificate; a gate's has colons in it. */
    public static final String COMMON_NAME = "enrolment";

    /** What requests are sealed for. */
    public static byte[] info() {
        return "portvakt enrolment v1".getBytes(StandardCharsets.US_ASCII);
    }

    /** @throws GeneralSecurityException if it is none */
    public X509Certificate authorityCertificate() throws GeneralSecurityException {
        return certificate(authority);
    }

    /** @throws GeneralSecurityException if there is none, or one is no Ed25519 key, or the threshold is none */
    public RootKeys rootKeys() throws GeneralSecurityException {
        try {
            return new RootKeys(Pem.publicKeys(roots), threshold);
        } catch (IllegalArgumentException e) {
            throw new GeneralSecurityException(e.getMessage(), e);
        }
    }

    public ServerPin pin() throws GeneralSecurityException {
        return ServerPin.of(authorityCertificate(), rootKeys());
    }

    /**
     * The key that requests are sealed to. The dates of its certificate are not looked at: a gate that is enrolled the first time may
     * not know what day it is, and what counts is that the authority made it for this.
     *
     * @throws GeneralSecurityException if the authority did not
     */
    public PublicKey enrolmentKey() throws GeneralSecurityException {
        X509Certificate certificate = certificate(enrolment);
        certificate.verify(authorityCertificate().getPublicKey());
        if (!certificate.getSubjectX500Principal().getName().equals("CN=" + COMMON_NAME)) {
            throw new GeneralSecurityException("the enrolment key's certificate is that of "
                    + certificate.getSubjectX500Principal().getName());
        }
        return certificate.getPublicKey();
    }

    private static X509Certificate certificate(String pem) throws GeneralSecurityException {
        return (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8)));
    }
}
