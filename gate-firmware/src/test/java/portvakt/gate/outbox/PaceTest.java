package portvakt.gate.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** On any line, what is urgent stands behind little; and a fast line is used. */
class PaceTest {

    private static final int SETTLED_AFTER = 20;
    private static final double EVENT_BITS = 400 * 8;

    @ParameterizedTest
    @CsvSource({"199_999_999, 40", "200_000_000, 40", "200_000_001, 20", "100_000_000, 40", "99_999_999, 50", "0, 50"})
    void growsShrinksOrStaysByHowLongABatchQueued(String queuedNs, int events) {
        assertThat(new Pace(40, 0)
                        .taken(Long.parseLong(queuedNs.replace("_", "")))
                        .batchEvents())
                .isEqualTo(events);
    }

    /** A line that carries one batch after the other, two of them always under way, as an uplink has them. */
    @ParameterizedTest(name = "{0} kbit/s, {1} ms there and back")
    @CsvSource({"64, 80", "256, 80", "1000, 50", "1000, 600", "10000, 600", "100000, 1"})
    void keepsTheLineBusyAndTheQueueShort(double kbits, double roundTripMs) {
        Pace pace = Pace.START;
        double nowMs = 0;
        double lineFreeMs = 0;
        double[] takenMs = new double[Pace.BATCHES_MAX];
        double[] sentMs = new double[Pace.BATCHES_MAX];
        double worstAheadMs = 0;
        double events = 0;
        for (int batch = 0; batch < 400; batch++) {
            int slot = batch % Pace.BATCHES_MAX;
            if (batch >= Pace.BATCHES_MAX) {
                nowMs = Math.max(nowMs, takenMs[slot]);
                pace = pace.taken((long) ((takenMs[slot] - sentMs[slot]) * 1e6));
            }
            sentMs[slot] = nowMs;
            lineFreeMs = Math.max(nowMs, lineFreeMs) + pace.batchEvents() * EVENT_BITS / kbits;
            takenMs[slot] = lineFreeMs + roundTripMs;
            events += pace.batchEvents();
            if (batch > SETTLED_AFTER) {
                worstAheadMs = Math.max(worstAheadMs, lineFreeMs - nowMs);
            }
        }
        double leastMs = Pace.BATCHES_MAX * Pace.BATCH_EVENTS_MIN * EVENT_BITS / kbits;
        assertThat(worstAheadMs).isLessThan(Math.max(700, leastMs * 1.01));
        double possible = Math.min(kbits / EVENT_BITS, Pace.BATCHES_MAX * Outbox.BATCH_EVENTS_MAX / roundTripMs);
        assertThat(events / nowMs).isGreaterThan(possible / 3);
    }
}
