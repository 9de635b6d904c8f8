package portvakt.server.log;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import portvakt.protocol.v1.ClockTrust;
import portvakt.protocol.v1.EventFacts;
import portvakt.server.log.GateRuns.Run;

/** Runs of a gate's program lie where their events lie, and a clock that was right once is held to its word from then on. */
class GateRunsTest {

    private static final String BOOT = "aaaa";
    private static final Instant START = Instant.parse("2026-03-02T06:00:00Z");

    private final GateRuns runs = new GateRuns();

    private static EventFacts facts(String boot, ClockTrust trust) {
        return EventFacts.newBuilder()
                .setBootId(ByteString.fromHex(boot))
                .setClockTrust(trust)
                .build();
    }

    private static EventFacts at(String boot, long uptimeMs, long wallMs, ClockTrust trust) {
        return facts(boot, trust).toBuilder()
                .setUptimeNs(uptimeMs * 1_000_000)
                .setOccurredAtMs(START.toEpochMilli() + wallMs)
                .build();
    }

    private static EventFacts synchronised(long uptimeMs, long wallMs) {
        return at(BOOT, uptimeMs, wallMs, ClockTrust.CLOCK_TRUST_SYNCHRONISED);
    }

    private static EventFacts bounded(long uptimeMs, long wallMs) {
        return at(BOOT, uptimeMs, wallMs, ClockTrust.CLOCK_TRUST_BOUNDED_BELOW);
    }

    @Test
    void aRunIsNamedByUpTo32BytesAndLongerNamesAreNonsense() {
        assertThat(GateRuns.boot(ByteString.EMPTY)).isEmpty();
        assertThat(GateRuns.boot(ByteString.fromHex("00ff"))).contains("00ff");
        assertThat(GateRuns.boot(ByteString.copyFrom(new byte[32]))).contains("00".repeat(32));
        assertThat(GateRuns.boot(ByteString.copyFrom(new byte[33]))).isEmpty();
        assertThat(GateRuns.bootOf(facts("0102", ClockTrust.CLOCK_TRUST_UNKNOWN)))
                .contains("0102");
        assertThat(GateRuns.bootOf(EventFacts.getDefaultInstance())).isEmpty();
    }

    @Test
    void bytesThatAreNoMessageAreNoFacts() {
        EventFacts facts = synchronised(1, 2);
        assertThat(GateRuns.facts(facts.toByteString())).contains(facts);
        assertThat(GateRuns.facts(ByteString.fromHex("ff0102"))).isEmpty();
    }

    @Test
    void onlyTheFirstEventOfARunMakesItNew() {
        assertThat(runs.take(5, facts("aaaa", ClockTrust.CLOCK_TRUST_UNKNOWN))).isTrue();
        assertThat(runs.take(6, facts("aaaa", ClockTrust.CLOCK_TRUST_UNKNOWN))).isFalse();
        assertThat(runs.take(7, facts("bbbb", ClockTrust.CLOCK_TRUST_UNKNOWN))).isTrue();
        assertThat(runs.take(8, EventFacts.getDefaultInstance())).isFalse();
        assertThat(runs.all()).containsOnlyKeys("aaaa", "bbbb");
        assertThat(runs.all()).containsEntry("aaaa", new Run(5, 6, Optional.empty()));
    }

