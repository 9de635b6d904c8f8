package portvakt.gate.testing;

import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import javax.net.ssl.SSLContext;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.io.pem.PemObject;
import portvakt.protocol.mqtt.TlsIdentity;

/** An authority made for one test, and the certificates that it gives out: nothing of it outlives the test's folder. */
public final class Certificates {

    private static final char[] PASSWORD = "for one test".toCharArray();

    private final Path folder;
    private final KeyPair authorityKeys = keys();
    private final X509Certificate authority;
    private int serial = 1;

    public Certificates(Path folder) throws IOException {
        this.folder = folder;
        this.authority = certificate("CN=authority", authorityKeys, true);
        Files.writeString(authorityPem(), pem(authority));
        Files.writeString(folder.resolve("password"), new String(PASSWORD));
    }

    public Path authorityPem() {
        return folder.resolve("authority.pem");
    }

    /** Writes {@code name.pem} and {@code name.key} for a server on localhost. */
    public void server(String name) throws IOException {
        KeyPair keys = keys();
        Files.writeString(folder.resolve(name + ".pem"), pem(certificate("CN=" + name, keys, false)));
        Files.writeString(
                folder.resolve(name + ".key"),
                pem(new PemObject("PRIVATE KEY", keys.getPrivate().getEncoded())));
    }

    /** Makes a client's certificate and loads it as a running program does. */
    public SSLContext client(String name) throws IOException {
        KeyPair keys = keys();
        Path p12 = folder.resolve(name + ".p12");
        try (var out = Files.newOutputStream(p12)) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry(name, keys.getPrivate(), PASSWORD, new Certificate[] {
                certificate("CN=" + name, keys, false), authority
            });
            store.store(out, PASSWORD);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
        return TlsIdentity.load(p12, folder.resolve("password"), authorityPem());
    }

    private X509Certificate certificate(String name, KeyPair keys, boolean isAuthority) throws IOException {
        try {
            Instant now = Instant.now();
            JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    new X500Name("CN=authority"),
                    BigInteger.valueOf(serial++),
                    Date.from(now.minus(Duration.ofHours(1))),
                    Date.from(now.plus(Duration.ofDays(1))),
                    new X500Name(name),
                    keys.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(isAuthority));
            builder.addExtension(
                    Extension.subjectAlternativeName,
                    false,
                    new GeneralNames(new GeneralName(GeneralName.dNSName, "localhost")));
            return new JcaX509CertificateConverter()
                    .getCertificate(builder.build(
                            new JcaContentSignerBuilder("SHA256withECDSA").build(authorityKeys.getPrivate())));
        } catch (GeneralSecurityException | OperatorCreationException e) {
            throw new AssertionError(e);
        }
    }

    private static KeyPair keys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(256);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static String pem(Object what) throws IOException {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            writer.writeObject(what);
        }
        return text.toString();
    }
}
