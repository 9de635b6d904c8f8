package portvakt.server.adapter.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.net.URI;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import portvakt.protocol.Direction;
import portvakt.protocol.Topics.GateAddress;
import portvakt.protocol.enrol.EnrolmentCode;
import portvakt.protocol.enrol.EnrolmentServer;
import portvakt.protocol.enrol.Possession;
import portvakt.protocol.enrol.SealedBox;
import portvakt.protocol.event.EventChain;
import portvakt.protocol.sign.Pem;
import portvakt.protocol.v1.EnrolmentAnswer;
import portvakt.protocol.v1.EnrolmentRequest;
import portvakt.server.adapter.sql.Database;
import portvakt.server.adapter.sql.Databases;
import portvakt.server.adapter.sql.Journal;
import portvakt.server.adapter.sql.SqlEntryLog;
import portvakt.server.adapter.sql.SqlEventIngest;
import portvakt.server.adapter.sql.SqlGateCodes;
import portvakt.server.adapter.sql.SqlGates;
import portvakt.server.evidence.GateCertificates;
import portvakt.server.port.GateAdmission.Admitted;
import portvakt.server.port.GateAdmission.Refusal;
import portvakt.server.port.GateAdmission.Refused;
import portvakt.server.port.GateCodes;
import portvakt.server.port.GateCodes.Condition;

/** A code lets one gate in once, in its time, and nothing changes for whoever is refused. */
class GateAdmissionsTest {

    private static final Instant NOW = Instant.now();
    private static final Duration DAY = Duration.ofDays(1);
    private static final GateAddress GATE = new GateAddress("oslo", "north");

    @TempDir
    private Path folder;

    private Database database;
    private SqlGates gates;
    private CertificateAuthority authority;
    private GateAdmissions admissions;
    private final List<GateAddress> cutOff = new ArrayList<>();

    @BeforeEach
    void open() throws Exception {
        database = Databases.inMemory();
        gates = new SqlGates(database);
        gates.onCutOff(cutOff::add);
        authority = CertificateAuthority.openOrCreate(folder.resolve("pki"), NOW);
        String roots =
                Pem.of(KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPublic());
        admissions = new GateAdmissions(
                authority,
                gates,
                new SqlGateCodes(database),
                new NoTrust() {
                    @Override
                    public String rootsPem() {
                        return roots;
                    }
                },
                new GateAdmissions.Settings(
                        Duration.ofDays(730), DAY, Optional.of(URI.create("ssl://portvakt.example:8883"))),
                NOW);
    }

    @AfterEach
    void close() {
        database.close();
    }

    /** A gate's side. */
    private final class Asking {
        final KeyPair keys;
        final EnrolmentRequest.Builder request = EnrolmentRequest.newBuilder();
        SealedBox box;

        Asking(KeyPair keys) throws Exception {
            this.keys = keys;
            request.setPublicKey(ByteString.copyFrom(keys.getPublic().getEncoded()))
                    .setPossession(ByteString.copyFrom(Possession.sign(
                            Possession.By.NEW_KEY,
                            keys.getPrivate(),
                            admissions.server().enrolmentKey(),
                            keys.getPublic())));
        }

        Asking by(EnrolmentCode code) {
            request.setCodeSecret(code.secret());
            return this;
        }

        Asking by(X509Certificate former, PrivateKey formerKey) throws Exception {
            request.setFormerCertificate(ByteString.copyFrom(former.getEncoded()))
                    .setFormerSignature(ByteString.copyFrom(Possession.sign(
                            Possession.By.FORMER_KEY,
                            formerKey,
                            admissions.server().enrolmentKey(),
                            keys.getPublic())));
            return this;
        }

        EnrolmentAnswer send(Instant now) throws Exception {
            box = SealedBox.to(admissions.server().enrolmentKey(), EnrolmentServer.info());
            Admitted admitted = admissions.admit(
                    box.encapsulated(), box.seal(request.build().toByteArray()), now);
            return EnrolmentAnswer.parseFrom(box.openAnswer(admitted.sealed()));
        }

        void isRefused(Refusal refusal, Instant now) {
            Optional<byte[]> before = gates.certificate(GATE);
            assertThatThrownBy(() -> send(now))
                    .isInstanceOfSatisfying(
                            Refused.class,
                            refused -> assertThat(refused.refusal()).isEqualTo(refusal));
            assertThat(gates.certificate(GATE).map(GateCertificates::parse))
                    .isEqualTo(before.map(GateCertificates::parse));
        }
    }

    private Asking asking() throws Exception {
        return new Asking(CertificateFactory.keyPair());
    }

    private EnrolmentCode code() {
        return admissions.makeCode(GATE, Direction.OUT, "kari", NOW).secret();
    }

