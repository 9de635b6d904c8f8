package portvakt.server.adapter.pki;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import portvakt.protocol.Direction;
import portvakt.protocol.Topics.GateAddress;
import portvakt.protocol.enrol.EnrolmentCode;
import portvakt.protocol.enrol.EnrolmentServer;
import portvakt.protocol.enrol.Possession;
import portvakt.protocol.enrol.SealedBox;
import portvakt.protocol.enrol.ServerPin;
import portvakt.protocol.event.JournalStart;
import portvakt.protocol.mqtt.TlsIdentity;
import portvakt.protocol.v1.EnrolmentAnswer;
import portvakt.protocol.v1.EnrolmentListSecret;
import portvakt.protocol.v1.EnrolmentRequest;
import portvakt.server.evidence.GateCertificates;
import portvakt.server.port.GateAdmission;
import portvakt.server.port.GateCodes;
import portvakt.server.port.GateCodes.Condition;
import portvakt.server.port.GateRegistry;

/** Lets gates in with keys that they made themselves. */
public final class GateAdmissions implements GateAdmission {

    private static final int HASH_ITERATIONS = 100_000;
    private static final int HASH_BITS = 256;
    private static final byte[] HASH_SALT = "portvakt code v1".getBytes(StandardCharsets.US_ASCII);

    private final CertificateAuthority authority;
    private final KeyPair enrolmentKey;
    private final String enrolmentPem;
    private final GateRegistry registry;
    private final GateCodes codes;
    private final GateProvisioning.Trust trust;
    private final Settings settings;
    private final SecureRandom random = new SecureRandom();

    /**
     * @param certificateValidity of a gate's certificate
     * @param codeValidity        of a code
     * @param broker              where gates find the broker, as far as it is known
     */
    public record Settings(Duration certificateValidity, Duration codeValidity, Optional<URI> broker) {}

    /** @throws IOException if the enrolment key cannot be made, read or written */
    public GateAdmissions(
            CertificateAuthority authority,
            GateRegistry registry,
            GateCodes codes,
            GateProvisioning.Trust trust,
            Settings settings,
            Instant now)
            throws IOException {
        this.authority = authority;
        this.registry = registry;
        this.codes = codes;
        this.trust = trust;
        this.settings = settings;
        CertificateAuthority.IdentityFiles files = authority.enrolment(now);
        TlsIdentity.OwnKey own = TlsIdentity.ownKey(files.p12(), files.passwordFile());
        this.enrolmentKey = new KeyPair(own.certificate().getPublicKey(), own.key());
        this.enrolmentPem = pem(own.certificate());
    }

    private static String pem(X509Certificate certificate) throws IOException {
        try {
            return CertificateAuthority.pem("CERTIFICATE", certificate.getEncoded());
        } catch (CertificateException e) {
            throw new IOException("the enrolment key's certificate cannot be encoded", e);
        }
    }

    @Override
    public EnrolmentServer server() {
        // The root keys may be others than at the start.
        return new EnrolmentServer(authority.pem(), trust.rootsPem(), trust.rootThreshold(), enrolmentPem);
    }

    @Override
    public Made makeCode(GateAddress gate, Direction direction, String by, Instant now) {
        EnrolmentCode code = EnrolmentCode.random(pin(), random);
        return new Made(
                codes.add(new GateCodes.Fresh(
                        gate,
                        direction,
                        EnrolmentCode.name(code.secret()),
                        hash(code.secret()),
                        by,
                        now,
                        now.plus(settings.codeValidity()))),
                code);
    }

    private ServerPin pin() {
        try {
            return server().pin();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("our own authority and root keys cannot be read", e);
        }
    }

