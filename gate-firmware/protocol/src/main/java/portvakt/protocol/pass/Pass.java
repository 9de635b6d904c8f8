package portvakt.protocol.pass;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import portvakt.protocol.Topics;

/**
 * What a pass says, and all that it says: whom it was given to stands at the server alone. Immutable.
 *
 * @param site       that issued it, and the only one where it counts
 * @param validFrom  first moment of validity, whole seconds
 * @param validUntil first moment after it, whole seconds
 */
public record Pass(String site, PassNumber number, HolderKind kind, Instant validFrom, Instant validUntil) {

    /** Longest validity. Whoever needs one for longer has a card by then, or gets another pass. */
    public static final Duration VALIDITY_MAX = Duration.ofDays(366);

    /** What fits into four bytes. */
    private static final long SECONDS_MAX = 0xffff_ffffL;

    /** @throws IllegalArgumentException saying what is wrong */
    public Pass {
        Topics.name(site);
        require(
                validFrom.equals(validFrom.truncatedTo(ChronoUnit.SECONDS))
                        && validUntil.equals(validUntil.truncatedTo(ChronoUnit.SECONDS)),
                "a pass's validity counts in whole seconds");
        require(validFrom.getEpochSecond() >= 0, "a pass is valid from 1970 at the earliest");
        require(validUntil.getEpochSecond() <= SECONDS_MAX, "a pass ends in 2106 at the latest");
        require(validFrom.isBefore(validUntil), "a pass ends after it begins");
        require(
                Duration.between(validFrom, validUntil).compareTo(VALIDITY_MAX) <= 0,
                "a pass is valid for " + VALIDITY_MAX.toDays() + " days at most");
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }
}
