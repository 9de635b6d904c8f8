package portvakt.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import portvakt.protocol.Direction;
import portvakt.protocol.Topics.GateAddress;
import portvakt.protocol.v1.GateStarted;
import portvakt.server.adapter.sql.Database;
import portvakt.server.adapter.sql.Databases;
import portvakt.server.adapter.sql.GateKeys;
import portvakt.server.adapter.sql.Journal;
import portvakt.server.adapter.sql.SqlEntryLog;
import portvakt.server.adapter.sql.SqlEventIngest;
import portvakt.server.adapter.sql.SqlEvidence;
import portvakt.server.evidence.ChainExport;
import portvakt.server.evidence.ChainFile;
import portvakt.server.port.Evidence;

/** The command says in words what is proved and what is not, and by its exit code for scripts. */
class VerifyLogCommandTest {

    private static final GateAddress GATE = new GateAddress("oslo", "north");
    private static final Instant NOW = Instant.parse("2026-03-02T09:00:00Z");

    @TempDir
    Path folder;

    private Path file;
    private String said;

    /** Events 1 to 3, a seal, and one after it. */
    @BeforeEach
    void export() throws IOException {
        export(false);
    }

    /** @param replaced whether a new computer goes on then, and seals */
    private void export(boolean replaced) throws IOException {
        file = folder.resolve("chain.jsonl");
        Journal journal = new Journal();
        try (Database database = Databases.inMemory();
                SqlEntryLog log = new SqlEntryLog(database)) {
            GateKeys keys = GateKeys.provision(database, GATE, folder);
            for (int minute = 0; minute < 3; minute++) {
                journal.taken(Direction.IN, "1234567", minute);
            }
            keys.seal(journal, 3);
            journal.exitRequest(4);
            if (replaced) {
                journal.add(
                        Journal.facts(5)
                                .setGateStarted(GateStarted.newBuilder().setGoesOnAfterSequence(5))
                                .build(),
                        null);
                keys.seal(journal, 6);
            }
            new SqlEventIngest(database, log).ingest(GATE, journal.batch(), NOW);
            Evidence evidence = new SqlEvidence(database);
            Evidence.Source source = evidence.find(GATE).orElseThrow();
            try (OutputStream out = Files.newOutputStream(file)) {
                ChainExport.write(
                        evidence,
                        new ChainFile.Header(
                                GATE,
                                Direction.IN,
                                1,
                                source.last(),
                                NOW,
                                source.certificates(),
                                GateKeys.authority(folder).certificate()),
                        out);
            }
        }
    }

    private int run(String... arguments) {
        StringWriter output = new StringWriter();
        int code = new CommandLine(new VerifyLogCommand())
                .setOut(new PrintWriter(output))
                .setErr(new PrintWriter(output))
                .execute(arguments);
        said = output.toString();
        return code;
    }

    @Test
    void saysWhatIsProvedAndWhatIsNot() {
        assertThat(run(file.toString())).isZero();
        assertThat(said)
                .startsWith("PROVED: events 1 to 3 of oslo/north are what the gate wrote")
                .contains(
                        "the last time at 2026-03-02T06:03:00Z by its clock (seals: 1)",
                        "Persons erased: 0.",
                        "Events 4 to 5 come after the last seal.",
                        "the authority's certificate came with the file");
        assertThat(run(file.toString(), "--ca", folder.resolve("pki/ca.pem").toString()))
                .isZero();
        assertThat(said).contains("the authority's certificate that was given");
    }

    @Test
    void saysWhatANewComputersSealIsWorth(@TempDir Path elsewhere) throws IOException {
        folder = elsewhere;
        export(true);
        assertThat(run(file.toString())).isZero();
        assertThat(said)
                .startsWith("PROVED: events 1 to 6 of oslo/north, but for those named below, are what the gate wrote")
                .contains("  Events 4 to 5 come after the last seal of a computer that was replaced."
                        + " The one that goes on at event 6 had their end from the server.");
    }

    @Test
    void namesTheFirstFaultAndItsEvent() throws IOException {
        List<String> lines = new ArrayList<>(Files.readAllLines(file));
        lines.remove(2);
        Files.write(file, lines);
        assertThat(run(file.toString())).isEqualTo(1);
        assertThat(said).startsWith("NOT PROVED: DROPPED, event 2 of oslo/north: it is missing.");
    }

    @Test
    void missesWhatIsKnownToHaveBeenThere() {
        assertThat(run(file.toString(), "--expect-last", "5")).isZero();
        assertThat(run(file.toString(), "--expect-last", "6")).isEqualTo(1);
        assertThat(said).startsWith("NOT PROVED: TAIL_CUT, event 6 of oslo/north");
    }

    @Test
    void whatCannotBeUsedIsSaidSo() throws IOException {
        assertThat(run(folder.resolve("none").toString())).isEqualTo(2);
        assertThat(said).startsWith("UNUSABLE: ");
        assertThat(run(folder.resolve("pki/ca.pem").toString())).isEqualTo(2);
        assertThat(run(file.toString(), "--ca", file.toString())).isEqualTo(2);
        Files.write(file, new byte[] {(byte) 0xff, (byte) 0xfe, 0});
        assertThat(run(file.toString())).isEqualTo(2);
        assertThat(run()).isEqualTo(2);
    }
}
