package portvakt.gate.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import portvakt.gate.adapter.file.DataFolder;
import portvakt.gate.journal.SegmentedJournal;
import portvakt.protocol.DenialReason;
import portvakt.protocol.Direction;
import portvakt.protocol.event.EventChain;
import portvakt.protocol.event.JournalStart;
import portvakt.protocol.v1.AccessDenied;
import portvakt.protocol.v1.AccessGranted;
import portvakt.protocol.v1.AccessTaken;
import portvakt.protocol.v1.Alarm;
import portvakt.protocol.v1.ClockTrust;
import portvakt.protocol.v1.EventFacts;
import portvakt.protocol.v1.GateStarted;
import portvakt.protocol.v1.Subject;

/** Somebody at a broken gate sees what happened last, in plain words and without card numbers, and nothing is touched. */
class JournalCommandTest {

    private static final SegmentedJournal.Limits SMALL = new SegmentedJournal.Limits(300, 1 << 20);
    private static final long AT_MS = Instant.parse("2026-06-01T12:00:00Z").toEpochMilli();

    @TempDir
    private Path temporary;

    private Path folder;
    private final CountDownLatch told = new CountDownLatch(1);
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void write() throws IOException {
        folder = temporary.resolve("data");
        try (DataFolder data = DataFolder.lock(folder);
                SegmentedJournal journal = SegmentedJournal.open(data.disk(), SMALL)) {
            Optional<Subject> somebody =
                    Optional.of(Subject.newBuilder().setCardNumber("4388261").build());
            journal.append(
                    facts(1).setGateStarted(GateStarted.newBuilder().setFirmware("1.0"))
                            .build(),
                    Optional.empty());
            journal.append(
                    facts(2).setAccessGranted(AccessGranted.getDefaultInstance())
                            .build(),
                    somebody);
            journal.append(
                    facts(3).setAccessTaken(AccessTaken.newBuilder().setGrantedSequence(2))
                            .build(),
                    somebody);
            journal.append(
                    facts(4).setAccessDenied(
                                    AccessDenied.newBuilder().setReason(DenialReason.CREDENTIAL_REVOKED.code()))
                            .build(),
                    somebody);
            for (int second = 5; second <= 12; second++) {
                journal.append(alarm(second), Optional.empty());
            }
        }
    }

    private static EventFacts.Builder facts(int second) {
        return EventFacts.newBuilder()
                .setOccurredAtMs(AT_MS + second * 1_000L)
                .setClockTrust(ClockTrust.CLOCK_TRUST_SYNCHRONISED)
                .setDirection(Direction.IN.wire());
    }

    private static EventFacts alarm(int second) {
        return facts(second)
                .setAlarm(Alarm.newBuilder().setKind("TEST").setDetail("number " + second))
                .build();
    }

