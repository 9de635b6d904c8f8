package portvakt.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import portvakt.gate.status.Issuer;
import portvakt.gate.status.Roots;
import portvakt.gate.testing.Certificates;
import portvakt.protocol.event.EventChain;
import portvakt.protocol.event.JournalStart;
import portvakt.protocol.sign.Pem;

/** A gate starts with the root keys, the trust file and the secrets that it was given, or says which of them is wrong and what to do. */
class GateIdentityTest {

    private static final List<String> LISTS = List.of("hms-kort", "site-oslo");

    @TempDir
    private Path folder;

    private final Roots roots = new Roots();
    private final Issuer issuer = new Issuer();

    @BeforeEach
    void provision() throws IOException {
        Certificates certificates = new Certificates(folder);
        certificates.client("gate");
        Files.copy(
                folder.resolve("password"), folder.resolve("gate.p12.password"), StandardCopyOption.REPLACE_EXISTING);
        Files.copy(folder.resolve("authority.pem"), folder.resolve("ca.pem"), StandardCopyOption.REPLACE_EXISTING);
        Files.writeString(folder.resolve("root.pub"), Pem.of(roots.keys().keys().getFirst()));
        Files.write(folder.resolve("trust.signed"), roots.trusting(1, issuer.publicKey()));
        Files.createDirectory(folder.resolve("lists"));
        for (String list : LISTS) {
            Files.writeString(folder.resolve("lists/" + list + ".secret"), "000102030405060708090a0b0c0d0e0f\n");
        }
    }

    private void assertRefused(String... parts) {
        assertThatThrownBy(() -> GateIdentity.load(folder, Optional.of(LISTS)))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll(parts)
                .hasMessageContaining("enrol the gate again");
    }

    @Test
    void aFolderAsItIsMadeIsTaken() throws Exception {
        GateIdentity identity = GateIdentity.load(folder, Optional.of(LISTS));
        assertThat(identity.key().certificate().getSubjectX500Principal().getName())
                .isEqualTo("CN=gate");
        assertThat(identity.key().toString()).doesNotContain("priv").contains("CN=gate");
        assertThat(identity.trust().roots()).isEqualTo(roots.keys());
        assertThat(identity.lists()).extracting(Gate.ListSecret::list).isEqualTo(LISTS);
        Files.writeString(folder.resolve("root.threshold"), "1\n");
        assertThat(GateIdentity.load(folder, Optional.of(LISTS)).trust().roots())
                .isEqualTo(roots.keys());
    }

    @Test
    void aJournalStartThatIsNotAsItWasWrittenIsRefused() throws IOException {
        assertThat(GateIdentity.journalStart(folder)).isEqualTo(JournalStart.NONE);
        JournalStart start = new JournalStart(4711, EventChain.GENESIS);
        Files.writeString(folder.resolve("journal.start"), start.text());
        assertThat(GateIdentity.journalStart(folder)).isEqualTo(start);
        Files.writeString(folder.resolve("journal.start"), start.text().replace("4711", "4712"));
        assertRefused("journal.start", "was changed by hand or damaged");
        Files.write(folder.resolve("journal.start"), new byte[] {(byte) 0xff, 0, 1});
        assertRefused("journal.start", "is not a line of the form PVS1");
    }

    @Test
    void whereTheInstallerNamesNoListAllThatWereGivenDecide() throws Exception {
        assertThat(GateIdentity.load(folder, Optional.empty()).listNames()).isEqualTo(LISTS);
        for (String list : LISTS) {
            Files.delete(folder.resolve("lists/" + list + ".secret"));
        }
        assertThatThrownBy(() -> GateIdentity.load(folder, Optional.empty()))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll("nobody's card could be checked", "enrol the gate again");
        Files.delete(folder.resolve("lists"));
        assertThatThrownBy(() -> GateIdentity.load(folder, Optional.empty()))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll("lists: is missing", "enrol the gate again");
    }

    @Test
    void aFolderOfAnOlderServerIsNamedAsOne() throws Exception {
        Files.delete(folder.resolve("root.pub"));
        Files.delete(folder.resolve("trust.signed"));
        Files.writeString(folder.resolve("lists/hms-kort.pub"), Pem.of(issuer.publicKey()));
        assertRefused(folder.toString(), "older server", "lists/hms-kort.pub");
    }

    @Test
    void whatIsMissingOrWrongIsNamed() throws Exception {
        Files.writeString(folder.resolve("root.threshold"), "2\n");
        assertRefused("root.pub", "threshold 2");
        Files.writeString(folder.resolve("root.threshold"), "two\n");
        assertRefused("root.threshold");
        Files.delete(folder.resolve("root.threshold"));
        Files.write(folder.resolve("trust.signed"), new Roots().trusting(1, issuer.publicKey()));
        assertRefused("trust.signed", "does not prove");
        Files.delete(folder.resolve("trust.signed"));
        assertRefused("trust.signed", "is missing");
        Files.write(folder.resolve("trust.signed"), roots.trusting(1, issuer.publicKey()));
        Files.delete(folder.resolve("lists/site-oslo.secret"));
        assertRefused("site-oslo.secret", "is missing");
        Files.writeString(folder.resolve("root.pub"), "nonsense");
        assertRefused("root.pub");
        Files.delete(folder.resolve("root.pub"));
        assertRefused("root.pub", "is missing");
    }
}
