package portvakt.server.adapter.pki;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import portvakt.protocol.Topics.GateAddress;
import portvakt.protocol.enrol.EnrolmentServer;
import portvakt.protocol.mqtt.Pkcs12;
import portvakt.server.adapter.file.SecretFile;

/**
 * The server's own certificate authority, in a folder of files for the owner only. Made at the first start; whoever loses it
 * has to provision every gate anew. Methods are synchronized: they write files.
 */
public final class CertificateAuthority {

    private static final Duration AUTHORITY_VALIDITY = Duration.ofDays(3650);
    private static final Duration SERVER_VALIDITY = Duration.ofDays(825);
    /** At a start with less than this left, the server's certificates are made anew. */
    static final Duration RENEW_BEFORE_END = Duration.ofDays(400);

    private static final List<String> LOCAL_NAMES = List.of("localhost", "127.0.0.1");

    private final Path folder;
    private final X509Certificate certificate;
    private final PrivateKey key;

    /** Files of one identity: key and certificate, the password to them, and the authority that it trusts. */
    public record IdentityFiles(Path p12, Path passwordFile, Path caPem) {}

    /** What the broker's acceptor needs: its own identity, and a store with this authority alone, under the same password. */
    public record AcceptorFiles(IdentityFiles identity, Path trustP12) {}

    private CertificateAuthority(Path folder, X509Certificate certificate, PrivateKey key) {
        this.folder = folder;
        this.certificate = certificate;
        this.key = key;
    }

    /** @throws IOException if the files are damaged or cannot be read or written; the message names them and the remedy */
    public static CertificateAuthority openOrCreate(Path folder, Instant now) throws IOException {
        SecretFile.createFolder(folder);
        Path keyFile = folder.resolve("ca.key");
        Path certificateFile = folder.resolve("ca.pem");
        try {
            if (!SecretFile.exists(keyFile) && !SecretFile.exists(certificateFile)) {
                KeyPair keys = CertificateFactory.keyPair();
                X509Certificate made =
                        CertificateFactory.authority("Portvakt authority", keys, now, AUTHORITY_VALIDITY);
                SecretFile.write(keyFile, pem("PRIVATE KEY", keys.getPrivate().getEncoded()));
                SecretFile.writePublic(certificateFile, pem("CERTIFICATE", made.getEncoded()));
            }
            PrivateKey key = KeyFactory.getInstance("EC")
                    .generatePrivate(new PKCS8EncodedKeySpec(Base64.getMimeDecoder()
                            .decode(Files.readString(keyFile).replaceAll("-----[A-Z ]+-----", ""))));
            try (InputStream in = Files.newInputStream(certificateFile)) {
                X509Certificate certificate =
                        (X509Certificate) java.security.cert.CertificateFactory.getInstance("X.509")
                                .generateCertificate(in);
                return new CertificateAuthority(folder, certificate, key);
            }
        } catch (GeneralSecurityException | IllegalArgumentException | java.nio.file.NoSuchFileException e) {
            throw new IOException(
                    "the certificate authority in " + folder + " is damaged or incomplete (" + e.getMessage()
                            + "). Put ca.key and ca.pem back from a backup. Without one, remove the folder and provision"
                            + " every gate anew.",
                    e);
        }
    }

    /**
     * The broker's files, made or made anew if there are none, they are near their end, or do not name all the hosts.
     *
     * @param hostNames names and addresses under which gates reach this server; localhost is added
     */
    public synchronized AcceptorFiles acceptor(List<String> hostNames, Instant now) throws IOException {
        Set<String> names = new LinkedHashSet<>(LOCAL_NAMES);
        names.addAll(hostNames);
        List<GeneralName> alternatives = new ArrayList<>();
        for (String name : names) {
            alternatives.add(new GeneralName(isAddress(name) ? GeneralName.iPAddress : GeneralName.dNSName, name));
        }
        IdentityFiles files = files("broker");
        Path trust = folder.resolve("broker-trust.p12");
        if (!isGood(files, names, now) || !SecretFile.exists(trust)) {
            issue(
                    new CertificateFactory.Purpose("Portvakt broker", KeyPurposeId.id_kp_serverAuth, alternatives),
                    files,
                    SERVER_VALIDITY,
                    now);
            writeTrust(trust, Files.readString(files.passwordFile).strip());
        }
        return new AcceptorFiles(files, trust);
    }

    /** The files of the server's own MQTT client, made or made anew likewise. */
    public synchronized IdentityFiles serverClient(Instant now) throws IOException {
        IdentityFiles files = files("server");
        if (!isGood(files, Set.of(), now)) {
            issue(client(new Identity.Server()), files, SERVER_VALIDITY, now);
        }
        return files;
    }

