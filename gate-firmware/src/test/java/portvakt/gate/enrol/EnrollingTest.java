package portvakt.gate.enrol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import portvakt.gate.GateIdentity;
import portvakt.protocol.Direction;
import portvakt.protocol.Topics.GateAddress;
import portvakt.protocol.enrol.EnrolmentCode;
import portvakt.protocol.mqtt.TlsIdentity;
import portvakt.protocol.v1.EnrolmentAnswer;
import portvakt.protocol.v1.EnrolmentListSecret;

/** The gate shows its code to the server that it names and to nobody else, and takes nothing that does not prove. */
class EnrollingTest {

    private static final GateAddress GATE = new GateAddress("oslo", "north");

    @TempDir
    private Path folder;

    private FakeEnrolmentServer server;
    private KeyPair keys;
    private EnrolmentCode code;

    @BeforeEach
    void start() throws Exception {
        server = new FakeEnrolmentServer();
        keys = FakeEnrolmentServer.keyPair();
        code = EnrolmentCode.random(server.server().pin(), new SecureRandom());
    }

    private Path written(NewIdentity identity) throws Exception {
        for (Map.Entry<String, byte[]> file : identity.files().entrySet()) {
            Path path = folder.resolve(file.getKey());
            Files.createDirectories(path.getParent());
            Files.write(path, file.getValue());
        }
        return folder;
    }

    @Test
    void whatIsHadMakesAGate() throws Exception {
        NewIdentity had = new Enrolling(server).byCode(code, keys, Optional.of(GATE));
        assertThat(had.gate()).isEqualTo(GATE);
        assertThat(had.direction()).isEqualTo(Direction.OUT);
        assertThat(had.broker()).contains("ssl://portvakt.example:8883");
        GateIdentity identity = GateIdentity.load(written(had), Optional.empty());
        assertThat(identity.listNames()).containsExactly("hms-kort", "site-oslo");
        assertThat(identity.key().certificate().getPublicKey()).isEqualTo(keys.getPublic());
        assertThat(server.asked.getCodeSecret()).isEqualTo(code.secret());
        assertThat(server.asked.getSite() + server.asked.getGate()).isEqualTo("oslonorth");
        assertThat(had.toString()).doesNotContain("secret");
    }

    @Test
    void anotherServerIsShownNothing() throws Exception {
        FakeEnrolmentServer between = new FakeEnrolmentServer();
        assertThatThrownBy(() -> new Enrolling(between).byCode(code, keys, Optional.empty()))
                .isInstanceOf(EnrolmentFailedException.class)
                .hasMessageContaining("not the server that the code is from")
                .hasMessageContaining("Nothing of the code was sent");
        assertThat(between.requests).isZero();
    }

    /** Whoever repeats what the right server says of itself still has not its key. */
    @Test
    void aKeyOfAnotherAuthorityIsShownNothing() throws Exception {
        FakeEnrolmentServer between = new FakeEnrolmentServer();
        between.claims(server.server());
        assertThatThrownBy(() -> new Enrolling(between).byCode(code, keys, Optional.empty()))
                .isInstanceOf(EnrolmentFailedException.class)
                .hasMessageContaining("Nothing of the code was sent");
        assertThat(between.requests).isZero();
    }

    /** A gate's own certificate is by the authority too, and its key is not the server's. */
    @Test
    void aGatesKeyIsNoEnrolmentKey() throws Exception {
        server.enrolmentName("gate:oslo:south");
        assertThatThrownBy(() -> new Enrolling(server).byCode(code, keys, Optional.empty()))
                .hasMessageContaining("that of CN=gate:oslo:south");
        assertThat(server.requests).isZero();
    }

    @Test
    void whoPassesTheRequestOnUnreadCannotAnswer() throws Exception {
        FakeEnrolmentServer between = new FakeEnrolmentServer();
        between.repeats(server.server());
        assertThatThrownBy(() -> new Enrolling(between).byCode(code, keys, Optional.empty()))
                .isInstanceOf(EnrolmentFailedException.class)
                .hasMessageContaining("does not prove");
    }

    private void isRefused(Consumer<EnrolmentAnswer.Builder> change, String why) {
        server.change = change;
        assertThatThrownBy(() -> new Enrolling(server).byCode(code, keys, Optional.empty()))
                .isInstanceOf(EnrolmentFailedException.class)
                .hasMessageContaining(why);
    }

    @Test
    void anAnswerThatDoesNotFitIsRefused() {
        isRefused(answer -> answer.setGate("south"), "names another gate");
        isRefused(answer -> answer.setSite("../x"), "names another gate");
        isRefused(EnrolmentAnswer.Builder::clearTrustFile, "trust file");
        isRefused(EnrolmentAnswer.Builder::clearLists, "no list");
        isRefused(
                answer -> answer.addLists(EnrolmentListSecret.newBuilder().setList("../../etc/passwd")),
                "a list's secret is none");
        isRefused(EnrolmentAnswer.Builder::clearCertificate, "does not prove");
    }

    @Test
    void aCertificateOfAnotherKeyIsRefused() throws Exception {
        NewIdentity had = new Enrolling(server).byCode(code, keys, Optional.empty());
        byte[] anothers = TlsIdentity.ownKey(written(had).resolve("gate.p12"), folder.resolve("gate.p12.password"))
                .certificate()
                .getEncoded();
        keys = FakeEnrolmentServer.keyPair();
        isRefused(answer -> answer.setCertificate(com.google.protobuf.ByteString.copyFrom(anothers)), "another key's");
    }

    @Test
    void aGateRenewsAtItsOwnServerOnly() throws Exception {
        Path identity = written(new Enrolling(server).byCode(code, keys, Optional.empty()));
        Enrolling.Former former = new Enrolling.Former(
                TlsIdentity.ownKey(identity.resolve("gate.p12"), identity.resolve("gate.p12.password")),
                (X509Certificate) CertificateFactory.getInstance("X.509")
                        .generateCertificate(new ByteArrayInputStream(
                                server.server().authority().getBytes(StandardCharsets.UTF_8))),
                GateIdentity.roots(identity));
        KeyPair next = FakeEnrolmentServer.keyPair();
        new Enrolling(server).renewed(former, next, Optional.of(GATE));
        assertThat(server.asked.getCodeSecret()).isEmpty();
        assertThat(server.asked.getFormerCertificate().toByteArray())
                .isEqualTo(former.key().certificate().getEncoded());
        assertThat(server.renewalProves(keys.getPublic())).isTrue();

        FakeEnrolmentServer other = new FakeEnrolmentServer();
        assertThatThrownBy(() -> new Enrolling(other).renewed(former, next, Optional.empty()))
                .hasMessageContaining("not this gate's server");
        server.newRoots();
        assertThatThrownBy(() -> new Enrolling(server).renewed(former, next, Optional.empty()))
                .hasMessageContaining("other root keys");
        assertThat(other.requests).isZero();
    }
}
