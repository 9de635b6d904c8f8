package portvakt.gate.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import portvakt.gate.port.EventJournal;

/** The rate is that of the last day, and nothing is said of a day before an hour of it is known. */
class FillRateTest {

    private final FillRate rate = new FillRate();

    private static long hours(double hours) {
        return (long) (hours * Duration.ofHours(1).toNanos());
    }

    @Test
    void anHourIsNeeded() {
        assertThat(rate.perDay(hours(5), 100)).isEmpty();
        assertThat(rate.perDay(hours(5.9), 9_000)).isEmpty();
        assertThat(rate.perDay(hours(6), 1_100)).hasValue(24_000);
    }

    @Test
    void whatWasBeforeTheLastDayCountsNoMore() {
        assertThat(rate.perDay(0, 0)).isEmpty();
        for (int hour = 1; hour <= 24; hour++) {
            assertThat(rate.perDay(hours(hour), 1_000_000L * hour)).hasValue(24_000_000);
        }
        for (int hour = 25; hour <= 48; hour++) {
            rate.perDay(hours(hour), 24_000_000);
        }
        assertThat(rate.perDay(hours(49), 24_000_000)).hasValue(0);
    }

    @Test
    void theReserveIsAFifth() {
        assertThat(new EventJournal.Room(200, 1_000, 0).isScarce()).isFalse();
        assertThat(new EventJournal.Room(199, 1_000, 0).isScarce()).isTrue();
    }
}
