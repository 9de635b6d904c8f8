package portvakt.gate.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import portvakt.gate.access.AccessPolicy;
import portvakt.gate.access.GateTime;
import portvakt.gate.access.ListAge;
import portvakt.gate.access.ListPolicy;
import portvakt.protocol.ListState;
import portvakt.protocol.v1.ClockTrust;

/**
 * Whatever a gate's clock does, the time it decides by never goes behind what is proved, is trusted only where nothing speaks
 * against it, and comes right again by itself.
 */
class TrustedTimeTest {

    private static final Instant BUILT = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
    private static final Instant YEAR_1970 = Instant.EPOCH.plusSeconds(30);
    private static final String LIST = "hms-kort";
    private static final ClockTrust TRUSTED = ClockTrust.CLOCK_TRUST_SYNCHRONISED;
    private static final ClockTrust BOUNDED = ClockTrust.CLOCK_TRUST_BOUNDED_BELOW;
    private static final ListPolicy POLICY =
            new AccessPolicy(null, List.of(), null, days(1), days(3), days(7), false, false, true, null).lists();

    private final TrustedTime time = new TrustedTime(Optional.of(BUILT));
    private Instant system = NOW;
    private boolean synchronised;
    private Duration uptime = Duration.ZERO;

    private static Duration days(long days) {
        return Duration.ofDays(days);
    }

    private void pass(Duration duration) {
        system = system.plus(duration);
        uptime = uptime.plus(duration);
    }

    private GateTime now() {
        return time.at(new TrustedTime.Reading(system, uptime.toNanos(), synchronised));
    }

    private void signed(Instant issuedAt) {
        time.signed(LIST, 1, issuedAt, uptime.toNanos());
    }

    private void journalled(Instant at) {
        time.journalled(at, uptime.toNanos());
    }

    private List<String> faults() {
        return time.faults().stream().map(ClockFault::kind).toList();
    }

    /** The state of a list that was signed then. */
    private ListState state(Instant issuedAt, boolean heard) {
        GateTime now = now();
        return new ListAge(age(issuedAt, now.wall()), age(issuedAt, now.notBefore()), days(30), heard, now.isTrusted())
                .state(POLICY);
    }

    private static Duration age(Instant issuedAt, Instant at) {
        return issuedAt.isAfter(at) ? Duration.ZERO : Duration.between(issuedAt, at);
    }

    @Test
    void aColdBootWithoutNetworkGoesOnFromWhatIsProved() {
        system = YEAR_1970;
        assertThat(now()).isEqualTo(new GateTime(BUILT, 0, BOUNDED, BUILT));
        signed(NOW);
        journalled(NOW.plus(days(2)));
        pass(Duration.ofHours(5));
        Instant expected = NOW.plus(days(2)).plus(Duration.ofHours(5));
        assertThat(now()).isEqualTo(new GateTime(expected, uptime.toNanos(), BOUNDED, expected));
        assertThat(state(NOW, false)).isEqualTo(ListState.GRACE);
        pass(Duration.ofHours(20));
        assertThat(state(NOW, false)).as("the proofs go on with the uptime").isEqualTo(ListState.STALE);
        assertThat(faults()).isEmpty();
    }

    @Test
    void whatWasProvedLastIsNotWhatWasProvedLatest() {
        system = YEAR_1970;
        journalled(NOW.plus(days(2)));
        journalled(NOW.plus(days(1)));
        signed(NOW);
        assertThat(now().wall()).as("of two times in the journal").isEqualTo(NOW.plus(days(2)));
        TrustedTime other = new TrustedTime(Optional.of(NOW.plus(days(3))));
        other.signed(LIST, 1, NOW, 0);
        assertThat(other.at(new TrustedTime.Reading(YEAR_1970, 0, false)).wall())
                .as("of a list and the program's build")
                .isEqualTo(NOW.plus(days(3)));
    }

    @Test
    void withoutASignedListTheJournalAloneTells() {
        TrustedTime alone = new TrustedTime(Optional.empty());
        alone.journalled(NOW, 0);
        assertThat(alone.at(new TrustedTime.Reading(YEAR_1970, 0, false)))
                .isEqualTo(new GateTime(NOW, 0, BOUNDED, NOW));
    }

    @Test
    void withoutAnyProofNothingIsKnown() {
        TrustedTime blank = new TrustedTime(Optional.empty());
        assertThat(blank.at(new TrustedTime.Reading(YEAR_1970, 0, false)))
                .isEqualTo(new GateTime(YEAR_1970, 0, ClockTrust.CLOCK_TRUST_UNKNOWN, Instant.EPOCH));
    }

    @Test
    void aClockIn1970ThatCallsItselfSynchronisedIsContradictedUntilItIsSet() {
        system = YEAR_1970;
        synchronised = true;
        assertThat(now().wall()).isEqualTo(BUILT);
        assertThat(now().trust()).isEqualTo(BOUNDED);
        assertThat(faults()).containsExactly("CLOCK_CONTRADICTED");
        now();
        assertThat(faults()).as("told once").isEmpty();
    }

