package portvakt.server.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import portvakt.protocol.Direction;

/** At the same instant a person's statement outweighs what a gate saw, and the later statement the earlier one. */
class SightingTest {

    private static final Instant AT = Instant.parse("2026-03-02T06:00:00Z");
    private static final Sighting SEEN = new Sighting(AT, Direction.IN, 0, 900, "north");

    @Test
    void aPassageIsSeenByItsGate() {
        Passage passage = new Passage(
                "oslo",
                "card:4388261",
                "north",
                Direction.IN,
                AT,
                900,
                Optional.of("4388261"),
                Optional.empty(),
                Optional.empty());
        assertThat(Sighting.of(passage)).isEqualTo(SEEN);
        assertThat(SEEN.isByGate()).isTrue();
    }

    @Test
    void aStatementIsByNoGate() {
        Sighting stated = Sighting.stated(AT, Direction.OUT, 1);
        assertThat(stated.isByGate()).isFalse();
        assertThat(stated.gate()).isEmpty();
    }

    @Test
    void aStatementCountsForMoreThanAPassageOfTheSameInstant() {
        Sighting stated = Sighting.stated(AT, Direction.OUT, 1);
        assertThat(stated.isLaterThan(SEEN)).isTrue();
        assertThat(SEEN.isLaterThan(stated)).isFalse();
        assertThat(SEEN.isLaterThan(SEEN)).isFalse();
    }

    @Test
    void aPassageAfterAStatementCountsForMore() {
        Sighting stated = Sighting.stated(AT.minusMillis(1), Direction.OUT, 1);
        assertThat(SEEN.isLaterThan(stated)).isTrue();
    }

    @Test
    void ofTwoStatementsOfOneInstantTheLaterOneCounts() {
        Sighting first = Sighting.stated(AT, Direction.OUT, 9);
        Sighting second = Sighting.stated(AT, Direction.IN, 10);
        assertThat(second.isLaterThan(first)).isTrue();
        assertThat(first.isLaterThan(second)).isFalse();
    }
}
