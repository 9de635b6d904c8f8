package portvakt.server.adapter.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import portvakt.protocol.Direction;
import portvakt.protocol.Topics.GateAddress;
import portvakt.protocol.event.JournalStart;
import portvakt.protocol.mqtt.TlsIdentity;
import portvakt.server.adapter.sql.Database;
import portvakt.server.adapter.sql.Databases;
import portvakt.server.adapter.sql.Journal;
import portvakt.server.adapter.sql.SqlEntryLog;
import portvakt.server.adapter.sql.SqlEventIngest;
import portvakt.server.adapter.sql.SqlGates;

/** A gate's folder holds all that it needs, secrets for their owner only; the authority survives a restart. */
class GateProvisioningTest {

    private static final Instant NOW = Instant.now();
    private static final GateAddress GATE = new GateAddress("oslo", "north");

    @TempDir
    Path folder;

    private static String mode(Path file) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    private static X509Certificate certificate(Path p12, Path password) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(p12)) {
            store.load(in, Files.readString(password).strip().toCharArray());
        }
        return (X509Certificate) store.getCertificate("key");
    }

    @Test
    void theFolderIsCompleteAndItsSecretsAreForTheOwnerOnly() throws Exception {
        try (Database database = Databases.inMemory()) {
            SqlGates gates = new SqlGates(database);
            CertificateAuthority authority = CertificateAuthority.openOrCreate(folder.resolve("pki"), NOW);
            GateProvisioning provisioning = new GateProvisioning(authority, gates, new NoTrust(), Duration.ofDays(730));
            Path gate = folder.resolve("gate");
            provisioning.provision(GATE, Direction.OUT, gate, NOW);

            for (String secret :
                    List.of("gate.p12", "gate.p12.password", "lists/hms-kort.secret", "lists/site-oslo.secret")) {
                assertThat(mode(gate.resolve(secret))).as(secret).isEqualTo("rw-------");
            }
            for (String file : List.of("root.pub", "root.threshold", "trust.signed")) {
                assertThat(gate.resolve(file)).isRegularFile();
            }
            assertThat(mode(folder.resolve("pki/ca.key"))).isEqualTo("rw-------");
            assertThat(TlsIdentity.load(
                            gate.resolve("gate.p12"), gate.resolve("gate.p12.password"), gate.resolve("ca.pem")))
                    .isNotNull();
            X509Certificate certificate = certificate(gate.resolve("gate.p12"), gate.resolve("gate.p12.password"));
            assertThat(certificate.getSubjectX500Principal().getName()).isEqualTo("CN=gate:oslo:north");
            assertThat(gates.isAdmitted(GATE, CertificateAuthority.serial(certificate)))
                    .isTrue();
            assertThat(gates.all().getFirst().direction()).isEqualTo(Direction.OUT);

            assertThatThrownBy(() -> provisioning.provision(GATE, Direction.OUT, gate, NOW))
                    .hasMessageContaining("not empty");
        }
    }

    /** For the journal of a new computer, which goes on there. */
    @Test
    void theFolderSaysWhereTheLogEnds() throws Exception {
        try (Database database = Databases.inMemory();
                SqlEntryLog log = new SqlEntryLog(database)) {
            CertificateAuthority authority = CertificateAuthority.openOrCreate(folder.resolve("pki"), NOW);
            GateProvisioning provisioning =
                    new GateProvisioning(authority, new SqlGates(database), new NoTrust(), Duration.ofDays(730));
            Path first = folder.resolve("first");
            provisioning.provision(GATE, Direction.OUT, first, NOW);
            assertThat(first.resolve(JournalStart.FILE)).doesNotExist();

            Journal journal = new Journal();
            journal.exitRequest(0);
            journal.exitRequest(1);
            new SqlEventIngest(database, log).ingest(GATE, journal.batch(), NOW);
            Path second = folder.resolve("second");
            provisioning.provision(GATE, Direction.OUT, second, NOW);
            assertThat(JournalStart.parse(Files.readString(second.resolve(JournalStart.FILE))))
                    .isEqualTo(new JournalStart(2, journal.hash()));
        }
    }

    @Test
    void theAuthorityIsMadeOnceAndItsServerCertificateBeforeItsEnd() throws Exception {
        Path pki = folder.resolve("pki");
        CertificateAuthority.AcceptorFiles files =
                CertificateAuthority.openOrCreate(pki, NOW).acceptor(List.of("gate.example"), NOW);
        X509Certificate first =
                certificate(files.identity().p12(), files.identity().passwordFile());
        assertThat(first.getSubjectAlternativeNames().stream().<Object>map(name -> name.get(1)))
                .containsExactlyInAnyOrder("localhost", "127.0.0.1", "gate.example");

        CertificateAuthority again = CertificateAuthority.openOrCreate(pki, NOW);
        again.acceptor(List.of("gate.example"), NOW.plus(Duration.ofDays(100)));
        assertThat(certificate(files.identity().p12(), files.identity().passwordFile()))
                .isEqualTo(first);
        again.acceptor(List.of("gate.example"), NOW.plus(Duration.ofDays(500)));
        assertThat(certificate(files.identity().p12(), files.identity().passwordFile()))
                .isNotEqualTo(first);
    }

    @Test
    void aDamagedAuthorityIsNamedWithTheRemedy() throws Exception {
        Path pki = folder.resolve("pki");
        CertificateAuthority.openOrCreate(pki, NOW);
        Files.writeString(pki.resolve("ca.key"), "nonsense");
        assertThatThrownBy(() -> CertificateAuthority.openOrCreate(pki, NOW))
                .hasMessageContaining(pki.toString())
                .hasMessageContaining("backup");
    }
}
