package portvakt.server.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import portvakt.protocol.Topics.GateAddress;
import portvakt.protocol.v1.ChainedEvent;
import portvakt.protocol.v1.ClockTrust;
import portvakt.protocol.v1.EventFacts;
import portvakt.protocol.v1.GateStatus;
import portvakt.server.adapter.sql.Journal;

/** What lay in the broker proves that the gate was there when it was said, not when it came, if the gate's clock could tell. */
class LifeSignTest {

    private static final GateAddress GATE = new GateAddress("oslo", "north");
    private static final Instant RECEIVED = Instant.parse("2026-03-02T09:00:00.000000500Z");

    private final Journal journal = new Journal();

    /** In the table, both times are seconds before it was received. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "lay in the broker | SYNCHRONISED | 7200 | 7200",
                "said in the very millisecond | SYNCHRONISED | 0 | 0",
                "a clock that goes ahead | SYNCHRONISED | -5 | 0",
                "a clock that may be late | BOUNDED_BELOW | 7200 | 0",
                "a clock that nobody set | UNKNOWN | 7200 | 0",
            })
    void aStatusCountsFromWhenItWasSaidByAClockThatCouldTell(
            String why, String trust, long saidSecondsAgo, long countsSecondsAgo) {
        GateStatus status = GateStatus.newBuilder()
                .setClockTrust(ClockTrust.valueOf("CLOCK_TRUST_" + trust))
                .setReportedAtMs(RECEIVED.minusSeconds(saidSecondsAgo).toEpochMilli())
                .build();
        Instant expected = countsSecondsAgo == 0
                ? RECEIVED
                : Instant.parse("2026-03-02T09:00:00Z").minusSeconds(countsSecondsAgo);
        assertThat(LifeSign.of(status, RECEIVED)).as(why).isEqualTo(expected);
    }

    @Test
    void aTimeThatCanBeNoneCountsFromWhenItCame() {
        GateStatus status = GateStatus.newBuilder()
                .setClockTrust(ClockTrust.CLOCK_TRUST_SYNCHRONISED)
                .setReportedAtMs(-1)
                .build();
        assertThat(LifeSign.of(status, RECEIVED)).isEqualTo(RECEIVED);
    }

    private ChainedEvent event(int minute, ClockTrust trust) {
        EventFacts facts = Journal.facts(minute).setClockTrust(trust).build();
        return journal.add(facts, null);
    }

    private static List<ReadEvent> read(List<ChainedEvent> events) {
        return ReadEvent.all(GATE, events, RECEIVED);
    }

    @Test
    void aBatchCountsFromItsNewestEventWhereverThatStandsInIt() {
        List<ReadEvent> batch = read(List.of(
                event(10, ClockTrust.CLOCK_TRUST_SYNCHRONISED),
                event(30, ClockTrust.CLOCK_TRUST_SYNCHRONISED),
                event(20, ClockTrust.CLOCK_TRUST_SYNCHRONISED)));
        assertThat(LifeSign.of(batch, RECEIVED)).isEqualTo(Journal.START.plusSeconds(1800));
    }

    @Test
    void oneEventThatCannotTellItsTimeMakesABatchCountFromWhenItCame() {
        ChainedEvent known = event(10, ClockTrust.CLOCK_TRUST_SYNCHRONISED);
        assertThat(LifeSign.of(read(List.of(known, event(11, ClockTrust.CLOCK_TRUST_BOUNDED_BELOW))), RECEIVED))
                .isEqualTo(RECEIVED);
        assertThat(LifeSign.of(read(List.of(known, journal.garbage())), RECEIVED))
                .isEqualTo(RECEIVED);
    }

    @Test
    void anEmptyBatchCountsFromWhenItCame() {
        assertThat(LifeSign.of(List.of(), RECEIVED)).isEqualTo(RECEIVED);
    }
}
