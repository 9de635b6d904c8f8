package portvakt.server.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import portvakt.server.port.CheckOuts.Due;
import portvakt.server.port.CheckOuts.Rule;

/** A forgotten exit is over at the site's own hour, or after the longest stay, whichever comes first. */
class CheckOutRulesTest {

    private static final ZoneId OSLO = ZoneId.of("Europe/Oslo");

    private static CheckOutRules rules(String hour, String stay) {
        return new CheckOutRules(
                Optional.ofNullable(hour).map(LocalTime::parse),
                Optional.ofNullable(stay).map(Duration::parse),
                OSLO);
    }

    private static Instant at(String time) {
        return OffsetDateTime.parse(time).toInstant();
    }

    @ParameterizedTest
    @CsvSource({
        "2026-11-24T07:00:00+01:00, 2026-11-25T03:00:00+01:00",
        "2026-11-25T02:59:59+01:00, 2026-11-25T03:00:00+01:00",
        // Whoever comes at the hour itself has not been there since before it.
        "2026-11-25T03:00:00+01:00, 2026-11-26T03:00:00+01:00",
        "2026-11-24T22:00:00+01:00, 2026-11-25T03:00:00+01:00",
        // Summer time begins on 29 March 2026 and ends on 25 October.
        "2026-03-28T20:00:00+01:00, 2026-03-29T03:00:00+02:00",
        "2026-10-24T20:00:00+02:00, 2026-10-25T03:00:00+01:00",
    })
    void theHourIsTheSitesOwn(String since, String due) {
        assertThat(rules("03:00", null).due(at(since))).contains(new Due(at(due), Rule.DAILY));
    }

    @ParameterizedTest
    @CsvSource({
        // At 02:30 the clock goes from 02:00 to 03:00, or the half hour comes twice: the first one counts.
        "2026-03-28T20:00:00+01:00, 2026-03-29T03:30:00+02:00",
        "2026-10-24T20:00:00+02:00, 2026-10-25T02:30:00+02:00",
        "2026-10-25T02:30:00+02:00, 2026-10-26T02:30:00+01:00",
    })
    void anHourThatIsNotThereOrComesTwiceIsOneInstant(String since, String due) {
        assertThat(rules("02:30", null).due(at(since))).contains(new Due(at(due), Rule.DAILY));
    }

    @Test
    void theEarlierOfTwoRulesCounts() {
        Instant since = at("2026-11-24T07:00:00+01:00");
        assertThat(rules("03:00", "PT16H").due(since))
                .contains(new Due(at("2026-11-24T23:00:00+01:00"), Rule.LONGEST_STAY));
        assertThat(rules("22:00", "PT16H").due(since)).contains(new Due(at("2026-11-24T22:00:00+01:00"), Rule.DAILY));
        assertThat(rules("23:00", "PT16H").due(since)).contains(new Due(at("2026-11-24T23:00:00+01:00"), Rule.DAILY));
    }

    @Test
    void bothMayBeOff() {
        assertThat(rules(null, null).due(Instant.EPOCH)).isEmpty();
        assertThat(rules(null, null).isOff()).isTrue();
        assertThat(rules(null, "PT16H").isOff()).isFalse();
    }
}