    /**
     * Writes {@code gate.p12}, {@code gate.p12.password} and {@code ca.pem} of a new certificate into a gate's folder.
     *
     * @return the certificate
     */
    synchronized X509Certificate issueGate(GateAddress gate, Duration validity, Path gateFolder, Instant now)
            throws IOException {
        SecretFile.createFolder(gateFolder);
        IdentityFiles files = new IdentityFiles(
                gateFolder.resolve("gate.p12"), gateFolder.resolve("gate.p12.password"), gateFolder.resolve("ca.pem"));
        X509Certificate issued = issue(client(new Identity.Gate(gate)), files, validity, now);
        SecretFile.writePublic(files.caPem, pem());
        return issued;
    }

    /** A certificate for a key that the gate made itself. */
    X509Certificate certify(GateAddress gate, PublicKey key, Duration validity, Instant now)
            throws GeneralSecurityException {
        return CertificateFactory.leaf(client(new Identity.Gate(gate)), key, certificate, this.key, now, validity);
    }

    /** The files of the key that gates seal their requests to, made or made anew likewise. */
    synchronized IdentityFiles enrolment(Instant now) throws IOException {
        IdentityFiles files = files("enrolment");
        if (!isGood(files, Set.of(), now)) {
            issue(
                    new CertificateFactory.Purpose(EnrolmentServer.COMMON_NAME, Optional.empty(), List.of()),
                    files,
                    SERVER_VALIDITY,
                    now);
        }
        return files;
    }

    /** The authority's own certificate. */
    public X509Certificate certificate() {
        return certificate;
    }

    /** How a certificate's serial number is written down. */
    public static String serial(X509Certificate certificate) {
        return certificate.getSerialNumber().toString(16);
    }

    private static CertificateFactory.Purpose client(Identity identity) {
        return new CertificateFactory.Purpose(identity.commonName(), KeyPurposeId.id_kp_clientAuth, List.of());
    }

    private IdentityFiles files(String name) {
        return new IdentityFiles(
                folder.resolve(name + ".p12"), folder.resolve(name + ".p12.password"), folder.resolve("ca.pem"));
    }

    private X509Certificate issue(
            CertificateFactory.Purpose purpose, IdentityFiles files, Duration validity, Instant now)
            throws IOException {
        try {
            KeyPair keys = CertificateFactory.keyPair();
            X509Certificate issued =
                    CertificateFactory.leaf(purpose, keys.getPublic(), certificate, key, now, validity);
            String password = Pkcs12.password();
            byte[] store = Pkcs12.identity(keys.getPrivate(), List.of(issued, certificate), password);
            // The password first: a store without its password is useless, a password without its store is made anew.
            SecretFile.write(files.passwordFile, password + "\n");
            SecretFile.write(files.p12, store);
            return issued;
        } catch (GeneralSecurityException e) {
            throw new IOException("cannot make the certificate for " + purpose.commonName(), e);
        }
    }

    private void writeTrust(Path file, String password) throws IOException {
        try {
            SecretFile.write(file, Pkcs12.trust(certificate, password));
        } catch (GeneralSecurityException e) {
            throw new IOException("cannot write " + file, e);
        }
    }

    private boolean isGood(IdentityFiles files, Set<String> names, Instant now) {
        if (!SecretFile.exists(files.p12) || !SecretFile.exists(files.passwordFile)) {
            return false;
        }
        try (InputStream in = Files.newInputStream(files.p12)) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(in, Files.readString(files.passwordFile).strip().toCharArray());
            X509Certificate existing = (X509Certificate) store.getCertificate("key");
            existing.verify(certificate.getPublicKey());
            Set<String> named = new LinkedHashSet<>();
            if (existing.getSubjectAlternativeNames() != null) {
                existing.getSubjectAlternativeNames().forEach(name -> named.add(String.valueOf(name.get(1))));
            }
            return named.containsAll(names)
                    && existing.getNotAfter().toInstant().isAfter(now.plus(RENEW_BEFORE_END));
        } catch (IOException | GeneralSecurityException e) {
            // It is ours to make: a damaged one is made anew like an old one.
            return false;
        }
    }

    private static boolean isAddress(String name) {
        return name.matches("[0-9.]+") || name.contains(":");
    }

    /** The same, PEM. */
    String pem() {
        try {
            return pem("CERTIFICATE", certificate.getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the authority's own certificate cannot be encoded", e);
        }
    }

    static String pem(String type, byte[] der) {
        String lines = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(der);
        return "-----BEGIN " + type + "-----\n" + lines + "\n-----END " + type + "-----\n";
    }
}