    /** Slow, for the sake of whoever steals the database: 60 bits alone would not withstand them. */
    private static String hash(String secret) {
        try {
            return HexFormat.of()
                    .formatHex(SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                            .generateSecret(new PBEKeySpec(secret.toCharArray(), HASH_SALT, HASH_ITERATIONS, HASH_BITS))
                            .getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has PBKDF2", e);
        }
    }

    @Override
    public List<GateCodes.Code> codes(String site, int limit) {
        return codes.newest(site, limit);
    }

    @Override
    public boolean withdraw(String site, long id, String by, Instant now) {
        return codes.withdraw(site, id, by, now);
    }

    /** A request that proves what it says of its key. */
    private record Proved(EnrolmentRequest request, PublicKey key) {}

    @Override
    public Admitted admit(byte[] encapsulated, byte[] sealed, Instant now) throws Refused {
        SealedBox box;
        Proved proved;
        try {
            box = SealedBox.from(encapsulated, enrolmentKey, EnrolmentServer.info());
            EnrolmentRequest request = EnrolmentRequest.parseFrom(box.open(sealed));
            proved = new Proved(
                    request, Possession.publicKey(request.getPublicKey().toByteArray()));
        } catch (GeneralSecurityException | InvalidProtocolBufferException e) {
            throw new Refused(Refusal.MALFORMED);
        }
        EnrolmentRequest request = proved.request;
        if (!Possession.proves(
                Possession.By.NEW_KEY,
                request.getPossession().toByteArray(),
                proved.key,
                enrolmentKey.getPublic(),
                proved.key)) {
            throw new Refused(Refusal.MALFORMED);
        }
        return request.getFormerCertificate().isEmpty() ? byCode(proved, box, now) : byCertificate(proved, box, now);
    }

    private Admitted byCode(Proved proved, SealedBox box, Instant now) throws Refused {
        String secret = proved.request.getCodeSecret();
        if (!EnrolmentCode.isSecret(secret)) {
            throw new Refused(Refusal.MALFORMED);
        }
        GateCodes.Code code = find(secret, now);
        refuseOther(proved.request, code.gate());
        String who = "code by " + code.createdBy();
        if (code.condition(now) == Condition.USED
                && now.isBefore(code.expiresAt())
                && code.usedKey().equals(Optional.of(digest(proved.key)))) {
            X509Certificate had = current(code.gate())
                    .filter(certificate -> certificate.getPublicKey().equals(proved.key))
                    .orElseThrow(() -> new Refused(Refusal.USED));
            // Nothing moves: whoever sends an old request again must not settle anything.
            return new Admitted(
                    code.gate(),
                    who,
                    true,
                    true,
                    sealed(answer(code.gate(), code.direction(), had), registry.logEnd(code.gate()), box));
        }
        refuse(code.condition(now));
        X509Certificate certificate = certified(code.gate(), proved.key, now);
        // Made first: if it cannot be, the code is not spent and the gate not cut off.
        EnrolmentAnswer.Builder answer = answer(code.gate(), code.direction(), certificate);
        JournalStart logEnd = registry.register(
                        certifiedRow(code.gate(), code.direction(), Optional.of(code.id()), proved.key, certificate),
                        now)
                .orElseThrow(() -> new Refused(Refusal.USED));
        return new Admitted(code.gate(), who, true, false, sealed(answer, logEnd, box));
    }

    private GateCodes.Code find(String secret, Instant now) throws Refused {
        List<GateCodes.Hashed> meant = codes.named(EnrolmentCode.name(secret));
        if (meant.isEmpty()) {
            throw new Refused(Refusal.UNKNOWN);
        }
        String hash = hash(secret);
        for (GateCodes.Hashed each : meant) {
            if (MessageDigest.isEqual(
                    each.hash().getBytes(StandardCharsets.US_ASCII), hash.getBytes(StandardCharsets.US_ASCII))) {
                return each.code();
            }
        }
        meant.stream()
                .map(GateCodes.Hashed::code)
                .filter(code -> code.condition(now) == Condition.OPEN)
                .forEach(code -> codes.tried(code.id()));
        throw new Refused(Refusal.UNKNOWN);
    }

    private static void refuse(Condition condition) throws Refused {
        switch (condition) {
            case OPEN -> {
                // Goes on.
            }
            case USED -> throw new Refused(Refusal.USED);
            case EXPIRED -> throw new Refused(Refusal.EXPIRED);
            case WITHDRAWN -> throw new Refused(Refusal.WITHDRAWN);
            case TRIED_OUT -> throw new Refused(Refusal.TRIED_OUT);
        }
    }

    /** A gate's settings and its identity have to name the same gate, or it would never run. */
    private static void refuseOther(EnrolmentRequest request, GateAddress gate) throws Refused {
        boolean told = !request.getSite().isEmpty() || !request.getGate().isEmpty();
        if (told && !(request.getSite().equals(gate.site()) && request.getGate().equals(gate.gate()))) {
            throw new Refused(Refusal.OTHER_GATE);
        }
    }

    private Admitted byCertificate(Proved proved, SealedBox box, Instant now) throws Refused {
        X509Certificate former;
        GateAddress gate;
        try {
            former =
                    GateCertificates.parse(proved.request.getFormerCertificate().toByteArray());
            former.verify(authority.certificate().getPublicKey());
            gate = gate(former).orElseThrow(() -> new GeneralSecurityException("no gate's certificate"));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new Refused(Refusal.MALFORMED);
        }
        if (!Possession.proves(
                Possession.By.FORMER_KEY,
                proved.request.getFormerSignature().toByteArray(),
                former.getPublicKey(),
                enrolmentKey.getPublic(),
                proved.key)) {
            throw new Refused(Refusal.MALFORMED);
        }
        refuseOther(proved.request, gate);
        X509Certificate current = current(gate).orElseThrow(() -> new Refused(Refusal.CUT_OFF));
        Direction direction = registry.direction(gate).orElseThrow(() -> new Refused(Refusal.CUT_OFF));
        if (current.getPublicKey().equals(proved.key)) {
            return new Admitted(
                    gate,
                    "its certificate",
                    false,
                    true,
                    sealed(answer(gate, direction, current), JournalStart.NONE, box));
        }
        if (!current.equals(former)) {
            throw new Refused(Refusal.CUT_OFF);
        }
        if (!now.isBefore(former.getNotAfter().toInstant())) {
            throw new Refused(Refusal.CERTIFICATE_OVER);
        }
        X509Certificate certificate = certified(gate, proved.key, now);
        byte[] answer = sealed(answer(gate, direction, certificate), JournalStart.NONE, box);
        registry.register(certifiedRow(gate, direction, Optional.empty(), proved.key, certificate), now);
        return new Admitted(gate, "its certificate", false, false, answer);
    }

    private static Optional<GateAddress> gate(X509Certificate certificate) {
        String name = certificate.getSubjectX500Principal().getName();
        return name.startsWith("CN=")
                ? Identity.parse(name.substring("CN=".length()))
                        .flatMap(identity ->
                                identity instanceof Identity.Gate one ? Optional.of(one.address()) : Optional.empty())
                : Optional.empty();
    }

    private Optional<X509Certificate> current(GateAddress gate) {
        return registry.certificate(gate).map(GateCertificates::parse);
    }

    private X509Certificate certified(GateAddress gate, PublicKey key, Instant now) {
        try {
            return authority.certify(gate, key, settings.certificateValidity(), now);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a gate's key cannot be certified", e);
        }
    }

    private static GateRegistry.Certified certifiedRow(
            GateAddress gate, Direction direction, Optional<Long> code, PublicKey key, X509Certificate certificate) {
        return new GateRegistry.Certified(
                gate, direction, code, digest(key), CertificateAuthority.serial(certificate), der(certificate));
    }

    private static String digest(PublicKey key) {
        return GateCertificates.digest(key.getEncoded());
    }

    private static byte[] der(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (CertificateException e) {
            throw new IllegalStateException("a certificate of ours cannot be encoded", e);
        }
    }

    private EnrolmentAnswer.Builder answer(GateAddress gate, Direction direction, X509Certificate certificate) {
        EnrolmentAnswer.Builder answer = EnrolmentAnswer.newBuilder()
                .setSite(gate.site())
                .setGate(gate.gate())
                .setDirection(direction.wire())
                .setCertificate(ByteString.copyFrom(der(certificate)))
                .setTrustFile(ByteString.copyFrom(trust.trustFile()))
                .setBroker(settings.broker().map(URI::toString).orElse(""));
        try {
            for (String list : trust.listsOf(gate.site())) {
                answer.addLists(EnrolmentListSecret.newBuilder()
                        .setList(list)
                        .setSecret(ByteString.copyFrom(HexFormat.of().parseHex(trust.secretHex(list)))));
            }
            return answer;
        } catch (IOException e) {
            throw new IllegalStateException("a gate's answer cannot be made", e);
        }
    }

    private static byte[] sealed(EnrolmentAnswer.Builder answer, JournalStart logEnd, SealedBox box) {
        if (!logEnd.isNone()) {
            answer.setLogEndSequence(logEnd.sequence()).setLogEndHash(logEnd.hash());
        }
        try {
            return box.sealAnswer(answer.build().toByteArray());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a gate's answer cannot be sealed", e);
        }
    }
}
