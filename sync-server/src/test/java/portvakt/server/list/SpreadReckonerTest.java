package portvakt.server.list;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import portvakt.server.list.Spread.Condition;
import portvakt.server.list.Spread.GateSpread;
import portvakt.server.list.Spread.VersionSpread;
import portvakt.server.port.SpreadLog.Applied;
import portvakt.server.port.SpreadLog.GateNow;
import portvakt.server.port.SpreadLog.Reported;
import portvakt.server.port.SpreadLog.Version;

/** The figures of a list's spread are what docs/spread.md says they are. */
class SpreadReckonerTest {

    private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
    private static final Instant LONG_AGO = NOW.minus(Duration.ofDays(2));
    private static final SpreadLimits LIMITS = new SpreadLimits(Duration.ofSeconds(30), Duration.ofMinutes(15));

    private final List<Version> versions = new ArrayList<>();
    private final List<Applied> applied = new ArrayList<>();
    private final List<GateNow> gates = new ArrayList<>();

    @ParameterizedTest
    @CsvSource({"1, 1, 1", "2, 1, 2", "3, 2, 3", "99, 50, 99", "100, 50, 99", "101, 51, 100", "200, 100, 198"})
    void percentilesAreByNearestRank(int n, long p50, long p99) {
        Delays delays =
                Delays.of(LongStream.rangeClosed(1, n).map(i -> n + 1 - i).toArray());
        assertThat(delays).isEqualTo(new Delays(n, Optional.of(p50), Optional.of(p99), Optional.of((long) n)));
    }

    @Test
    void aVersionThatAGatePassedOverCountsWithTheTimeOfTheLaterOne() {
        issue(3, 600);
        issue(4, 400);
        issue(10, 100);
        report("a", 3, 599, LONG_AGO);
        report("a", 10, 95, LONG_AGO);
        gate("a", true, LONG_AGO, 10, "FRESH");

        Spread spread = reckon();

        assertThat(spread.versions())
                .extracting(version -> version.version().version())
                .containsExactly(10L, 4L, 3L);
        assertThat(spread.versions())
                .extracting(version -> version.delays().maxMs())
                .containsExactly(Optional.of(5_000L), Optional.of(305_000L), Optional.of(1_000L));
        assertThat(spread.live())
                .isEqualTo(new Delays(3, Optional.of(5_000L), Optional.of(305_000L), Optional.of(305_000L)));
        assertThat(spread.slowest()).contains(new Spread.Slowest("oslo", "a", 4, 305_000, false));
    }

    @Test
    void aGateThatWasAwayIsNotSlow() {
        issue(4, 3_700);
        issue(5, 3_600);
        report("quick", 4, 3_699, LONG_AGO);
        report("quick", 5, 3_599, LONG_AGO);
        // It has missed both, gets one after the other, and has come back once.
        report("away", 4, 9, NOW.minusSeconds(10));
        report("away", 5, 8, NOW.minusSeconds(10));
        gate("quick", true, LONG_AGO, 5, "FRESH");
        gate("away", true, NOW.minusSeconds(10), 5, "FRESH");

        Spread spread = reckon();

        assertThat(spread.live().maxMs()).contains(1_000L);
        assertThat(spread.live().n()).isEqualTo(2);
        assertThat(spread.catchUp())
                .isEqualTo(new Delays(1, Optional.of(2_000L), Optional.of(2_000L), Optional.of(2_000L)));
        assertThat(of(spread, "away").caughtUp()).isTrue();
        assertThat(of(spread, "away").delayMs()).contains(2_000L);
        assertThat(of(spread, "quick").caughtUp()).isFalse();
    }

    @Test
    void aGateThatStillWaitsCountsWithItsWaitOnceThatIsTooLong() {
        issue(5, 3_600);
        issue(6, 300);
        issue(7, 29);
        report("a", 5, 3_599, LONG_AGO);
        gate("a", true, LONG_AGO, 5, "FRESH");

        Spread spread = reckon();

        assertThat(spread.live().n()).isEqualTo(2);
        assertThat(spread.slowest()).contains(new Spread.Slowest("oslo", "a", 6, 300_000, true));
        assertThat(of(spread, "a").condition()).isEqualTo(Condition.LAGS);
        assertThat(of(spread, "a").behind()).isEqualTo(2);
    }

    @Test
    void offlineGatesAreCountedApart() {
        issue(5, 3_600);
        issue(6, 60);
        report("has", 5, 3_599, LONG_AGO);
        report("left", 5, 3_599, LONG_AGO);
        report("has", 6, 59, LONG_AGO);
        report("left", 6, 59, LONG_AGO);
        report("gone", 5, 3_599, LONG_AGO);
        gate("has", true, LONG_AGO, 6, "FRESH");
        gate("left", false, LONG_AGO, 6, "FRESH", 30, 0);
        gate("gone", false, LONG_AGO, 5, "FRESH", 3_000, 0);

        Spread spread = reckon();

        assertThat(spread.counts()).isEqualTo(new Spread.Counts(3, 1, 2, 1, 1, 0));
        assertThat(spread.counts().atNewest()).isEqualTo(2);
        assertThat(of(spread, "left").condition()).isEqualTo(Condition.OFFLINE);
        assertThat(of(spread, "gone").condition()).isEqualTo(Condition.AWAY);
        assertThat(spread.live().maxMs()).contains(1_000L);
    }