    private int run(String... args) {
        return new CommandLine(new JournalCommand(told))
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err, true))
                .execute(args);
    }

    private List<String> lines() {
        return out.toString().lines().toList();
    }

    private List<Path> segments() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().startsWith("events-"))
                    .sorted()
                    .toList();
        }
    }

    private Map<Path, String> contents() throws IOException {
        Map<Path, String> contents = new TreeMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                FileTime changed = Files.getLastModifiedTime(file);
                contents.put(file, changed + " " + HexFormat.of().formatHex(Files.readAllBytes(file)));
            }
        }
        return contents;
    }

    /** A new journal goes on after event 40 of the server; the one from before can still be looked at. */
    @Test
    void aJournalThatWasSetAsideIsShownWhenItIsAskedFor() throws IOException {
        run(folder.toString(), "--last", "100");
        List<String> old = lines();
        JournalStart start = new JournalStart(40, EventChain.GENESIS);
        try (DataFolder data = DataFolder.lock(folder);
                SegmentedJournal journal = SegmentedJournal.open(data.disk(), SMALL, start, new SecureRandom())) {
            journal.append(
                    facts(50)
                            .setGateStarted(
                                    GateStarted.newBuilder().setFirmware("1.0").setGoesOnAfterSequence(40))
                            .build(),
                    Optional.empty());
        }
        out.getBuffer().setLength(0);
        assertThat(run(folder.toString())).isZero();
        assertThat(lines()).singleElement().asString().contains("goes on after event 40, which the server has");
        assertThat(err.toString()).contains("set aside at event 40 of the server: --set-aside 40 shows it");

        out.getBuffer().setLength(0);
        assertThat(run(folder.toString(), "--last", "100", "--set-aside", "40")).isZero();
        assertThat(lines()).isEqualTo(old).hasSize(12);
        assertThat(run(folder.toString(), "--set-aside", "41")).isEqualTo(2);
        assertThat(err.toString()).contains("no journal was set aside at event 41; give one of [40]");
    }

    @Test
    void whatHappenedIsToldInPlainWordsAndNothingIsTouched() throws IOException {
        Map<Path, String> before = contents();
        assertThat(run(folder.toString())).isZero();
        assertThat(lines())
                .hasSize(12)
                .startsWith(
                        "1  2026-06-01 14:00:01.000  IN   the gate started, firmware 1.0",
                        "2  2026-06-01 14:00:02.000  IN   card 43***61: granted",
                        "3  2026-06-01 14:00:03.000  IN   card 43***61: went through, by grant 2",
                        "4  2026-06-01 14:00:04.000  IN   card 43***61: DENIED, CREDENTIAL_REVOKED")
                .endsWith("12  2026-06-01 14:00:12.000  IN   ALARM TEST: number 12");
        assertThat(err.toString()).isEmpty();
        assertThat(contents()).isEqualTo(before);
    }

    @Test
    void aPassIsCalledOne() throws IOException {
        try (DataFolder data = DataFolder.lock(folder);
                SegmentedJournal journal = SegmentedJournal.open(data.disk(), SMALL)) {
            journal.append(
                    facts(13)
                            .setAccessGranted(AccessGranted.getDefaultInstance())
                            .build(),
                    Optional.of(Subject.newBuilder()
                            .setCardNumber("0123456789012345")
                            .build()));
        }
        assertThat(run(folder.toString(), "--last", "1")).isZero();
        assertThat(lines().getFirst()).endsWith("pass 01************45: granted");
    }

    @Test
    void cardsAreShownWholeOnlyWhenAskedFor() {
        assertThat(run(folder.toString(), "--show-cards", "--last", "9")).isZero();
        assertThat(lines()).hasSize(9).first().asString().startsWith("4  ").contains("card 4388261: DENIED");
    }

    @Test
    void aTornEndIsToldAndTheRestIsShown() throws IOException {
        Path newest = segments().getLast();
        Files.write(newest, new byte[] {0, 0, 1, 7, 9}, StandardOpenOption.APPEND);
        Map<Path, String> before = contents();
        assertThat(run(folder.toString(), "--last", "1")).isEqualTo(1);
        assertThat(lines()).singleElement().asString().endsWith("number 12");
        assertThat(err.toString())
                .startsWith(newest.getFileName() + ": torn after event 12: 5 bytes from ")
                .contains("power cut");
        assertThat(contents()).isEqualTo(before);
    }

    @Test
    void whatIsWholeBehindADamageIsShownToo() throws IOException {
        Path first = segments().getFirst();
        byte[] bytes = Files.readAllBytes(first);
        int second = 8 + ByteBuffer.wrap(bytes).getInt();
        bytes[second + 20] ^= 1;
        Files.write(first, bytes);
        assertThat(run(folder.toString())).isEqualTo(1);
        assertThat(lines()).hasSize(11).element(1).asString().startsWith("3  ");
        assertThat(err.toString())
                .contains(first.getFileName() + ": torn after event 1: ", " bytes from " + second + " on")
                .contains("events 2 to 2 are missing");
    }

    @Test
    void aSegmentThatIsGoneIsMissed() throws IOException {
        Files.delete(segments().get(1));
        assertThat(run(folder.toString())).isEqualTo(1);
        assertThat(err.toString()).containsPattern("events [0-9]+ to [0-9]+ are missing");
    }

    @Test
    void whileTheGateRunsItIsFollowed() throws Exception {
        try (DataFolder data = DataFolder.lock(folder);
                SegmentedJournal journal = SegmentedJournal.open(data.disk(), SMALL)) {
            Thread following = Thread.ofPlatform().start(() -> run(folder.toString(), "--last", "1", "--follow"));
            await().until(() -> lines().size() == 1);
            for (int second = 13; second <= 30; second++) {
                journal.append(alarm(second), Optional.empty());
            }
            await().until(() -> lines().size() == 19);
            told.countDown();
            following.join();
            assertThat(lines().getLast()).endsWith("number 30");
        }
    }

    @Test
    void aFolderThatIsNoneIsNamed() {
        assertThat(run(temporary.resolve("nothing").toString())).isEqualTo(2);
        assertThat(err.toString()).contains("nothing: is no folder");
        assertThat(temporary.resolve("nothing")).doesNotExist();
    }
}