    @Test
    void theStepThatSetsTheClockForTheFirstTimeIsNoJump() {
        system = YEAR_1970;
        signed(NOW.minus(days(2)));
        now();
        pass(Duration.ofMinutes(1));
        system = NOW;
        synchronised = true;
        assertThat(now()).isEqualTo(new GateTime(NOW, uptime.toNanos(), TRUSTED));
        assertThat(faults()).isEmpty();
    }

    @Test
    void aJumpBackIsNotBelievedAndTakesNothingOfAListsAge() {
        synchronised = true;
        Instant issued = NOW.minus(days(4));
        signed(issued);
        assertThat(state(issued, true)).isEqualTo(ListState.STALE);
        pass(Duration.ofSeconds(1));
        Instant before = system;
        system = issued.plus(Duration.ofHours(1));
        GateTime after = now();
        assertThat(after.trust()).isEqualTo(BOUNDED);
        assertThat(after.wall()).isBetween(before.minusSeconds(2), before);
        assertThat(state(issued, true)).isEqualTo(ListState.STALE);
        assertThat(faults()).contains("CLOCK_JUMPED");
    }

    @Test
    void aJumpForwardIsNotBelievedUntilTheClockHasRunSteadily() {
        synchronised = true;
        signed(NOW);
        now();
        pass(Duration.ofSeconds(1));
        system = system.plus(days(20));
        assertThat(now().trust()).isEqualTo(BOUNDED);
        assertThat(state(NOW, true)).isEqualTo(ListState.GRACE);
        assertThat(faults()).containsExactly("CLOCK_JUMPED");
        pass(TrustedTime.STEADY_TIME.minusNanos(1));
        assertThat(now().trust()).isEqualTo(BOUNDED);
        pass(Duration.ofNanos(1));
        assertThat(now().trust()).isEqualTo(TRUSTED);
        assertThat(state(NOW, true)).isEqualTo(ListState.STALE);
        assertThat(faults()).isEmpty();
    }

    @Test
    void aClockThatJumpsOnAndOnIsToldOnceAndNeverTrusted() {
        synchronised = true;
        now();
        for (int jump = 0; jump < 20; jump++) {
            pass(Duration.ofMinutes(10));
            system = system.plus(jump % 2 == 0 ? days(1) : days(-1));
            assertThat(now().trust()).isEqualTo(BOUNDED);
        }
        assertThat(faults()).containsExactly("CLOCK_JUMPED");
    }

    @Test
    void aClockThatIsCorrectedBySecondsIsTrustedAllTheTime() {
        synchronised = true;
        for (int correction = 0; correction < 1_000; correction++) {
            pass(TrustedTime.STEADY_TIME);
            system = system.plusSeconds(correction % 3 == 0 ? -20 : 10);
            assertThat(now()).isEqualTo(new GateTime(system, uptime.toNanos(), TRUSTED));
        }
        assertThat(faults()).isEmpty();
    }

    @Test
    void aReplayedOldHeadMakesNothingFresher() {
        system = YEAR_1970;
        signed(NOW);
        pass(days(4));
        Instant proved = now().notBefore();
        // A broker that holds back gives out, after each new connection, what it kept.
        for (Instant old : List.of(NOW, NOW.minus(days(9)), NOW.plus(days(2)))) {
            signed(old);
            assertThat(now().notBefore()).isEqualTo(proved);
            assertThat(now().trust()).isEqualTo(BOUNDED);
        }
        assertThat(state(NOW, true)).isEqualTo(ListState.STALE);
        synchronised = true;
        system = NOW.plus(days(10));
        signed(NOW);
        assertThat(state(NOW, true)).isEqualTo(ListState.STALE);
    }

    @Test
    void aPutBackImageIsInGraceUntilTheServerIsHeardAndTheFloorRisesAgain() {
        // The image is ten days old, list and journal with it; the list was fresh when it was taken.
        Instant taken = NOW.minus(days(10));
        system = YEAR_1970;
        signed(taken);
        journalled(taken.plusSeconds(600));
        assertThat(state(taken, false)).as("clock wrong").isEqualTo(ListState.GRACE);
        assertThat(now().wall()).isEqualTo(taken.plusSeconds(600));
        signed(NOW);
        assertThat(now().notBefore()).as("heard").isEqualTo(NOW);
        assertThat(state(taken, false)).as("what was put back is proved old").isEqualTo(ListState.STALE);
        assertThat(state(NOW, true)).as("clock not synchronised yet").isEqualTo(ListState.GRACE);
        system = NOW;
        synchronised = true;
        assertThat(state(NOW, true)).isEqualTo(ListState.FRESH);
    }