    @Test
    void oneVersionSaysWhoHasItAndWhenTheLastGotIt() {
        issue(5, 3_600);
        report("a", 5, 3_599, LONG_AGO);
        report("b", 7, 3_000, LONG_AGO);
        gate("a", true, LONG_AGO, 5, "FRESH");
        gate("b", true, LONG_AGO, 7, "FRESH");
        gate("c", true, LONG_AGO, 4, "FRESH");

        VersionSpread spread = SpreadReckoner.version(versions.getFirst(), gates, applied, LIMITS, NOW);

        assertThat(spread.have()).isEqualTo(2);
        assertThat(spread.gates()).isEqualTo(3);
        assertThat(spread.lastAt()).contains(NOW.minusSeconds(3_000));
    }

    @Test
    void theGatesOwnClockCountsOnlyWhereItIsSynchronised() {
        issue(5, 100);
        applied.add(applied("a", 5, 98, LONG_AGO, true));
        applied.add(applied("b", 5, 98, LONG_AGO, false));
        gate("a", true, LONG_AGO, 5, "FRESH");
        gate("b", true, LONG_AGO, 5, "FRESH");

        Spread spread = reckon();

        assertThat(of(spread, "a").gateClockDelayMs()).contains(1_500L);
        assertThat(of(spread, "b").gateClockDelayMs()).isEmpty();
        assertThat(of(spread, "b").delayMs()).contains(2_000L);
    }

    @ParameterizedTest
    @CsvSource({
        "FRESH,  5, 60, 60, ''",
        "FRESH,  4, 60, 60, BEHIND",
        "FRESH,  4, 60, 29, ''",
        "GRACE,  5, 60, 60, GRACE",
        "GRACE,  5, 29, 60, ''",
        "STALE,  5, 60, 60, STALE",
        "NONE,   0, 60, 60, NONE",
        "DAMAGED,5, 60, 60, DAMAGED",
        "DAMAGED,4, 60, 60, DAMAGED",
        "UNSPECIFIED, 5, 60, 60, ''",
    })
    void aGateHasTimeFromItsConnectionAndFromTheChangeOfItsState(
            String state, long version, int stateSeconds, int onlineSeconds, String cause) {
        GateNow gate = new GateNow(
                "oslo",
                "a",
                true,
                Optional.of(NOW.minusSeconds(onlineSeconds)),
                Optional.of(NOW),
                Optional.of(new Reported(1, version, NOW, state, NOW.minusSeconds(stateSeconds), 0, 0)),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        Optional<Version> due = Optional.of(new Version(1, 5, NOW.minusSeconds(31), 1, 1));

        assertThat(Lag.of(gate, due, LIMITS, NOW).map(Enum::name).orElse("")).isEqualTo(cause);
    }

    /** Whatever the order of what came in, each gate that was online counts once for each version, with its first report. */
    @Test
    void figuresDoNotDependOnTheOrderOfReports() {
        long seed = 20_261_124;
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 50; round++) {
            versions.clear();
            applied.clear();
            gates.clear();
            for (int version = 1; version <= 20; version++) {
                issue(version, 4_000 - 100 * version);
            }
            for (int gate = 0; gate < 10; gate++) {
                long has = 0;
                while (has < 20) {
                    has = Math.min(20, has + 1 + random.nextInt(4));
                    report("g" + gate, has, 4_000 - 100 * has - random.nextInt(1, 90), LONG_AGO);
                }
                gate("g" + gate, true, LONG_AGO, 20, "FRESH");
            }
            Spread expected = reckon();
            for (int i = applied.size() - 1; i > 0; i--) {
                applied.add(applied.remove(random.nextInt(i + 1)));
            }
            assertThat(reckon()).as("seed %d, round %d", seed, round).isEqualTo(expected);
            assertThat(expected.live().n()).as("seed %d, round %d", seed, round).isEqualTo(200);
        }
    }

