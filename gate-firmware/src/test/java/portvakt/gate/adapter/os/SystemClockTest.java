package portvakt.gate.adapter.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import portvakt.protocol.v1.ClockTrust;

/** An unsynchronised clock never reads before what is proved; a synchronised one is not held to an old mistake. */
class SystemClockTest {

    private static final Optional<Path> NEVER = Optional.of(Path.of("/nonexistent/synchronized"));

    @Test
    void aFloorBoundsAnUnsynchronisedClockOnly() {
        Instant future = Instant.now().plus(Duration.ofDays(3650));
        SystemClock unsure = new SystemClock(NEVER);
        assertThat(unsure.now().trust()).isEqualTo(ClockTrust.CLOCK_TRUST_UNKNOWN);
        unsure.atLeast(future);
        unsure.atLeast(future.minusSeconds(9));
        assertThat(unsure.now().wall()).isEqualTo(future);
        assertThat(unsure.now().trust()).isEqualTo(ClockTrust.CLOCK_TRUST_BOUNDED_BELOW);
        SystemClock right = new SystemClock(Optional.empty());
        right.atLeast(future);
        assertThat(right.now().wall()).isBefore(future);
        assertThat(right.now().trust()).isEqualTo(ClockTrust.CLOCK_TRUST_SYNCHRONISED);
    }
}
