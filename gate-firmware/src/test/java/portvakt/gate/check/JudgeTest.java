package portvakt.gate.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import portvakt.gate.check.Finding.Level;
import portvakt.gate.check.Machine.Reach;
import portvakt.gate.check.Machine.Reach.Outcome;

/** Each fact has its meaning, each meaning its words and, where something is wrong, its remedy, in both languages. */
class JudgeTest {

    private static final Instant NOW = Instant.parse("2026-03-02T07:00:00Z");

    /** As the check says it, with words in both languages. */
    private static String told(Finding finding) {
        for (Locale locale : List.of(Locale.ENGLISH, Locale.of("nb"))) {
            CheckTexts texts = CheckTexts.in(locale);
            assertThat(texts.text(finding)).isNotBlank().doesNotContain("{");
            assertThat(texts.name(finding.check())).isNotBlank();
            if (finding.level() != Level.OK) {
                assertThat(texts.remedy(finding))
                        .as("%s in %s", finding, locale)
                        .isPresent();
            }
        }
        return finding.level() + " " + finding.key();
    }

    @ParameterizedTest
    @CsvSource({
        "-700, 30, true, WARN due",
        "-700, 60, true, OK ok",
        "-700, 0, true, FAIL over",
        "-700, -5, true, FAIL over",
        "-700, -5, false, FAIL over-by-wrong-clock",
        "1, 700, true, FAIL early",
        "1, 700, false, FAIL early"
    })
    void aCertificateHasItsTime(int fromDays, int untilDays, boolean clockRight, String expected) {
        assertThat(told(Judge.certificate(
                        NOW.plus(Duration.ofDays(fromDays)), NOW.plus(Duration.ofDays(untilDays)), NOW, clockRight)))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "5000, 20, OK ok",
        "5000, 251, WARN slow",
        "499, 20, WARN low",
        "99, 20, FAIL full",
        "499, 900, WARN low",
        "5000, , OK room"
    })
    void aDiskHasRoomAndIsQuick(long megabytes, Integer forceMs, String expected) {
        assertThat(told(Judge.disk(new Machine.Disk(
                        Optional.empty(),
                        "ext4",
                        megabytes << 20,
                        Optional.ofNullable(forceMs).map(Duration::ofMillis)))))
                .isEqualTo(expected);
    }

    @Test
    void aDiskThatTakesNothingIsAFault() {
        assertThat(told(Judge.disk(new Machine.Disk(Optional.of("/ (read-only)"), "ext4", 9L << 30, Optional.empty()))))
                .isEqualTo("FAIL fault");
    }

    @ParameterizedTest
    @CsvSource({"tmpfs, FAIL memory", "ramfs, FAIL memory", "overlay, WARN layer", "f2fs, OK room"})
    void aJournalInMemoryIsNone(String type, String expected) {
        assertThat(told(Judge.disk(new Machine.Disk(Optional.empty(), type, 9L << 30, Optional.empty()))))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "true, -10, , OK ok",
        "false, -10, , WARN not-set",
        "true, 10, , FAIL before-build",
        "true, -10, 61, WARN ahead",
        "true, -10, -61, WARN behind",
        "false, -10, 59, WARN not-set",
        "true, -10, 59, OK ok"
    })
    void aClockIsRight(boolean right, int builtDays, Integer aheadSeconds, String expected) {
        assertThat(told(Judge.clock(new Machine.Clock(
                        NOW,
                        right,
                        Optional.of(NOW.plus(Duration.ofDays(builtDays))),
                        Optional.ofNullable(aheadSeconds).map(Duration::ofSeconds)))))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "50000, 0x0, OK ok",
        "50000, , OK ok",
        "80000, 0x0, WARN warm",
        "50000, 0x2, WARN warm",
        "50000, 0x8, WARN warm",
        "50000, 0x50005, FAIL under-voltage",
        "50000, 0x50000, WARN was-under-voltage",
        ", , OK ok"
    })
    void aBoardIsCoolAndFed(Integer millicelsius, String flags, String expected) {
        assertThat(told(Judge.board(new Machine.Board(
                        Optional.of("Raspberry Pi 4"),
                        millicelsius == null ? OptionalInt.empty() : OptionalInt.of(millicelsius),
                        flags == null ? OptionalInt.empty() : OptionalInt.of(Integer.decode(flags))))))
                .isEqualTo(expected);
    }

    @Test
    void eachEndOfTheWayToTheServerIsTold() {
        for (Outcome outcome : Outcome.values()) {
            for (boolean right : new boolean[] {true, false}) {
                Finding finding = Judge.server(new Reach(outcome, "detail", Duration.ofMillis(9)), right);
                assertThat(told(finding))
                        .startsWith(outcome == Outcome.CONNECTED ? "OK" : outcome == Outcome.NONE ? "WARN" : "FAIL");
            }
        }
        assertThat(told(Judge.server(new Reach(Outcome.SERVER_CERTIFICATE_EARLY, "", Duration.ZERO), false)))
                .isEqualTo("FAIL server-certificate-early-by-wrong-clock");
    }

    @ParameterizedTest
    @CsvSource({"128, 200, OK ok", "20, 200, WARN dark", "240, 200, WARN bright", "128, 3, WARN blurred"})
    void aPictureIsLegible(double brightness, double sharpness, String expected) {
        assertThat(told(Judge.camera(Optional.of(new Machine.Picture(1280, 720, brightness, sharpness)), "")))
                .isEqualTo(expected);
    }

    @Test
    void noPictureIsAFault() {
        assertThat(told(Judge.camera(Optional.empty(), "No frame came."))).isEqualTo("FAIL lost");
    }

    @ParameterizedTest
    @CsvSource({"5, 40, 0, OK ok", "5, , 0, OK ok-unknown", "5, 0, 0, FAIL full-soon", "5, 40, 2, WARN torn"})
    void aJournalHasRoom(long waiting, Long daysLeft, int faults, String expected) {
        assertThat(told(Judge.journal(waiting, Optional.ofNullable(daysLeft), faults)))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"3, OK ok", "25, WARN old", "200, FAIL closed"})
    void aListAges(int hours, String expected) {
        assertThat(told(Judge.list("hms-kort", 7, Duration.ofHours(hours), Duration.ofDays(1), Duration.ofDays(7))))
                .isEqualTo(expected);
    }

    @Test
    void theWorstDecidesTheExitCode() {
        Finding ok = Finding.ok(Finding.Check.DISK, "ok");
        assertThat(Finding.exitCode(List.of())).isZero();
        assertThat(Finding.exitCode(List.of(ok))).isZero();
        assertThat(Finding.exitCode(List.of(Finding.warn(Finding.Check.DISK, "low"), ok)))
                .isEqualTo(1);
        assertThat(Finding.exitCode(Arrays.asList(Finding.fail(Finding.Check.DISK, "full"), ok)))
                .isEqualTo(2);
    }

    @Test
    void bothLanguagesSayTheSameThings() {
        assertThat(CheckTexts.in(Locale.of("nb")).keys())
                .isEqualTo(CheckTexts.in(Locale.ENGLISH).keys());
        assertThat(CheckTexts.in(Locale.GERMANY).text("disk")).isEqualTo("Disk");
        assertThat(CheckTexts.in(Locale.of("nn", "NO")).text("clock")).isEqualTo("Klokke");
    }
}
