package portvakt.gate.enrol;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.function.Consumer;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import portvakt.protocol.enrol.EnrolmentServer;
import portvakt.protocol.enrol.Possession;
import portvakt.protocol.enrol.SealedBox;
import portvakt.protocol.sign.Pem;
import portvakt.protocol.sign.Trust;
import portvakt.protocol.sign.TrustFiles;
import portvakt.protocol.v1.EnrolmentAnswer;
import portvakt.protocol.v1.EnrolmentListSecret;
import portvakt.protocol.v1.EnrolmentRequest;
import portvakt.protocol.v1.PassageDirection;

/** A server with an authority of its own, which lets in whoever comes as gate north of oslo, and does what a thief of the wire would. */
final class FakeEnrolmentServer implements EnrolmentLink {

    private final KeyPair authorityKeys = keyPair();
    private final X509Certificate authority = certificate("Authority", authorityKeys.getPublic(), authorityKeys);
    private final KeyPair enrolmentKeys = keyPair();
    private KeyPair root;
    private EnrolmentServer told;
    int requests;
    EnrolmentRequest asked;
    Consumer<EnrolmentAnswer.Builder> change = _ -> {};

    FakeEnrolmentServer() throws GeneralSecurityException {
        root = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        enrolmentName(EnrolmentServer.COMMON_NAME);
    }

    static KeyPair keyPair() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    private static X509Certificate certificate(String name, PublicKey key, KeyPair issuer)
            throws GeneralSecurityException {
        try {
            Instant now = Instant.now();
            return new JcaX509CertificateConverter()
                    .getCertificate(new JcaX509v3CertificateBuilder(
                                    new X500Name("CN=Authority"),
                                    BigInteger.valueOf(now.toEpochMilli()),
                                    Date.from(now.minusSeconds(60)),
                                    Date.from(now.plusSeconds(86_400)),
                                    new X500Name("CN=" + name),
                                    key)
                            .build(new JcaContentSignerBuilder("SHA256withECDSA").build(issuer.getPrivate())));
        } catch (OperatorCreationException e) {
            throw new GeneralSecurityException(e);
        }
    }

    private static String pem(X509Certificate certificate) throws GeneralSecurityException {
        return "-----BEGIN CERTIFICATE-----\n"
                + Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                        .encodeToString(certificate.getEncoded())
                + "\n-----END CERTIFICATE-----\n";
    }

    /** What the enrolment key's certificate names. */
    void enrolmentName(String name) throws GeneralSecurityException {
        told = new EnrolmentServer(
                pem(authority),
                Pem.of(root.getPublic()),
                1,
                pem(certificate(name, enrolmentKeys.getPublic(), authorityKeys)));
    }

    void newRoots() throws GeneralSecurityException {
        root = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        enrolmentName(EnrolmentServer.COMMON_NAME);
    }

    /** Says it is another server, and names its own key as that one's. */
    void claims(EnrolmentServer other) {
        told = new EnrolmentServer(other.authority(), other.roots(), other.threshold(), told.enrolment());
    }

    /** Says all that another server says. */
    void repeats(EnrolmentServer other) {
        told = other;
    }

    boolean renewalProves(PublicKey former) throws GeneralSecurityException {
        return Possession.proves(
                Possession.By.FORMER_KEY,
                asked.getFormerSignature().toByteArray(),
                former,
                enrolmentKeys.getPublic(),
                Possession.publicKey(asked.getPublicKey().toByteArray()));
    }

    @Override
    public EnrolmentServer server() {
        return told;
    }

    @Override
    public byte[] send(byte[] encapsulated, byte[] box) {
        requests++;
        try {
            SealedBox opened = SealedBox.from(encapsulated, enrolmentKeys, EnrolmentServer.info());
            byte[] message;
            try {
                message = opened.open(box);
            } catch (GeneralSecurityException e) {
                // Cannot read it, and answers all the same.
                return opened.sealAnswer(new byte[0]);
            }
            asked = EnrolmentRequest.parseFrom(message);
            PublicKey key = Possession.publicKey(asked.getPublicKey().toByteArray());
            EnrolmentAnswer.Builder answer = EnrolmentAnswer.newBuilder()
                    .setSite("oslo")
                    .setGate("north")
                    .setDirection(PassageDirection.PASSAGE_DIRECTION_OUT)
                    .setCertificate(ByteString.copyFrom(
                            certificate("gate:oslo:north", key, authorityKeys).getEncoded()))
                    .setTrustFile(ByteString.copyFrom(
                            TrustFiles.sign(new Trust(1, Instant.now(), List.of(), java.util.Map.of()), List.of(root))))
                    .setBroker("ssl://portvakt.example:8883")
                    .addLists(secret("hms-kort"))
                    .addLists(secret("site-oslo"));
            change.accept(answer);
            return opened.sealAnswer(answer.build().toByteArray());
        } catch (GeneralSecurityException | InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    private static EnrolmentListSecret secret(String list) {
        return EnrolmentListSecret.newBuilder()
                .setList(list)
                .setSecret(ByteString.copyFrom(new byte[16]))
                .build();
    }
}
