package portvakt.server.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import portvakt.protocol.pass.HolderKind;
import portvakt.protocol.pass.Pass;
import portvakt.server.web.PassFaultException.Fault;

/** A pass is issued for a reason, a time that fits it, and nobody's identity number. */
class PassWishTest {

    private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");

    private static PassWish wish(String kind, Duration from, Duration until, String note) throws PassFaultException {
        return PassWish.of(kind, NOW.plus(from), NOW.plus(until), note, NOW);
    }

    private static void assertRefused(Fault fault, String kind, Duration from, Duration until, String note) {
        assertThatThrownBy(() -> wish(kind, from, until, note))
                .isInstanceOfSatisfying(
                        PassFaultException.class, e -> assertThat(e.fault()).isEqualTo(fault));
    }

    @Test
    void everyKindHasALongestTimeThatAPassCanSay() throws PassFaultException {
        for (HolderKind kind : HolderKind.values()) {
            Duration longest = Duration.ofDays(PassWish.daysMax(kind));
            PassWish wish = wish(kind.name(), Duration.ZERO, longest, "");
            assertThat(Duration.between(wish.from(), wish.until())).isLessThanOrEqualTo(Pass.VALIDITY_MAX);
            assertRefused(Fault.TOO_LONG, kind.name(), Duration.ZERO, longest.plusHours(2), "");
        }
    }

    @Test
    void secondsAreWholeAndNotesStripped() throws PassFaultException {
        PassWish wish = wish("VISITOR", Duration.ofMillis(1_999), Duration.ofMillis(5_001), "  Per \u00d8, Bygg AS ");
        assertThat(wish)
                .isEqualTo(new PassWish(
                        HolderKind.VISITOR, NOW.plusSeconds(1), NOW.plusSeconds(5), "Per \u00d8, Bygg AS"));
    }

    @Test
    void timesThatMakeNoSenseAreRefused() {
        assertRefused(Fault.KIND, "visitor", Duration.ZERO, Duration.ofDays(1), "");
        assertRefused(Fault.TIMES, "VISITOR", Duration.ofDays(1), Duration.ofDays(1), "");
        assertRefused(Fault.TIMES, "VISITOR", Duration.ofDays(365 * 100), Duration.ofDays(365 * 100 + 1), "");
        assertRefused(Fault.TIMES, "VISITOR", Duration.ofDays(-365 * 100), Duration.ofDays(1), "");
        assertRefused(Fault.OVER, "VISITOR", Duration.ofDays(-1), Duration.ZERO, "");
    }

    @ParameterizedTest
    @CsvSource({"01017012345", "'Per, 010170 12345'", "010170-12345", "x01017012345y"})
    void aNationalIdentityNumberIsNoNote(String note) {
        assertRefused(Fault.IDENTITY_NUMBER, "VISITOR", Duration.ZERO, Duration.ofDays(1), note);
    }

    @Test
    void otherNumbersAndNothingElseThatCannotBeKept() throws PassFaultException {
        assertThat(wish("VISITOR", Duration.ZERO, Duration.ofDays(1), "tlf 98 76 54 32, org 987654321")
                        .note())
                .endsWith("987654321");
        assertRefused(Fault.NOTE, "VISITOR", Duration.ZERO, Duration.ofDays(1), "a".repeat(201));
        assertRefused(Fault.NOTE, "VISITOR", Duration.ZERO, Duration.ofDays(1), "a\nb");
    }
}
