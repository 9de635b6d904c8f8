package portvakt.sim.world;

import java.time.Duration;
import java.util.Optional;

/**
 * What the site of a run is like. Drawn from the seed, by dice of its own.
 *
 * @param passback what becomes of who enters twice
 */
public record SiteOptions(Passback passback) {

    /** As the server's setting. */
    public enum Passback {
        NONE,
        /** Let in, and shown. */
        SOFT,
        /** Denied where an entrance is sure. */
        HARD
    }

    /** How long an entry is remembered: shorter than a run, so that some are forgotten. */
    private static final Duration FORGETS = Duration.ofMinutes(20);

    static SiteOptions draw(Dice dice) {
        return new SiteOptions(
                dice.chance(0.5) ? Passback.HARD : Passback.values()[dice.below(Passback.values().length)]);
    }

    /** Of a site that denies: how long an entry is remembered. */
    Optional<Duration> forgets() {
        return passback == Passback.HARD ? Optional.of(FORGETS) : Optional.empty();
    }

    /** Of a site that asks who entered twice: how long an arrival is remembered. */
    Optional<Duration> doubleEntryWithin() {
        return passback == Passback.NONE ? Optional.empty() : Optional.of(FORGETS);
    }
}
