package portvakt.gate.adapter.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import portvakt.gate.time.ClockFault;
import portvakt.protocol.v1.ClockTrust;

/** An unsynchronised clock never reads before what is proved; a synchronised one is not held to an old mistake. */
class SystemClockTest {

    private static final Optional<Path> NEVER = Optional.of(Path.of("/nonexistent/synchronized"));
    private static final Instant FUTURE = Instant.now().plus(Duration.ofDays(3650));

    @TempDir
    private Path folder;

    @Test
    void whatWasWrittenDownBoundsAnUnsynchronisedClockOnly() {
        SystemClock unsure = new SystemClock(NEVER);
        assertThat(unsure.now().trust()).isEqualTo(ClockTrust.CLOCK_TRUST_UNKNOWN);
        unsure.atLeast(FUTURE);
        unsure.atLeast(FUTURE.minusSeconds(900));
        assertThat(unsure.now().wall()).isAfterOrEqualTo(FUTURE);
        assertThat(unsure.now().trust()).isEqualTo(ClockTrust.CLOCK_TRUST_BOUNDED_BELOW);
        SystemClock right = new SystemClock(Optional.empty());
        right.atLeast(FUTURE);
        assertThat(right.now().wall()).isBefore(FUTURE);
        assertThat(right.now().trust()).isEqualTo(ClockTrust.CLOCK_TRUST_SYNCHRONISED);
        assertThat(right.faults()).isEmpty();
    }

    @Test
    void aSynchronisedClockThatASignedListContradictsIsNotTrustedAndToldOnce() {
        SystemClock wrong = new SystemClock(Optional.empty());
        wrong.signed("hms-kort", 1, FUTURE);
        assertThat(wrong.now().trust()).isEqualTo(ClockTrust.CLOCK_TRUST_BOUNDED_BELOW);
        assertThat(wrong.now().wall()).isAfterOrEqualTo(FUTURE);
        assertThat(wrong.faults()).extracting(ClockFault::kind).containsExactly("CLOCK_CONTRADICTED");
        assertThat(wrong.faults()).isEmpty();
    }

    @Test
    void theFileOfTheTimeDaemonMakesTheClockTrusted() throws Exception {
        Path file = Files.createFile(folder.resolve("synchronized"));
        Instant built = Instant.parse("2026-01-01T00:00:00Z");
        assertThat(new SystemClock(Optional.of(file), Optional.of(built)).now().trust())
                .isEqualTo(ClockTrust.CLOCK_TRUST_SYNCHRONISED);
        assertThat(new SystemClock(NEVER, Optional.of(built)).now().notBefore()).isEqualTo(built);
    }
}
