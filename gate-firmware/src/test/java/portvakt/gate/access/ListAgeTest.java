package portvakt.gate.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;
import portvakt.protocol.ListState;
import portvakt.protocol.v1.ClockTrust;

/** Absence from a list loses value with the list's age, and only a proof of time or a trusted clock makes it old. */
class ListAgeTest {

    private static final Instant ISSUED = Instant.parse("2026-06-01T12:00:00Z");
    private static final ListPolicy POLICY = new ListPolicy(
            Duration.ofHours(24),
            Duration.ofHours(72),
            Optional.of(Duration.ofHours(168)),
            ListAction.GRANT_FLAGGED,
            ListAction.ATTENDED_ONLY,
            ListAction.DENY);

    private record Sample(boolean heardInThisRun, Duration life) implements CardList {
        @Override
        public String list() {
            return "hms-kort";
        }

        @Override
        public int epoch() {
            return 1;
        }

        @Override
        public long version() {
            return 7;
        }

        @Override
        public Instant issuedAt() {
            return ISSUED;
        }

        @Override
        public Instant expiresAt() {
            return ISSUED.plus(life);
        }

        @Override
        public Optional<CardStatus> statusOf(CardNumber card) {
            return Optional.empty();
        }
    }

    @ParameterizedTest(name = "{0} h by a {2} clock, proved {1} h, life {3} h, heard {4}: {5}")
    @CsvSource({
        // shown, proved, trust, life, heard, state
        "-2, -2, SYNCHRONISED, 240, true, FRESH",
        "0, 0, SYNCHRONISED, 240, true, FRESH",
        "24, 24, SYNCHRONISED, 240, true, FRESH",
        "25, 25, SYNCHRONISED, 240, true, GRACE",
        "72, 72, SYNCHRONISED, 240, true, GRACE",
        "73, 73, SYNCHRONISED, 240, true, STALE",
        "100000, 100000, SYNCHRONISED, 240, true, STALE",
        // Past what its issuer vouches for: not fresh, but no older than it is.
        "10, 10, SYNCHRONISED, 10, true, FRESH",
        "11, 11, SYNCHRONISED, 10, true, GRACE",
        // What a disk held may have been put back.
        "0, 0, SYNCHRONISED, 240, false, GRACE",
        "25, 25, SYNCHRONISED, 240, false, GRACE",
        "73, 73, SYNCHRONISED, 240, false, STALE",
        // An untrusted clock alone makes a list neither fresh nor stale.
        "0, 0, BOUNDED_BELOW, 240, true, GRACE",
        "1000, 0, BOUNDED_BELOW, 240, true, GRACE",
        "1000, 72, BOUNDED_BELOW, 240, true, GRACE",
        "1000, 73, BOUNDED_BELOW, 240, true, STALE",
        "73, 73, BOUNDED_BELOW, 240, false, STALE",
        "1000, -1000, UNKNOWN, 240, true, GRACE",
        "0, 0, UNKNOWN, 240, false, GRACE"
    })
    void theTable(long shown, long proved, String trust, long life, boolean heard, ListState state) {
        GateTime now = new GateTime(
                ISSUED.plus(Duration.ofHours(shown)),
                1,
                ClockTrust.valueOf("CLOCK_TRUST_" + trust),
                ISSUED.plus(Duration.ofHours(proved)));
        assertThat(ListAge.of(new Sample(heard, Duration.ofHours(life)), now).state(POLICY))
                .isEqualTo(state);
    }

    @Test
    void agesMustRise() {
        assertThatThrownBy(() -> new ListPolicy(
                        Duration.ofHours(2),
                        Duration.ofHours(1),
                        Optional.empty(),
                        ListAction.GRANT,
                        ListAction.DENY,
                        ListAction.DENY))
                .hasMessage("list ages must rise: fresh PT2H, grace PT1H");
        assertThatThrownBy(() -> new ListPolicy(
                        Duration.ofHours(1),
                        Duration.ofHours(2),
                        Optional.of(Duration.ofMinutes(90)),
                        ListAction.GRANT,
                        ListAction.DENY,
                        ListAction.DENY))
                .hasMessage("list ages must rise: fresh PT1H, grace PT2H, closed PT1H30M");
    }
}
