package portvakt.server.list;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import portvakt.server.port.SpreadLog.GateNow;
import portvakt.server.port.SpreadLog.Reported;
import portvakt.server.port.SpreadLog.Version;

/** Whether a gate lags behind with a list. Pure. */
public final class Lag {

    private Lag() {}

    /** Why; what is worst comes first. */
    public enum Cause {
        NONE,
        DAMAGED,
        STALE,
        GRACE,
        BEHIND
    }

    /**
     * Judges a gate that is online. One that is not is neither well nor lagging: nobody can tell.
     *
     * <p>A gate has {@code lagAfter} from when it came online, from when a version was issued, and from when its list's state
     * became what it is: one that has just started is in GRACE until it hears the next head.
     *
     * @param due the newest version that was issued {@code lagAfter} ago or earlier; empty: there is none
     */
    public static Optional<Cause> of(GateNow gate, Optional<Version> due, SpreadLimits limits, Instant now) {
        Instant latest = now.minus(limits.lagAfter());
        if (!gate.online()
                || gate.onlineSince().filter(since -> since.isAfter(latest)).isPresent()) {
            return Optional.empty();
        }
        if (gate.reported().isEmpty()) {
            return due.map(_ -> Cause.NONE);
        }
        Reported reported = gate.reported().get();
        if (!reported.stateSince().isAfter(latest)) {
            switch (reported.state()) {
                case "NONE" -> {
                    return Optional.of(Cause.NONE);
                }
                case "DAMAGED" -> {
                    return Optional.of(Cause.DAMAGED);
                }
                case "STALE" -> {
                    return Optional.of(Cause.STALE);
                }
                case "GRACE" -> {
                    return Optional.of(Cause.GRACE);
                }
                default -> {}
            }
        }
        return due.filter(version -> reported.version() < version.version()).map(_ -> Cause.BEHIND);
    }

    /** Plain English for the entry log. */
    public static String detail(String list, Cause cause, GateNow gate, Optional<Version> due, SpreadLimits limits) {
        Duration after = limits.lagAfter();
        return switch (cause) {
            case NONE ->
                list + ": the gate has no list that it can prove, " + after.toSeconds() + " s after it came online";
            case DAMAGED ->
                list + ": " + gate.reported().map(Reported::damagedBuckets).orElse(0)
                        + " damaged buckets are not repaired yet";
            case STALE -> list + ": the gate's list is STALE";
            case GRACE -> list + ": the gate's list is in GRACE";
            case BEHIND ->
                list + ": the gate has v"
                        + gate.reported().map(Reported::version).orElse(0L) + ", v"
                        + due.map(Version::version).orElse(0L) + " was issued more than " + after.toSeconds()
                        + " s ago";
        };
    }
}
