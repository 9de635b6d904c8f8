package portvakt.server.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Who fails often waits, until the time is over; nobody else does. */
class TryLimitTest {

    private static final Instant NOW = Instant.parse("2026-03-02T07:00:00Z");

    private final TryLimit limit = new TryLimit(3, Duration.ofMinutes(10));

    @Test
    void thirdFailureShutsForTheRestOfTheTime() {
        for (int i = 0; i < 3; i++) {
            assertThat(limit.wait("a", NOW.plusSeconds(i))).isZero();
            limit.failed("a", NOW.plusSeconds(i));
        }
        assertThat(limit.wait("a", NOW.plusSeconds(60))).isEqualTo(Duration.ofMinutes(9));
        assertThat(limit.wait("b", NOW.plusSeconds(60))).isZero();
        assertThat(limit.wait("a", NOW.plusSeconds(600))).isZero();
    }

    @Test
    void aNewTimeBeginsWithItsFirstFailure() {
        limit.failed("a", NOW);
        limit.failed("a", NOW);
        limit.failed("a", NOW.plusSeconds(601));
        assertThat(limit.wait("a", NOW.plusSeconds(602))).isZero();
    }

    @Test
    void remembersNoMoreAddressesThanItHasRoomFor() {
        for (int i = 0; i < 3; i++) {
            limit.failed("first", NOW);
        }
        for (int i = 0; i < 10_000; i++) {
            limit.failed("address " + i, NOW);
        }
        assertThat(limit.wait("first", NOW)).isZero();
    }
}
