package portvakt.server.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;
import portvakt.protocol.Direction;
import portvakt.protocol.Topics.GateAddress;
import portvakt.protocol.v1.ChainedEvent;
import portvakt.server.adapter.sql.Database;
import portvakt.server.adapter.sql.Databases;
import portvakt.server.adapter.sql.GateKeys;
import portvakt.server.adapter.sql.Journal;
import portvakt.server.adapter.sql.SqlEntryLog;
import portvakt.server.adapter.sql.SqlEventIngest;
import portvakt.server.adapter.sql.SqlEvidence;
import portvakt.server.port.Evidence;

/** Whatever is given to {@code verify-log}: a report, and what proves are the events that the gate wrote, person by person or erased. */
class ChainFileFuzzTest {

    private static final GateAddress GATE = new GateAddress("oslo", "north");
    private static final Instant NOW = Instant.parse("2026-03-02T09:00:00Z");
    private static final X509Certificate AUTHORITY;
    private static final String FILE;
    private static final Map<Long, ChainedEvent> WRITTEN = new TreeMap<>();

    static {
        try (Database database = Databases.inMemory();
                SqlEntryLog log = new SqlEntryLog(database)) {
            Path folder = Files.createTempDirectory("chain-fuzz");
            GateKeys keys = GateKeys.provision(database, GATE, folder);
            AUTHORITY = GateKeys.authority(folder).certificate();
            Journal journal = new Journal();
            journal.taken(Direction.IN, "1234560", 0);
            journal.exitRequest(1);
            keys.seal(journal, 2);
            new SqlEventIngest(database, log).ingest(GATE, journal.batch(), NOW);
            journal.batch().getEventsList().forEach(event -> WRITTEN.put(event.getSequence(), event));
            Evidence evidence = new SqlEvidence(database);
            Evidence.Source source = evidence.find(GATE).orElseThrow();
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            ChainExport.write(
                    evidence,
                    new ChainFile.Header(
                            GATE, source.direction(), 1, source.last(), NOW, source.certificates(), AUTHORITY),
                    out);
            FILE = out.toString(StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Stream<byte[]> files() {
        return Stream.of(
                        FILE,
                        FILE.lines().findFirst().orElseThrow()
                                + "\n{\"end\":true,\"count\":0,\"last\":0,\"lastHash\":\"\"}\n")
                .map(text -> text.getBytes(StandardCharsets.UTF_8));
    }

    @MethodSource("files")
    @FuzzTest
    void fuzz(byte[] input) throws IOException {
        String text = new String(input, StandardCharsets.UTF_8);
        ChainReport report =
                new ChainVerifier(Optional.of(AUTHORITY), 0).verify(new BufferedReader(new StringReader(text)));
        if (!(report instanceof ChainReport.Proved)) {
            return;
        }
        List<String> lines = text.lines().toList();
        for (String line : lines.subList(1, lines.size())) {
            if (ChainFile.end(line).isPresent()) {
                continue;
            }
            ChainedEvent event;
            try {
                event = ChainFile.line(line).event();
            } catch (ChainFile.Unreadable e) {
                throw new AssertionError("proved and not readable", e);
            }
            ChainedEvent written = WRITTEN.get(event.getSequence());
            assertThat(event.getFacts()).isEqualTo(written.getFacts());
            assertThat(event.getSubject().isEmpty() ? written.getSubject() : event.getSubject())
                    .as("of event %s", HexFormat.of().toHexDigits(event.getSequence()))
                    .isEqualTo(written.getSubject());
        }
    }
}
