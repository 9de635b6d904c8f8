package portvakt.sim.pi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Reads widths of pulses, and nothing else, out of what a line did. */
class LineLogTest {

    private static final int RELAY = 22;

    private final LineLog log = new LineLog();

    @Test
    void aPulseIsAsLongAsThePisOwnClockSays() {
        change(RELAY, true, 1_000_000_000L);
        change(RELAY, false, 1_250_000_000L);

        assertThat(log.pulses(0, RELAY)).containsExactly(new LineLog.Pulse(1_000_000_000L, 1_250_000_000L));
        assertThat(log.pulses(0, RELAY).getFirst().ms()).isEqualTo(250);
    }

    @Test
    void anotherLineAndWhatWasBeforeTheMarkDoNotCount() {
        change(RELAY, true, 1);
        change(RELAY, false, 2);
        int mark = log.mark();
        change(5, true, 3);
        change(5, false, 4);

        assertThat(log.since(mark, RELAY)).isEmpty();
        assertThat(log.pulses(mark, RELAY)).isEmpty();
    }

    @Test
    void aPulseThatHasNotEndedIsNone() {
        change(RELAY, true, 1);

        assertThat(log.pulses(0, RELAY)).isEmpty();
        assertThat(log.isHigh(RELAY)).isTrue();
        assertThat(log.isHigh(5)).isFalse();
    }

    @Test
    void whatDoesNotComeIsNamed() {
        change(RELAY, false, 1);

        assertThatThrownBy(() -> log.await(0, RELAY, true, Duration.ofMillis(30)))
                .isInstanceOf(FailedException.class)
                .hasMessageContaining("line 22 to go high");
    }

    private void change(int line, boolean high, long atNs) {
        log.add(new LineLog.Change(line, high, atNs, atNs));
    }
}
