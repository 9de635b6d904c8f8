package portvakt.gate.check;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import org.junit.jupiter.api.Test;
import portvakt.protocol.v1.ChainedEvent;
import portvakt.protocol.v1.EventFacts;

/** How long a gate goes on alone follows from how fast its journal fills. */
class JournalSpanTest {

    private final JournalSpan span = new JournalSpan();

    private void add(long sequence, double hour) {
        span.add(ChainedEvent.newBuilder()
                .setSequence(sequence)
                .setFacts(EventFacts.newBuilder()
                        .setOccurredAtMs((long) (1_000_000_000_000L + hour * 3_600_000))
                        .build()
                        .toByteString())
                .setPreviousHash(ByteString.copyFrom(new byte[32]))
                .build());
    }

    @Test
    void anEmptyOneTellsNothing() {
        assertThat(span.isEmpty()).isTrue();
        assertThat(span.waiting(0)).isZero();
        assertThat(span.daysLeft(0, 1_000)).isEmpty();
    }

    @Test
    void withinAnHourTheRateIsNotKnown() {
        add(1, 0);
        add(2, 0.9);
        assertThat(span.waiting(0)).isEqualTo(2);
        assertThat(span.waiting(1)).isEqualTo(1);
        assertThat(span.waiting(5)).isZero();
        assertThat(span.daysLeft(0, 1_000_000)).isEmpty();
    }

    @Test
    void roomIsToldInDaysOfTheLastDay() {
        // Long ago there was much more.
        for (int i = 0; i < 1_000; i++) {
            add(i + 1, -100);
        }
        for (int hour = 0; hour <= 24; hour++) {
            add(1_001 + hour, hour);
        }
        int bytes = 50; // about one event
        long days = span.daysLeft(1_025, 25L * bytes * 40).orElseThrow();
        assertThat(days).isBetween(30L, 45L);
        assertThat(span.daysLeft(0, 25L * bytes).orElseThrow())
                .as("full already")
                .isZero();
        assertThat(span.daysLeft(1_025, Long.MAX_VALUE)).contains(3_650L);
    }
}
