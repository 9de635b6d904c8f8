package portvakt.server.list;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A list is fetched again before it expires, a register that is down is not run over, and no setting can do either. */
class PollScheduleTest {

    private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
    private static final PollSchedule SCHEDULE = new PollSchedule(Optional.empty());

    @ParameterizedTest
    @ValueSource(strings = {"PT5S", "PT24H"})
    void theSettingMayBeFiveSecondsToADay(Duration interval) {
        assertThat(new PollSchedule(Optional.of(interval)).afterSuccess(Optional.empty(), Optional.empty(), NOW))
                .isEqualTo(interval);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT4.999S", "PT24H0.001S", "PT0S", "-PT1M"})
    void anotherSettingIsRefusedWithTheBounds(Duration interval) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PollSchedule(Optional.of(interval)))
                .withMessage("interval must be PT5S to PT24H, got " + interval);
    }

    /** Setting, the list's time to live, time until it expires, wait. */
    @ParameterizedTest
    @CsvSource({
        // The setting counts before the list's word, and without both it is a quarter of an hour.
        ",       ,      ,       PT15M",
        ",       PT2M,  ,       PT2M",
        "PT7M,   PT2M,  ,       PT7M",
        // A quarter of what is left is kept for failures.
        ",       ,      PT40M,  PT15M",
        ",       ,      PT20M,  PT15M",
        ",       ,      PT4M,   PT3M",
        "PT10M,  PT2M,  PT8M,   PT6M",
        ",       PT2M,  PT8M,   PT2M",
        // Never at once, not even for a list that has expired, and never later than in a day.
        ",       PT1S,  ,       PT5S",
        ",       ,      PT1S,   PT5S",
        ",       ,      -PT1H,  PT5S",
        ",       PT240H,,       PT24H",
        ",       PT240H,PT240H, PT24H",
    })
    void afterASuccessTheSoonestOfWhatIsAskedForCounts(
            Duration interval, Duration timeToLive, Duration untilExpiry, Duration wait) {
        assertThat(new PollSchedule(Optional.ofNullable(interval))
                        .afterSuccess(
                                Optional.ofNullable(timeToLive),
                                Optional.ofNullable(untilExpiry).map(NOW::plus),
                                NOW))
                .isEqualTo(wait);
    }

    /** Failures in a row, wait in milliseconds with the least jitter, with half and with the most. */
    @ParameterizedTest
    @CsvSource({
        "1, 2500, 3750, 5000",
        "2, 5000, 7500, 10000",
        "3, 10000, 15000, 20000",
        "8, 320000, 480000, 640000",
        "9, 450000, 675000, 900000",
        "17, 450000, 675000, 900000",
        "70, 450000, 675000, 900000",
        "2147483647, 450000, 675000, 900000",
    })
    void afterEachFailureTheWaitDoublesUpToAQuarterOfAnHourAndHalfOfItIsSure(
            int failures, long leastMs, long halfMs, long mostMs) {
        assertThat(SCHEDULE.afterFailure(failures, 0)).isEqualTo(Duration.ofMillis(leastMs));
        assertThat(SCHEDULE.afterFailure(failures, 0.5)).isEqualTo(Duration.ofMillis(halfMs));
        assertThat(SCHEDULE.afterFailure(failures, 1)).isEqualTo(Duration.ofMillis(mostMs));
    }

    /** What the class is for: with many tries left before the list expires, whatever the jitter. */
    @Test
    void aListOfAnHourLeavesTimeForSeveralTriesAfterAFailure() {
        Duration lifetime = Duration.ofHours(1);
        Duration spent = SCHEDULE.afterSuccess(Optional.of(lifetime), Optional.of(NOW.plus(lifetime)), NOW);
        int tries = 0;
        while (spent.compareTo(lifetime) < 0) {
            tries++;
            spent = spent.plus(SCHEDULE.afterFailure(tries, 1));
        }
        assertThat(tries).isGreaterThanOrEqualTo(5);
    }
}
