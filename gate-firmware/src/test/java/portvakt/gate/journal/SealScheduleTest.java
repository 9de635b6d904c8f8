package portvakt.gate.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A journal is sealed at the start, after so many events and after so long with any; a seal alone calls for no other. */
class SealScheduleTest {

    private static final long HOUR_NS = Duration.ofHours(1).toNanos();
    /** Uptimes may be negative and overflow: only differences count. */
    private static final long START_NS = Long.MAX_VALUE - HOUR_NS / 2;

    @Test
    void whateverAStartFindsIsSealedAtOnce() {
        SealSchedule schedule = SealSchedule.starting(START_NS);
        assertThat(schedule.isDue(0, START_NS)).isFalse();
        assertThat(schedule.isDue(1, START_NS)).isTrue();
    }

    @Test
    void aThousandEventsAreEnough() {
        SealSchedule schedule = SealSchedule.starting(START_NS).sealed(7, START_NS);
        assertThat(schedule.isDue(1_006, START_NS)).isFalse();
        assertThat(schedule.isDue(1_007, START_NS)).isTrue();
    }

    @Test
    void anHourIsEnoughWhereSomethingHappened() {
        SealSchedule schedule = SealSchedule.starting(START_NS).sealed(7, START_NS);
        assertThat(schedule.isDue(8, START_NS + HOUR_NS - 1)).isFalse();
        assertThat(schedule.isDue(8, START_NS + HOUR_NS)).isTrue();
        assertThat(schedule.isDue(7, START_NS + 9 * HOUR_NS)).isFalse();
    }

    @Test
    void aSealThatFailedIsTriedAgainAfterAWhile() {
        SealSchedule schedule =
                SealSchedule.starting(START_NS).sealed(7, START_NS).failed(START_NS);
        long again = START_NS + SealSchedule.RETRY.toNanos();
        assertThat(schedule.isDue(9_999, again - 1)).isFalse();
        assertThat(schedule.isDue(9_999, again)).isTrue();
        assertThat(schedule.isDue(8, again)).isFalse();
    }
}
