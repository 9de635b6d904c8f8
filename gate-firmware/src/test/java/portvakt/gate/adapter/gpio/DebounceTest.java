package portvakt.gate.adapter.gpio;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** One movement of a contact is one change, however it bounces and however late anybody looks. */
class DebounceTest {

    private final Debounce debounce = new Debounce(false, Duration.ofMillis(20));

    @Test
    void levelCountsOnceItHasStoodStillForTheQuietTime() {
        assertThat(debounce.seen(true, ms(0))).isEmpty();
        assertThat(debounce.settle(ms(20) - 1)).isEmpty();
        assertThat(debounce.settle(ms(20))).contains(true);
        assertThat(debounce.settle(ms(40))).isEmpty();
    }

    @Test
    void burstOfBouncesIsOneChange() {
        int changes = 0;
        for (int i = 0; i <= 10; i++) {
            changes += debounce.seen(i % 2 == 0, ms(i)).isPresent() ? 1 : 0;
        }
        assertThat(changes).isZero();
        assertThat(debounce.settle(ms(29))).isEmpty();
        assertThat(debounce.settle(ms(30))).contains(true);
    }

    @Test
    void spikeIsNothing() {
        debounce.seen(true, ms(0));
        debounce.seen(false, ms(5));
        assertThat(debounce.settle(ms(500))).isEmpty();
        assertThat(debounce.remainingNs(ms(500))).isEmpty();
    }

    @Test
    void changeThatWasCompleteBeforeTheNextEdgeIsNotLostByALateCaller() {
        debounce.seen(true, ms(0));
        assertThat(debounce.seen(false, ms(100))).contains(true);
        assertThat(debounce.settle(ms(120))).contains(false);
    }

    @Test
    void repeatedSightOfTheSameLevelDoesNotStartTheQuietTimeAgain() {
        debounce.seen(true, ms(0));
        debounce.seen(true, ms(15));
        assertThat(debounce.settle(ms(20))).contains(true);
    }

    @Test
    void saysHowLongToWait() {
        assertThat(debounce.remainingNs(ms(0))).isEmpty();
        debounce.seen(true, ms(0));
        assertThat(debounce.remainingNs(ms(5))).hasValue(ms(15));
        assertThat(debounce.remainingNs(ms(50))).hasValue(0);
    }

    @Test
    void clockMayRunOverItsRange() {
        Debounce late = new Debounce(false, Duration.ofMillis(20));
        late.seen(true, Long.MAX_VALUE - ms(1));
        assertThat(late.settle(Long.MIN_VALUE + ms(10))).isEmpty();
        assertThat(late.settle(Long.MIN_VALUE + ms(20))).contains(true);
    }

    private static long ms(long ms) {
        return TimeUnit.MILLISECONDS.toNanos(ms);
    }
}