    private static X509Certificate certificate(EnrolmentAnswer answer) {
        return GateCertificates.parse(answer.getCertificate().toByteArray());
    }

    @Test
    void aCodeLetsItsGateIn() throws Exception {
        EnrolmentCode code = code();
        assertThat(code.pin()).isEqualTo(admissions.server().pin());
        Asking asking = asking().by(code);
        EnrolmentAnswer answer = asking.send(NOW.plusSeconds(60));

        X509Certificate certificate = certificate(answer);
        certificate.verify(authority.certificate().getPublicKey());
        assertThat(certificate.getPublicKey()).isEqualTo(asking.keys.getPublic());
        assertThat(certificate.getSubjectX500Principal().getName()).isEqualTo("CN=gate:oslo:north");
        assertThat(answer.getSite() + answer.getGate()).isEqualTo("oslonorth");
        assertThat(answer.getDirection()).isEqualTo(Direction.OUT.wire());
        assertThat(answer.getBroker()).isEqualTo("ssl://portvakt.example:8883");
        assertThat(answer.getListsList()).extracting("list_").containsExactly("hms-kort", "site-oslo");
        assertThat(gates.isAdmitted(GATE, CertificateAuthority.serial(certificate)))
                .isTrue();
        assertThat(gates.all().getFirst().direction()).isEqualTo(Direction.OUT);
        assertThat(admissions.codes("oslo", 10).getFirst().condition(NOW)).isEqualTo(Condition.USED);
        assertThat(cutOff).containsExactly(GATE);
    }

    @Test
    void aCodeCountsOnceButForWhoLostItsAnswer() throws Exception {
        EnrolmentCode code = code();
        Asking first = asking().by(code);
        X509Certificate had = certificate(first.send(NOW));
        asking().by(code).isRefused(Refusal.USED, NOW);
        cutOff.clear();
        assertThat(certificate(first.send(NOW.plusSeconds(30)))).isEqualTo(had);
        assertThat(cutOff).as("nothing was registered anew").isEmpty();
        first.isRefused(Refusal.USED, NOW.plus(DAY));
    }

    private void ingest(Journal journal, int from, int to) {
        try (SqlEntryLog log = new SqlEntryLog(database)) {
            new SqlEventIngest(database, log).ingest(GATE, journal.batch(from, to), NOW);
        }
    }

    /** The journal of a new computer goes on there. Whoever sends a request again, or renews, moves nothing. */
    @Test
    void aCodeTellsWhereTheLogEnds() throws Exception {
        assertThat(asking().by(code()).send(NOW).getLogEndHash()).isEmpty();
        Journal journal = new Journal();
        for (int minute = 0; minute < 9; minute++) {
            journal.exitRequest(minute);
        }
        ingest(journal, 1, 3);
        ingest(journal, 6, 7);
        Asking asking = asking().by(code());
        EnrolmentAnswer answer = asking.send(NOW);
        assertThat(answer.getLogEndSequence()).isEqualTo(7);
        assertThat(answer.getLogEndHash())
                .isEqualTo(EventChain.hash(journal.batch(7, 7).getEvents(0)));

        ingest(journal, 9, 9);
        assertThat(asking.send(NOW.plusSeconds(5)).getLogEndSequence()).isEqualTo(7);
        EnrolmentAnswer renewed =
                asking().by(certificate(answer), asking.keys.getPrivate()).send(NOW);
        assertThat(renewed.getLogEndSequence()).isZero();
        assertThat(gates.logEnd(GATE).sequence()).isEqualTo(7);
    }

    @Test
    void anOldRequestThatIsSentAgainCutsNobodyOff() throws Exception {
        Asking old = asking().by(code());
        old.send(NOW);
        asking().by(code()).send(NOW.plusSeconds(1));
        old.isRefused(Refusal.USED, NOW.plusSeconds(2));
    }

    @Test
    void aCodeHasItsTime() throws Exception {
        EnrolmentCode code = code();
        asking().by(code).isRefused(Refusal.EXPIRED, NOW.plus(DAY));
        asking().by(code).send(NOW.plus(DAY).minusSeconds(1));
    }

    @Test
    void aNewerCodeOfTheSameGateReplacesAnOlderOne() throws Exception {
        EnrolmentCode older = code();
        EnrolmentCode newer = code();
        asking().by(older).isRefused(Refusal.WITHDRAWN, NOW);
        asking().by(newer).send(NOW);
    }

