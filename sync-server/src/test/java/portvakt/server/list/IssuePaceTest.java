package portvakt.server.list;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A lone revocation goes out at once; changes in a row are gathered for no longer than the window. */
class IssuePaceTest {

    private static final long WINDOW_NS = IssuePace.WINDOW.toNanos();

    private final IssuePace pace = new IssuePace();

    /** The clock may stand anywhere, also below zero, when the program starts. */
    @ParameterizedTest
    @ValueSource(longs = {0, 1, -1, 99_000_000, Long.MIN_VALUE, Long.MAX_VALUE})
    void theFirstChangeGoesOutAtOnce(long nowNs) {
        assertThat(pace.untilNext(nowNs)).isZero();
    }

    /** Also where the clock's number passes the end of its range, as it may. */
    @ParameterizedTest
    @ValueSource(longs = {0, 7_000_000_000L, -7_000_000_000L, -50_000_000, Long.MAX_VALUE - 50_000_000})
    void aChangeSoonAfterARoundWaitsForTheRestOfTheWindow(long issuedNs) {
        pace.issued(issuedNs);
        assertThat(pace.untilNext(issuedNs)).isEqualTo(Duration.ofMillis(100));
        assertThat(pace.untilNext(issuedNs + 30_000_000)).isEqualTo(Duration.ofMillis(70));
        assertThat(pace.untilNext(issuedNs + WINDOW_NS - 1)).isEqualTo(Duration.ofNanos(1));
        assertThat(pace.untilNext(issuedNs + WINDOW_NS)).isZero();
        assertThat(pace.untilNext(issuedNs + 3 * WINDOW_NS)).isZero();
    }

    @Test
    void theWindowCountsFromTheNewestRound() {
        pace.issued(0);
        pace.issued(WINDOW_NS);
        assertThat(pace.untilNext(WINDOW_NS + 1)).isEqualTo(IssuePace.WINDOW.minusNanos(1));
    }

    /** A change every millisecond for a second, each round as soon as it may: ten rounds and not a thousand. */
    @Test
    void manyChangesInARowAreTenRoundsASecond() {
        int rounds = 0;
        for (long ms = 0; ms < 1_000; ms++) {
            if (pace.untilNext(ms * 1_000_000).isZero()) {
                pace.issued(ms * 1_000_000);
                rounds++;
            }
        }
        assertThat(rounds).isEqualTo(10);
    }
}
