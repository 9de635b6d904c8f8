package portvakt.gate.enrol;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import portvakt.gate.GateIdentity;
import portvakt.gate.command.EnrolCommand;
import portvakt.protocol.enrol.EnrolmentCode;
import portvakt.protocol.event.EventChain;
import portvakt.protocol.event.JournalStart;

/** The command keeps where the journal goes on with the identity, and only a code moves it. */
class EnrolCommandTest {

    private static final ByteString HASH =
            ByteString.copyFrom(new byte[EventChain.HASH_BYTES - 1]).concat(ByteString.copyFrom(new byte[] {1}));

    @TempDir
    private Path folder;

    private FakeEnrolmentServer server;
    private Path identity;
    private String said;

    @BeforeEach
    void start() throws Exception {
        server = new FakeEnrolmentServer();
        identity = folder.resolve("identity");
    }

    private int run(String... args) {
        StringWriter output = new StringWriter();
        int status = new CommandLine(new EnrolCommand(_ -> server, InstantSource.system()))
                .setOut(new PrintWriter(output))
                .setErr(new PrintWriter(output))
                .execute(args);
        said = output.toString();
        return status;
    }

    private int enrol(long logEnd) throws Exception {
        server.change = answer -> answer.setLogEndSequence(logEnd).setLogEndHash(logEnd == 0 ? ByteString.EMPTY : HASH);
        String code =
                EnrolmentCode.random(server.server().pin(), new SecureRandom()).text();
        return run("--server", "http://localhost:1", "--identity", identity.toString(), code);
    }

    private int renew() {
        return run("--renew", "--identity", identity.toString());
    }

    private JournalStart kept() throws IOException {
        return GateIdentity.journalStart(identity);
    }

    @Test
    void aCodeSaysWhereTheJournalGoesOnAndARenewalKeepsIt() throws Exception {
        assertThat(enrol(4711)).as(said).isZero();
        assertThat(said).contains("The server has its events up to 4711: the journal goes on after them.");
        assertThat(kept()).isEqualTo(new JournalStart(4711, HASH));
        // Somebody has the key of this gate, or of its server's answers: a renewal moves nothing.
        server.change = answer -> answer.setLogEndSequence(9).setLogEndHash(HASH);
        assertThat(renew()).as(said).isZero();
        assertThat(kept()).isEqualTo(new JournalStart(4711, HASH));

        assertThat(enrol(0)).as(said).isZero();
        assertThat(said).doesNotContain("goes on");
        assertThat(identity.resolve(JournalStart.FILE)).doesNotExist();
        server.change = answer -> answer.setLogEndSequence(9).setLogEndHash(HASH);
        assertThat(renew()).as(said).isZero();
        assertThat(kept()).isEqualTo(JournalStart.NONE);
    }

    @Test
    void anEndThatNoLogHasIsRefused() throws Exception {
        assertThat(enrol(-1)).isEqualTo(1);
        assertThat(said).contains("where the gate's log ends is no place in one", "Make a new code");
        assertThat(identity).doesNotExist();
    }

    @Test
    void aFileThatWasChangedByHandIsNamedAndNothingIsRenewed() throws Exception {
        assertThat(enrol(4711)).as(said).isZero();
        Path file = identity.resolve(JournalStart.FILE);
        Files.writeString(file, Files.readString(file).replace("4711", "1"));
        assertThat(renew()).isEqualTo(1);
        assertThat(said).contains(file.toString(), "was changed by hand or damaged", "enrol the gate again");
    }
}
