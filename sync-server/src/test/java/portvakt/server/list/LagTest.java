package portvakt.server.list;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import portvakt.server.list.Lag.Cause;
import portvakt.server.port.SpreadLog.GateNow;
import portvakt.server.port.SpreadLog.Reported;
import portvakt.server.port.SpreadLog.Version;

/** What the entry log says of a gate that lags, and when a gate that says nothing of its list does. */
class LagTest {

    private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
    private static final SpreadLimits LIMITS = new SpreadLimits(Duration.ofSeconds(30), Duration.ofMinutes(15));
    private static final Optional<Version> DUE = Optional.of(new Version(1, 812, NOW.minusSeconds(31), 1, 1));

    private static GateNow gate(boolean online, Optional<Instant> onlineSince, Optional<Reported> reported) {
        return new GateNow(
                "oslo",
                "north",
                online,
                onlineSince,
                Optional.of(NOW),
                reported,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private static Optional<Reported> reported(long version, String state, int damaged) {
        return Optional.of(new Reported(1, version, NOW, state, NOW.minusSeconds(60), damaged, 0));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "NONE | hms-kort: the gate has no list that it can prove, 30 s after it came online",
                "DAMAGED | hms-kort: 3 damaged buckets are not repaired yet",
                "STALE | hms-kort: the gate's list is STALE",
                "GRACE | hms-kort: the gate's list is in GRACE",
                "BEHIND | hms-kort: the gate has v810, v812 was issued more than 30 s ago",
            })
    void eachCauseIsToldWithItsFigures(Cause cause, String detail) {
        GateNow gate = gate(true, Optional.of(NOW.minusSeconds(60)), reported(810, "FRESH", 3));
        assertThat(Lag.detail("hms-kort", cause, gate, DUE, LIMITS)).isEqualTo(detail);
    }

    @Test
    void aGateThatHasNeverToldOfItsListLagsOnceAVersionIsDue() {
        GateNow silent = gate(true, Optional.of(NOW.minusSeconds(60)), Optional.empty());
        assertThat(Lag.of(silent, DUE, LIMITS, NOW)).contains(Cause.NONE);
        assertThat(Lag.of(silent, Optional.empty(), LIMITS, NOW)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"30, BEHIND", "29, ''"})
    void aGateHasItsTimeToTheSecondFromWhenItCameOnline(int onlineSeconds, String cause) {
        GateNow gate = gate(true, Optional.of(NOW.minusSeconds(onlineSeconds)), reported(810, "FRESH", 0));
        assertThat(Lag.of(gate, DUE, LIMITS, NOW).map(Enum::name).orElse("")).isEqualTo(cause);
    }

    @Test
    void nobodyCanTellOfAGateThatIsOffline() {
        GateNow gate = gate(false, Optional.of(NOW.minusSeconds(60)), reported(0, "NONE", 0));
        assertThat(Lag.of(gate, DUE, LIMITS, NOW)).isEmpty();
    }
}
