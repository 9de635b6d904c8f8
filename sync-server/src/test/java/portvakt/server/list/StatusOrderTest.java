package portvakt.server.list;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import portvakt.protocol.CardStatus;
import portvakt.server.port.CardRegister.Outcome;
import portvakt.server.port.RegisterRecords.Known;

/** Of two statuses of a card the later one counts, the graver one at the very same time; which arrives first never decides. */
class StatusOrderTest {

    private static final Instant AT = Instant.parse("2026-11-24T12:00:00Z");

    @ParameterizedTest
    @CsvSource({
        "VALID, REVOKED, 1, APPLIED",
        "REVOKED, VALID, 1, APPLIED",
        "SUSPENDED, VALID, 1, APPLIED",
        "VALID, REVOKED, -1, UNCHANGED",
        "REVOKED, VALID, -1, UNCHANGED",
        "VALID, SUSPENDED, 0, APPLIED",
        "VALID, REVOKED, 0, APPLIED",
        "SUSPENDED, REVOKED, 0, APPLIED",
        "SUSPENDED, VALID, 0, UNCHANGED",
        "REVOKED, VALID, 0, UNCHANGED",
        "REVOKED, SUSPENDED, 0, UNCHANGED",
        "REVOKED, REVOKED, 1, UNCHANGED",
        "REVOKED, REVOKED, 0, UNCHANGED",
    })
    void theLaterStatusCountsAndAtTheSameTimeTheGraver(
            CardStatus known, CardStatus said, long laterMs, Outcome outcome) {
        assertThat(StatusOrder.judge(Optional.of(new Known(known, AT)), said, AT.plusMillis(laterMs)))
                .isEqualTo(outcome);
    }

    @Test
    void aCardThatNothingIsKnownOfIsValid() {
        assertThat(StatusOrder.judge(Optional.empty(), CardStatus.VALID, AT)).isEqualTo(Outcome.UNCHANGED);
        assertThat(StatusOrder.judge(Optional.empty(), CardStatus.SUSPENDED, Instant.EPOCH))
                .isEqualTo(Outcome.APPLIED);
        assertThat(StatusOrder.judge(Optional.empty(), CardStatus.REVOKED, Instant.EPOCH))
                .isEqualTo(Outcome.APPLIED);
    }

    /** All pairs of statuses that became so at these times end as the same one, whichever is told first. */
    @ParameterizedTest
    @EnumSource(CardStatus.class)
    void theOrderOfArrivalNeverDecides(CardStatus one) {
        for (CardStatus other : CardStatus.values()) {
            for (long laterMs = -1; laterMs <= 1; laterMs++) {
                Known first = new Known(one, AT);
                Known second = new Known(other, AT.plusMillis(laterMs));
                assertThat(after(first, second))
                        .as("%s, and %s %d ms later", one, other, laterMs)
                        .isEqualTo(after(second, first));
            }
        }
    }

    private static CardStatus after(Known first, Known second) {
        return StatusOrder.judge(Optional.of(first), second.status(), second.eventTime()) == Outcome.APPLIED
                ? second.status()
                : first.status();
    }

    @ParameterizedTest
    @CsvSource({
        "REVOKED, REVOKED, 1, true",
        "VALID, VALID, 1, true",
        "REVOKED, REVOKED, 0, false",
        "REVOKED, REVOKED, -1, false",
        "REVOKED, SUSPENDED, 1, false",
        "VALID, REVOKED, 1, false",
    })
    void aStatusThatIsToldWithALaterTimeMovesItsTime(CardStatus known, CardStatus said, long laterMs, boolean moves) {
        assertThat(StatusOrder.movesTime(Optional.of(new Known(known, AT)), said, AT.plusMillis(laterMs)))
                .isEqualTo(moves);
    }

    @Test
    void aCardThatNothingIsKnownOfHasNoTimeToMove() {
        assertThat(StatusOrder.movesTime(Optional.empty(), CardStatus.VALID, AT))
                .isFalse();
    }
}