    @Test
    void aRunReachesFromItsLowestEventToItsHighestHoweverTheyCome() {
        runs.take(8, facts(BOOT, ClockTrust.CLOCK_TRUST_SYNCHRONISED));
        runs.take(4, facts(BOOT, ClockTrust.CLOCK_TRUST_UNKNOWN));
        runs.take(6, facts(BOOT, ClockTrust.CLOCK_TRUST_SYNCHRONISED));
        runs.take(7, facts(BOOT, ClockTrust.CLOCK_TRUST_SYNCHRONISED));
        runs.take(9, facts(BOOT, ClockTrust.CLOCK_TRUST_BOUNDED_BELOW));
        assertThat(runs.all()).containsEntry(BOOT, new Run(4, 9, Optional.of(6L)));
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void whatIsStoredOfARunIsAddedBeforeOrAfterItsEvents(boolean storedFirst) {
        Run stored = new Run(2, 30, Optional.of(20L));
        if (storedFirst) {
            runs.add(BOOT, stored);
        }
        assertThat(runs.take(31, facts(BOOT, ClockTrust.CLOCK_TRUST_UNKNOWN))).isEqualTo(!storedFirst);
        runs.take(29, facts(BOOT, ClockTrust.CLOCK_TRUST_SYNCHRONISED));
        if (!storedFirst) {
            runs.add(BOOT, stored);
        }
        assertThat(runs.all()).containsEntry(BOOT, new Run(2, 31, Optional.of(20L)));
    }

    /** From the event before, 10 s after the start by both clocks, to one at these seconds; the clock was right before that. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "it keeps step | 20 | 20 | ",
                "a minute forward is drift | 20 | 80 | ",
                "a minute back is drift | 100 | 40 | ",
                "more than a minute forward | 20 | 81 | from 2026-03-02T06:00:20Z to 2026-03-02T06:01:21Z (+61 s",
                "more than a minute back | 101 | 40 | from 2026-03-02T06:01:41Z to 2026-03-02T06:00:40Z (-61 s",
            })
    void aClockThatWasRightMayBeOffByAMinuteAgainstItsUptime(String why, long uptime, long wall, String told) {
        runs.take(2, synchronised(10_000, 10_000));
        for (EventFacts after :
                new EventFacts[] {synchronised(uptime * 1_000, wall * 1_000), bounded(uptime * 1_000, wall * 1_000)}) {
            Optional<String> jump = runs.jump(synchronised(10_000, 10_000), 3, after);
            assertThat(jump)
                    .as(why)
                    .isEqualTo(Optional.ofNullable(told)
                            .map(text -> "at event 3 the gate's clock went " + text + " against its uptime)"));
        }
    }

    @Test
    void aMillisecondMoreThanAMinuteIsAJump() {
        runs.take(2, synchronised(0, 0));
        assertThat(runs.jump(synchronised(0, 0), 3, synchronised(1_000, 61_000)))
                .isEmpty();
        assertThat(runs.jump(synchronised(0, 0), 3, synchronised(1_000, 61_001)))
                .isPresent();
    }

    @Test
    void aClockThatWasNeverRightMayGoForwardButNotBack() {
        runs.take(2, bounded(0, 0));
        runs.take(3, bounded(1_000, 3_600_000));
        assertThat(runs.jump(bounded(0, 0), 3, bounded(1_000, 3_600_000))).isEmpty();
        assertThat(runs.jump(bounded(0, 0), 3, bounded(1_000, -3_600_000)))
                .hasValueSatisfying(text -> assertThat(text).contains("(-3601 s"));
    }

    @Test
    void theFirstSynchronisationMayPutAClockAnywhereAndTheNextMayNot() {
        runs.take(2, bounded(0, 0));
        runs.take(3, synchronised(1_000, -3_600_000));
        assertThat(runs.jump(bounded(0, 0), 3, synchronised(1_000, -3_600_000))).isEmpty();
        assertThat(runs.jump(synchronised(1_000, -3_600_000), 4, synchronised(2_000, 0)))
                .isPresent();
    }

    @Test
    void anotherRunMayBeginAtAnyTime() {
        EventFacts before = synchronised(10_000, 10_000);
        EventFacts later = at("bbbb", 0, Duration.ofDays(3).toMillis(), ClockTrust.CLOCK_TRUST_SYNCHRONISED);
        runs.take(2, before);
        runs.take(3, later);
        assertThat(runs.jump(before, 3, later)).isEmpty();
    }

    @Test
    void eventsThatDoNotSayTheirRunAreNotCompared() {
        EventFacts before =
                synchronised(10_000, 10_000).toBuilder().clearBootId().build();
        EventFacts after =
                synchronised(11_000, -9_000_000).toBuilder().clearBootId().build();
        assertThat(runs.jump(before, 3, after)).isEmpty();
        assertThat(runs.jump(before, 3, synchronised(11_000, -9_000_000))).isEmpty();
    }

    /** Uptime is an unsigned number on the wire: half of its range is negative to Java. */
    @Test
    void anUptimeOfMoreThan292YearsIsStillAnUptime() {
        EventFacts before = synchronised(0, 0).toBuilder()
                .setUptimeNs(Long.MAX_VALUE - 999_999_999L)
                .build();
        EventFacts after = synchronised(0, 2_000).toBuilder()
                .setUptimeNs(Long.MAX_VALUE + 1_000_000_001L)
                .build();
        runs.take(2, before);
        assertThat(runs.jump(before, 3, after)).isEmpty();
    }
}