    /** A gate reports anew at each connection: what counts is when it was first heard to have the version. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theFirstReportOfAVersionCounts(boolean inOrder) {
        issue(5, 100);
        report("a", 5, inOrder ? 99 : 40, LONG_AGO);
        report("a", 5, inOrder ? 40 : 99, LONG_AGO);
        gate("a", true, LONG_AGO, 5, "FRESH");

        assertThat(reckon().live().maxMs()).contains(1_000L);
    }

    @Test
    void ofEqualDelaysTheSlowestIsTheFirstGateWithTheNewestVersion() {
        issue(5, 200);
        issue(6, 100);
        report("a", 5, 195, LONG_AGO);
        report("b", 5, 195, LONG_AGO);
        report("a", 6, 95, LONG_AGO);
        report("b", 6, 95, LONG_AGO);
        gate("a", true, LONG_AGO, 6, "FRESH");
        gate("b", true, LONG_AGO, 6, "FRESH");

        assertThat(reckon().slowest()).contains(new Spread.Slowest("oslo", "a", 6, 5_000, false));
    }

    @Test
    void theCountsTellWhoIsOnlineWhoHasTheNewestVersionAndWhoLags() {
        issue(5, 3_600);
        issue(6, 60);
        for (String name : List.of("a", "b", "c")) {
            gate(name, true, LONG_AGO, 6, "FRESH");
        }
        gate("d", true, LONG_AGO, 5, "FRESH");
        gate("e", true, NOW.minusSeconds(5), 5, "FRESH");
        gate("f", false, LONG_AGO, 6, "FRESH", 30, 0);
        gate("g", false, LONG_AGO, 5, "FRESH", 30, 0);
        gate("h", false, LONG_AGO, 5, "FRESH", 30, 0);

        Spread spread = reckon();

        assertThat(spread.counts()).isEqualTo(new Spread.Counts(8, 5, 3, 3, 1, 1));
        assertThat(spread.gates())
                .extracting(GateSpread::condition)
                .containsExactly(
                        Condition.NEWEST,
                        Condition.NEWEST,
                        Condition.NEWEST,
                        Condition.LAGS,
                        Condition.UPDATING,
                        Condition.OFFLINE,
                        Condition.OFFLINE,
                        Condition.OFFLINE);
    }

    @Test
    void beforeTheFirstVersionNoGateHasTheNewestOne() {
        gate("a", true, LONG_AGO, 0, "UNSPECIFIED");
        gate("b", false, LONG_AGO, 0, "UNSPECIFIED");

        Spread spread = SpreadReckoner.reckon(
                "hms-kort", Optional.empty(), Optional.empty(), versions, gates, applied, LIMITS, NOW);

        assertThat(spread.counts()).isEqualTo(new Spread.Counts(2, 1, 1, 0, 0, 0));
        assertThat(of(spread, "a").condition()).isEqualTo(Condition.UPDATING);
        assertThat(of(spread, "a").behind()).isZero();
        assertThat(spread.live()).isEqualTo(new Delays(0, Optional.empty(), Optional.empty(), Optional.empty()));
        assertThat(spread.slowest()).isEmpty();
    }

    @Test
    void aGatesListHasAnAgeOnceItHasAList() {
        issue(5, 100);
        gate("has", true, LONG_AGO, 5, "FRESH");
        gate("none", true, LONG_AGO, 0, "NONE");

        Spread spread = SpreadReckoner.reckon(
                "hms-kort",
                Optional.of(versions.getLast()),
                Optional.empty(),
                versions,
                gates,
                applied,
                LIMITS,
                NOW.plusSeconds(7));

        assertThat(of(spread, "has").issuedAt()).contains(NOW);
        assertThat(of(spread, "has").ageMs()).contains(7_000L);
        assertThat(of(spread, "none").issuedAt()).isEmpty();
        assertThat(of(spread, "none").ageMs()).isEmpty();
    }

    private Spread reckon() {
        Optional<Version> due = versions.stream()
                .filter(version -> !version.issuedAt().isAfter(NOW.minus(LIMITS.lagAfter())))
                .reduce((a, b) -> b);
        return SpreadReckoner.reckon(
                "hms-kort", Optional.of(versions.getLast()), due, versions, gates, applied, LIMITS, NOW);
    }

    private static GateSpread of(Spread spread, String gate) {
        return spread.gates().stream()
                .filter(each -> each.gate().equals(gate))
                .findAny()
                .orElseThrow();
    }

    private void issue(long version, long secondsAgo) {
        versions.add(new Version(1, version, NOW.minusSeconds(secondsAgo), 3, 100));
    }

    private void report(String gate, long version, long secondsAgo, Instant onlineSince) {
        applied.add(applied(gate, version, secondsAgo, onlineSince, true));
    }

    private static Applied applied(
            String gate, long version, long secondsAgo, Instant onlineSince, boolean synchronised) {
        Instant at = NOW.minusSeconds(secondsAgo);
        return new Applied("oslo", gate, 1, version, at, at.minusMillis(500), synchronised, at, onlineSince);
    }

    private void gate(String gate, boolean online, Instant onlineSince, long version, String state) {
        gate(gate, online, onlineSince, version, state, 0, 0);
    }

    private void gate(
            String gate,
            boolean online,
            Instant onlineSince,
            long version,
            String state,
            long seenSecondsAgo,
            int damaged) {
        Optional<Applied> newest =
                applied.stream().filter(report -> report.gate().equals(gate)).reduce((a, b) -> b);
        gates.add(new GateNow(
                "oslo",
                gate,
                online,
                Optional.of(onlineSince),
                Optional.of(NOW.minusSeconds(seenSecondsAgo)),
                Optional.of(new Reported(1, version, NOW, state, LONG_AGO, damaged, 0)),
                newest,
                newest.flatMap(report -> versions.stream()
                        .filter(known -> known.version() == report.version())
                        .map(Version::issuedAt)
                        .findAny()),
                Optional.empty()));
    }
}
