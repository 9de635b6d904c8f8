package portvakt.gate.adapter.gpio;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Makes one change out of a contact's bounces: a new level counts once it has stood still for the quiet time. A spike shorter
 * than that is nothing, so that a motor starting next to the cable is not a person. Pure: time is an argument, in nanoseconds of
 * any clock that never goes back. Not thread-safe.
 */
final class Debounce {

    private final long quietNs;
    private boolean stable;
    private boolean candidate;
    private long candidateSinceNs;

    Debounce(boolean initial, Duration quiet) {
        this.quietNs = quiet.toNanos();
        this.stable = initial;
        this.candidate = initial;
    }

    /**
     * The contact was seen at this level.
     *
     * @return a change that was already complete before this sight: a late caller loses nothing
     */
    Optional<Boolean> seen(boolean level, long nowNs) {
        Optional<Boolean> settled = settle(nowNs);
        if (level != candidate) {
            candidate = level;
            candidateSinceNs = nowNs;
        }
        return settled;
    }

    /** @return the new level if it has stood still for long enough by now; each change is returned once */
    Optional<Boolean> settle(long nowNs) {
        if (candidate == stable || nowNs - candidateSinceNs < quietNs) {
            return Optional.empty();
        }
        stable = candidate;
        return Optional.of(stable);
    }

    /** How long until {@link #settle} may have something to say; empty while nothing is under way. */
    OptionalLong remainingNs(long nowNs) {
        return candidate == stable
                ? OptionalLong.empty()
                : OptionalLong.of(Math.max(0, quietNs - (nowNs - candidateSinceNs)));
    }
}
