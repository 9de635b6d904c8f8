package portvakt.server.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import portvakt.protocol.Direction;
import portvakt.protocol.Topics.GateAddress;
import portvakt.protocol.event.EventChain;
import portvakt.protocol.v1.ChainedEvent;
import portvakt.protocol.v1.PassageDirection;
import portvakt.protocol.v1.RequestToExit;
import portvakt.server.adapter.sql.Journal;

/** An event is read once, whichever way its gate turns out to lead. */
class ReadEventTest {

    private static final GateAddress GATE = new GateAddress("oslo", "north");
    private static final Instant RECEIVED = Instant.parse("2026-03-02T09:00:00Z");

    private final Journal journal = new Journal();

    private ReadEvent read(ChainedEvent event) {
        List<ReadEvent> read = ReadEvent.all(GATE, List.of(event), RECEIVED);
        assertThat(read).hasSize(1);
        return read.getFirst();
    }

    private ReadEvent leading(PassageDirection said) {
        return read(journal.add(
                Journal.facts(0)
                        .setDirection(said)
                        .setRequestToExit(RequestToExit.getDefaultInstance())
                        .build(),
                null));
    }

    private static Direction direction(EventReading reading) {
        assertThat(reading).isInstanceOf(EventReading.Legible.class);
        return ((EventReading.Legible) reading).entry().direction();
    }

    @Test
    void aBatchIsReadInItsOrderWithTheHashesThatTheChainHas() {
        journal.exitRequest(1);
        journal.exitRequest(2);
        journal.garbage();
        List<ReadEvent> read = ReadEvent.all(GATE, journal.batch().getEventsList(), RECEIVED);
        assertThat(read).extracting(ReadEvent::sequence).containsExactly(1L, 2L, 3L);
        assertThat(read)
                .extracting(ReadEvent::hash)
                .containsExactly(
                        journal.batch().getEvents(1).getPreviousHash(),
                        journal.batch().getEvents(2).getPreviousHash(),
                        journal.hash());
        assertThat(read).allSatisfy(each -> {
            assertThat(each.gate()).isEqualTo(GATE);
            assertThat(each.receivedAt()).isEqualTo(RECEIVED);
        });
        assertThat(read).extracting(each -> each.facts().isPresent()).containsExactly(true, true, false);
    }

    @ParameterizedTest
    @CsvSource({
        "PASSAGE_DIRECTION_UNSPECIFIED, IN, IN",
        "PASSAGE_DIRECTION_UNSPECIFIED, OUT, OUT",
        "PASSAGE_DIRECTION_IN, OUT, IN",
        "PASSAGE_DIRECTION_OUT, IN, OUT",
        "PASSAGE_DIRECTION_OUT, OUT, OUT",
    })
    void theGatesDirectionCountsOnlyWhereTheEventDoesNotSay(
            PassageDirection said, Direction installed, Direction expected) {
        assertThat(direction(leading(said).reading(installed))).isEqualTo(expected);
    }

    /** Whoever holds the log's lock must not have to read bytes there. */
    @Test
    void nothingIsReadAgainWhereTheEventSaysOrTheGateLeadsIn() {
        ReadEvent silent = leading(PassageDirection.PASSAGE_DIRECTION_UNSPECIFIED);
        assertThat(silent.reading(Direction.IN)).isSameAs(silent.reading());
        ReadEvent out = leading(PassageDirection.PASSAGE_DIRECTION_OUT);
        assertThat(out.reading(Direction.OUT)).isSameAs(out.reading());
        assertThat(out.reading(Direction.IN)).isSameAs(out.reading());
    }

    @Test
    void anIllegibleEventStaysSoAndKeepsItsPlaceInTheChain() {
        ReadEvent garbage = read(journal.garbage());
        assertThat(garbage.hash()).isEqualTo(EventChain.hash(garbage.event()));
        assertThat(garbage.reading(Direction.OUT)).isInstanceOf(EventReading.Illegible.class);
    }
}
