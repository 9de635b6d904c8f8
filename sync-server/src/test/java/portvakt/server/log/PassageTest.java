package portvakt.server.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import portvakt.protocol.Direction;
import portvakt.server.port.LogEntry;

/** Only somebody who went through, and can be named, moves; and where they are is said by the later passage. */
class PassageTest {

    private static final Instant AT = Instant.parse("2026-03-02T06:00:00Z");

    private static LogEntry entry(String kind, Optional<String> card, Optional<String> uid) {
        return new LogEntry(
                3,
                "oslo",
                "north",
                17,
                AT,
                AT.plusSeconds(5),
                "SYNCHRONISED",
                Direction.OUT,
                kind,
                Optional.empty(),
                List.of(),
                card,
                uid,
                Optional.of("Kari Nordmann"),
                Optional.of("Bygg AS"),
                Optional.empty(),
                Optional.empty(),
                Optional.of(16L),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private static Passage at(long second, long sequence, String gate) {
        return new Passage(
                "oslo",
                "card:4388261",
                gate,
                Direction.IN,
                AT.plusSeconds(second),
                sequence,
                Optional.of("4388261"),
                Optional.empty(),
                Optional.empty());
    }

    @Test
    void whoeverWentThroughIsKnownByTheirCard() {
        assertThat(Passage.of(entry("AccessTaken", Optional.of("4388261"), Optional.of("04a1b2c3"))))
                .contains(new Passage(
                        "oslo",
                        "card:4388261",
                        "north",
                        Direction.OUT,
                        AT,
                        17,
                        Optional.of("4388261"),
                        Optional.of("Kari Nordmann"),
                        Optional.of("Bygg AS")));
    }

    @Test
    void whoeverHasNoCardNumberIsKnownByTheirChip() {
        assertThat(Passage.of(entry("AccessTaken", Optional.empty(), Optional.of("04a1b2c3")))
                        .orElseThrow())
                .returns("uid:04a1b2c3", Passage::holder)
                .returns(Optional.empty(), Passage::cardNumber);
    }

    @Test
    void aPassageThatNamesNobodyMovesNobody() {
        assertThat(Passage.of(entry("AccessTaken", Optional.empty(), Optional.empty())))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"AccessGranted", "AccessNotTaken", "AccessDenied", "Other"})
    void nothingButAPassageMovesAnybody(String kind) {
        assertThat(Passage.of(entry(kind, Optional.of("4388261"), Optional.empty())))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "later by its clock, although with a lower sequence | 2 | 1 | north | 1 | 9 | south | true",
                "earlier by its clock | 1 | 9 | north | 2 | 1 | south | false",
                "the same instant, later in the journal | 1 | 9 | north | 1 | 8 | north | true",
                "the same instant, earlier in the journal | 1 | 8 | north | 1 | 9 | north | false",
                "two gates at once: always the same | 1 | 8 | south | 1 | 8 | north | true",
                "two gates at once, the other way round | 1 | 8 | north | 1 | 8 | south | false",
                "the very same | 1 | 8 | north | 1 | 8 | north | false",
            })
    void theLaterPassageIsTheOneByTheGatesClocksThenBySequence(
            String why, long second, long sequence, String gate, long s, long q, String g, boolean later) {
        Passage one = at(second, sequence, gate);
        Passage other = at(s, q, g);
        assertThat(one.isLaterThan(other)).as(why).isEqualTo(later);
        assertThat(Sighting.of(one).isLaterThan(Sighting.of(other))).as(why).isEqualTo(later);
    }
}
