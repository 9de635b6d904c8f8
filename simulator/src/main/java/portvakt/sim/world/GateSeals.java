package portvakt.sim.world;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.util.Date;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.CRC32;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import portvakt.gate.journal.SealKey;
import portvakt.protocol.Topics.GateAddress;
import portvakt.protocol.mqtt.TlsIdentity;

/** The key and certificate of each gate, with which it seals its journal. The same ones in each JVM, as {@link WorldKeys} are. For any thread. */
final class GateSeals {

    private static final long SEED = 20_260_602;
    private static final Duration VALID = Duration.ofDays(365);

    private static final Map<String, TlsIdentity.OwnKey> KEYS = new ConcurrentHashMap<>(); // looked up, never walked

    private GateSeals() {}

    /** What a gate signs with, and its copy too. @param computer from 1: each that a gate ever was has a key of its own */
    static SealKey of(GateAddress gate, int computer) {
        return new SealKey(gate, own(owner(gate, computer)));
    }

    /** What the server has of a gate. */
    static byte[] certificate(GateAddress gate, int computer) {
        try {
            return own(owner(gate, computer)).certificate().getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a certificate that was made here has a form", e);
        }
    }

    private static String owner(GateAddress gate, int computer) {
        return computer == 1 ? gate.gate() : gate.gate() + "-" + computer;
    }

    /** @param owner a gate's name, or a thief's */
    static TlsIdentity.OwnKey own(String owner) {
        KnownSignatures.install();
        return KEYS.computeIfAbsent(owner, GateSeals::make);
    }

    private static TlsIdentity.OwnKey make(String owner) {
        CRC32 crc = new CRC32();
        crc.update(owner.getBytes(StandardCharsets.US_ASCII));
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(
                    new ECGenParameterSpec("secp256r1"), new RepeatableRandom(new Dice(SEED + crc.getValue())));
            KeyPair pair = generator.generateKeyPair();
            KnownSignatures.know(pair.getPrivate(), pair.getPublic());
            return new TlsIdentity.OwnKey(pair.getPrivate(), selfSigned(owner, pair, crc.getValue()));
        } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
            throw new IllegalStateException("every Java has ECDSA", e);
        }
    }

    private static X509Certificate selfSigned(String owner, KeyPair pair, long serial)
            throws GeneralSecurityException, IOException, OperatorCreationException {
        X500Name name = new X500Name("CN=" + owner);
        return new JcaX509CertificateConverter()
                .getCertificate(new JcaX509v3CertificateBuilder(
                                name,
                                BigInteger.valueOf(serial + 1),
                                Date.from(SimTime.BEGIN),
                                Date.from(SimTime.BEGIN.plus(VALID)),
                                name,
                                pair.getPublic())
                        .build(new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate())));
    }
}
