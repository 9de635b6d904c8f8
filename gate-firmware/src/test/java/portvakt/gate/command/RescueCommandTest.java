package portvakt.gate.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import portvakt.gate.adapter.file.DataFolder;
import portvakt.gate.journal.SegmentedJournal;
import portvakt.protocol.v1.AccessGranted;
import portvakt.protocol.v1.EventFacts;
import portvakt.protocol.v1.GateStarted;
import portvakt.protocol.v1.Subject;

/** Somebody at a gate in trouble reads what is wrong and what to do; nothing of the gate is touched, and no card is told. */
class RescueCommandTest {

    private static final Instant AT = Instant.parse("2026-06-01T12:00:00Z");

    @TempDir
    private Path folder;

    private Path data;
    private Path config;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final Locale before = Locale.getDefault();

    @BeforeEach
    void write() throws IOException {
        Locale.setDefault(Locale.ENGLISH);
        data = folder.resolve("data");
        try (DataFolder held = DataFolder.lock(data);
                SegmentedJournal journal = SegmentedJournal.open(held.disk(), SegmentedJournal.Limits.DEFAULT)) {
            journal.append(
                    facts(0).setGateStarted(GateStarted.newBuilder().setFirmware("1.0"))
                            .build(),
                    Optional.empty());
            for (int hour = 1; hour <= 3; hour++) {
                journal.append(
                        facts(hour)
                                .setAccessGranted(AccessGranted.getDefaultInstance())
                                .build(),
                        Optional.of(
                                Subject.newBuilder().setCardNumber("4388261").build()));
            }
            journal.acknowledged(2);
        }
        config = Files.writeString(folder.resolve("gate.yaml"), """
                site: rig
                gate: entrance
                direction: IN
                dataFolder: %s
                identityFolder: %s/identity
                lists: [hms-kort]
                turnstile: {relay: {line: 22, active: HIGH}, armSensor: {line: 23, active: LOW}}
                camera: {command: [camera, "rtsp://user:password@camera"]}
                """.formatted(data, folder));
    }

    @AfterEach
    void restore() {
        Locale.setDefault(before);
    }

    private static EventFacts.Builder facts(int hour) {
        return EventFacts.newBuilder()
                .setOccurredAtMs(AT.plusSeconds(3_600L * hour).toEpochMilli());
    }

    private int run(String... args) {
        return new CommandLine(new RescueCommand(InstantSource.system()))
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(args);
    }

    private Map<Path, FileTime> files() throws IOException {
        Map<Path, FileTime> files = new TreeMap<>();
        try (Stream<Path> found = Files.walk(data)) {
            for (Path path : found.toList()) {
                files.put(path, Files.getLastModifiedTime(path));
            }
        }
        return files;
    }

    @Test
    void tellsTheTroubleTheEventsAndWhatToDo() throws Exception {
        Map<Path, FileTime> was = files();
        assertThat(run(config.toString(), "--last", "2")).isEqualTo(2);
        assertThat(out.toString())
                .contains("2 events wait for the server; room for 3650 more days")
                .contains("FAIL  Lists          There is no list hms-kort yet")
                .contains("The gate program does NOT run")
                .contains("card 43***61: granted")
                .contains("What to do:", "  - Make a code on the console")
                .doesNotContain("4388261", "the gate started");
        assertThat(files()).isEqualTo(was);
    }

    @Test
    void worksBesideAGateThatRuns() throws Exception {
        try (DataFolder _ = DataFolder.lock(data)) {
            run(config.toString());
        }
        assertThat(out.toString()).contains("The gate program runs.", "granted");
    }

    @Test
    void aTornJournalIsSaid() throws Exception {
        Path segment;
        try (Stream<Path> found = Files.list(data)) {
            segment = found.filter(path -> path.getFileName().toString().startsWith("events-"))
                    .findFirst()
                    .orElseThrow();
        }
        byte[] bytes = Files.readAllBytes(segment);
        Files.write(segment, java.util.Arrays.copyOf(bytes, bytes.length - 3));
        run(config.toString());
        assertThat(out.toString()).contains("1 events wait for the server; 1 places are torn or damaged");
    }

    @Test
    void aFileForSupportHoldsNobodyAndNoSecret() throws Exception {
        Path bundle = folder.resolve("support.zip");
        assertThat(run(config.toString(), "--bundle", bundle.toString())).isEqualTo(2);
        StringBuilder all = new StringBuilder();
        try (ZipFile zip = new ZipFile(bundle.toFile())) {
            for (ZipEntry entry : zip.stream().toList()) {
                all.append(new String(zip.getInputStream(entry).readAllBytes(), StandardCharsets.UTF_8));
            }
        }
        assertThat(all)
                .contains("granted", "gate entrance of site rig", "\"check\" : \"journal\"")
                .doesNotContain("4388261", "43***61", "rtsp:");

        assertThat(run(config.toString(), "--bundle", bundle.toString())).isEqualTo(2);
        assertThat(err.toString()).contains("cannot be written");
    }

    @Test
    void withoutADataFolderItSaysSo() throws Exception {
        Files.writeString(config, Files.readString(config).replace(data.toString(), folder + "/nowhere"));
        run(config.toString());
        assertThat(out.toString()).contains("WARN  Journal        There is none in");
        assertThat(folder.resolve("nowhere")).doesNotExist();
    }
}