    @Test
    void aPutBackImageUnderARightClockIsAsOldAsItIs() {
        synchronised = true;
        Instant yesterday = NOW.minus(Duration.ofHours(20));
        signed(yesterday);
        journalled(yesterday);
        assertThat(state(yesterday, false)).isEqualTo(ListState.GRACE);
        assertThat(state(yesterday, true)).isEqualTo(ListState.FRESH);
        assertThat(state(NOW.minus(days(10)), false)).isEqualTo(ListState.STALE);
    }

    @Test
    void aFarFutureTimeInTheJournalLocksNoGate() {
        system = YEAR_1970;
        signed(NOW);
        journalled(NOW.plus(days(3650)));
        assertThat(now().notBefore()).as("not believed").isEqualTo(NOW);
        assertThat(now().wall()).isEqualTo(NOW);
        assertThat(state(NOW, true)).isEqualTo(ListState.GRACE);
        system = NOW.plusSeconds(60);
        synchronised = true;
        assertThat(state(NOW, true)).isEqualTo(ListState.FRESH);
        synchronised = false;
        assertThat(now().notBefore()).as("replaced by the clock that was right").isEqualTo(system);
    }

    @Test
    void aJournalFromAPlausibleTimeCounts() {
        system = YEAR_1970;
        signed(NOW);
        journalled(NOW.plus(TrustedTime.WEAK_LEAD_MAX));
        assertThat(now().notBefore()).isEqualTo(NOW.plus(TrustedTime.WEAK_LEAD_MAX));
        assertThat(state(NOW, true)).isEqualTo(ListState.STALE);
    }

    @Test
    void aServerClockThatWasFarAheadIsForgottenWithTheNextEpoch() {
        system = YEAR_1970;
        Instant ahead = NOW.plus(days(2_000));
        // The gate's clock was not set yet, so nothing spoke against the head.
        signed(ahead);
        assertThat(now().wall()).isEqualTo(ahead);
        system = NOW;
        synchronised = true;
        assertThat(now().trust()).isEqualTo(BOUNDED);
        assertThat(faults()).containsExactly("CLOCK_CONTRADICTED");
        assertThat(state(ahead, true)).as("its own list goes on for its grace").isEqualTo(ListState.GRACE);
        pass(Duration.ofMinutes(5));
        time.signed(LIST, 1, NOW, uptime.toNanos());
        assertThat(now().trust()).as("in the same epoch time only rises").isEqualTo(BOUNDED);
        time.signed(LIST, 2, system, uptime.toNanos());
        assertThat(now()).isEqualTo(new GateTime(system, uptime.toNanos(), TRUSTED));
        assertThat(state(system, true)).isEqualTo(ListState.FRESH);
        time.signed(LIST, 1, ahead, uptime.toNanos());
        assertThat(now().trust()).as("the epoch before counts no more").isEqualTo(TRUSTED);
        assertThat(faults()).isEmpty();
    }

    @Test
    void anIssuersClockMayBeAFewMinutesAhead() {
        synchronised = true;
        signed(NOW.plus(TrustedTime.CONTRADICTION_LEEWAY));
        assertThat(now().trust()).isEqualTo(TRUSTED);
        signed(NOW.plus(TrustedTime.CONTRADICTION_LEEWAY).plusNanos(1));
        assertThat(now().trust()).isEqualTo(BOUNDED);
    }

    static LongStream seeds() {
        return LongStream.rangeClosed(1, 50);
    }

    /** A random life: what is trusted is the synchronised clock itself, and the lower bound is never above the wall. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void whateverHappensTheBoundStandsBelowTheWallAndFollowsTheSignedTimes(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        TreeSet<Instant> accepted = new TreeSet<>(List.of(BUILT));
        for (int step = 0; step < 2_000; step++) {
            pass(Duration.ofSeconds(random.nextInt(3_600)));
            switch (random.nextInt(8)) {
                case 0 -> system = Instant.EPOCH.plusSeconds(random.nextLong(4_000_000_000L));
                case 1 -> synchronised = random.nextBoolean();
                case 2 -> {
                    Instant issued = accepted.last().plusSeconds(random.nextInt(10_000));
                    accepted.add(issued);
                    signed(issued);
                }
                case 3 -> signed(accepted.first().plusSeconds(random.nextInt(1_000)));
                case 4 -> journalled(Instant.EPOCH.plusSeconds(random.nextLong(4_000_000_000L)));
                default -> {}
            }
            GateTime now = now();
            String where = "seed " + seed + ", step " + step;
            assertThat(now.uptimeNs()).as(where).isEqualTo(uptime.toNanos());
            assertThat(now.notBefore()).as(where).isBeforeOrEqualTo(now.wall());
            if (now.isTrusted()) {
                assertThat(synchronised).as(where).isTrue();
                assertThat(now.wall()).as(where).isEqualTo(system);
                assertThat(system.plus(TrustedTime.CONTRADICTION_LEEWAY))
                        .as(where)
                        .isAfterOrEqualTo(accepted.last());
            } else {
                assertThat(now.notBefore()).as(where).isAfterOrEqualTo(accepted.last());
            }
        }
    }
}