    @Test
    void aCodeIsWithdrawnOnItsOwnSiteOnly() throws Exception {
        EnrolmentCode code = code();
        long id = admissions.codes("oslo", 1).getFirst().id();
        assertThat(admissions.withdraw("bergen", id, "ola", NOW)).isFalse();
        assertThat(admissions.withdraw("oslo", id, "ola", NOW)).isTrue();
        assertThat(admissions.withdraw("oslo", id, "ola", NOW)).isFalse();
        asking().by(code).isRefused(Refusal.WITHDRAWN, NOW);
    }

    @Test
    void wrongTriesVoidTheCodeThatTheyBeginLike() throws Exception {
        EnrolmentCode code = code();
        Asking wrong = asking();
        String secret = code.secret();
        wrong.request.setCodeSecret(secret.substring(0, 11) + (secret.endsWith("0") ? "1" : "0"));
        for (int i = 0; i < GateCodes.TRIES_MAX; i++) {
            wrong.isRefused(Refusal.UNKNOWN, NOW);
        }
        asking().by(code).isRefused(Refusal.TRIED_OUT, NOW);
    }

    @Test
    void aCodeThatNobodyMadeIsUnknown() throws Exception {
        Asking asking = asking();
        asking.request.setCodeSecret("0".repeat(12));
        asking.isRefused(Refusal.UNKNOWN, NOW);
    }

    @Test
    void theSettingsOfTheGateHaveToNameTheSameGate() throws Exception {
        EnrolmentCode code = code();
        Asking other = asking().by(code);
        other.request.setSite("oslo").setGate("south");
        other.isRefused(Refusal.OTHER_GATE, NOW);
        Asking same = asking().by(code);
        same.request.setSite("oslo").setGate("north");
        same.send(NOW);
    }

    @Test
    void whatDoesNotProveIsMalformed() throws Exception {
        EnrolmentCode code = code();
        Asking stolen = asking().by(code);
        stolen.request.setPublicKey(
                ByteString.copyFrom(CertificateFactory.keyPair().getPublic().getEncoded()));
        stolen.isRefused(Refusal.MALFORMED, NOW);
        Asking noKey = asking().by(code);
        noKey.request.clearPublicKey();
        noKey.isRefused(Refusal.MALFORMED, NOW);
        asking().isRefused(Refusal.MALFORMED, NOW);
        assertThatThrownBy(() -> admissions.admit(new byte[65], new byte[40], NOW))
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.refusal()).isEqualTo(Refusal.MALFORMED));
    }

    @Test
    void aGateRenewsItsCertificateByItself() throws Exception {
        Asking first = asking().by(code());
        X509Certificate former = certificate(first.send(NOW));
        Asking renewal = asking().by(former, first.keys.getPrivate());
        X509Certificate renewed = certificate(renewal.send(NOW.plusSeconds(1)));

        assertThat(gates.isAdmitted(GATE, CertificateAuthority.serial(renewed))).isTrue();
        assertThat(gates.isAdmitted(GATE, CertificateAuthority.serial(former))).isFalse();
        assertThat(gates.all().getFirst().direction()).isEqualTo(Direction.OUT);
        assertThat(certificate(renewal.send(NOW.plusSeconds(2))))
                .as("asked again")
                .isEqualTo(renewed);
        asking().by(former, first.keys.getPrivate()).isRefused(Refusal.CUT_OFF, NOW.plusSeconds(3));
    }

    @Test
    void onlyTheGateItselfRenews() throws Exception {
        Asking first = asking().by(code());
        X509Certificate former = certificate(first.send(NOW));
        asking().by(former, CertificateFactory.keyPair().getPrivate()).isRefused(Refusal.MALFORMED, NOW);
        asking().by(former, first.keys.getPrivate())
                .isRefused(Refusal.CERTIFICATE_OVER, NOW.plus(Duration.ofDays(731)));
        gates.revoke(GATE, NOW);
        asking().by(former, first.keys.getPrivate()).isRefused(Refusal.CUT_OFF, NOW);
        CertificateAuthority other = CertificateAuthority.openOrCreate(folder.resolve("other"), NOW);
        KeyPair keys = CertificateFactory.keyPair();
        asking().by(other.certify(GATE, keys.getPublic(), DAY, NOW), keys.getPrivate())
                .isRefused(Refusal.MALFORMED, NOW);
    }

    @Test
    void theEnrolmentKeyOutlivesARestart() throws Exception {
        assertThat(new GateAdmissions(
                                CertificateAuthority.openOrCreate(folder.resolve("pki"), NOW),
                                gates,
                                new SqlGateCodes(database),
                                new NoTrust(),
                                new GateAdmissions.Settings(DAY, DAY, Optional.empty()),
                                NOW)
                        .server()
                        .enrolmentKey())
                .isEqualTo(admissions.server().enrolmentKey());
    }
}
