package portvakt.server;

import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import portvakt.protocol.Assurance;
import portvakt.protocol.Topics;
import portvakt.protocol.v1.ListAction;
import portvakt.protocol.v1.SitePolicy;

/**
 * What a site's gates ask of those who enter. Ages of a list count from the time at which it was signed. A card that is on a list is
 * denied whatever stands here, and leaving is never blocked.
 *
 * @param fresh     up to this age a list is fresh, and a card that is not on it is granted; default PT24H
 * @param grace     up to this age {@code whenGrace} holds, after it {@code whenStale}; default P3D
 * @param closed    older than this denies whatever {@code whenStale} says; PT0S: never; default P7D
 * @param whenGrace default {@code GRANT_FLAGGED}
 * @param whenStale default {@code ATTENDED_ONLY}
 * @param whenNone  a gate has no list that proves; default {@code DENY}
 * @param grantOnUntrustedClock where only a clock that cannot be trusted says no; default true
 * @param minimumAssurance weakest read that opens an entrance; default {@code UNSIGNED_CODE}
 * @param attendedGates gates where somebody watches; default none
 */
public record SitePolicySettings(
        Duration fresh,
        Duration grace,
        Duration closed,
        Action whenGrace,
        Action whenStale,
        Action whenNone,
        Boolean grantOnUntrustedClock,
        Assurance minimumAssurance,
        List<String> attendedGates) {

    private static final Duration FRESH_MIN = Duration.ofMinutes(30);
    private static final Duration AGE_MAX = Duration.ofDays(365);
    private static final int ATTENDED_GATES_MAX = 1_000;

    /** What follows for a card that is on no list. */
    public enum Action {
        GRANT(ListAction.LIST_ACTION_GRANT),
        /** Granted, and the event says why it is doubtful. */
        GRANT_FLAGGED(ListAction.LIST_ACTION_GRANT_FLAGGED),
        /** Granted and flagged where somebody watches the gate, else denied. */
        ATTENDED_ONLY(ListAction.LIST_ACTION_ATTENDED_ONLY),
        DENY(ListAction.LIST_ACTION_DENY);

        private final ListAction wire;

        Action(ListAction wire) {
            this.wire = wire;
        }
    }

    public SitePolicySettings {
        fresh = fresh == null ? Duration.ofHours(24) : fresh;
        grace = grace == null ? Duration.ofDays(3) : grace;
        closed = closed == null ? Duration.ofDays(7) : closed;
        whenGrace = whenGrace == null ? Action.GRANT_FLAGGED : whenGrace;
        whenStale = whenStale == null ? Action.ATTENDED_ONLY : whenStale;
        whenNone = whenNone == null ? Action.DENY : whenNone;
        grantOnUntrustedClock = grantOnUntrustedClock == null || grantOnUntrustedClock;
        minimumAssurance = minimumAssurance == null ? Assurance.UNSIGNED_CODE : minimumAssurance;
        require(
                fresh.compareTo(FRESH_MIN) >= 0 && fresh.compareTo(AGE_MAX) <= 0,
                "fresh is " + fresh + "; lists are signed anew every ten minutes, so give PT30M to P365D");
        require(
                grace.compareTo(fresh) >= 0 && grace.compareTo(AGE_MAX) <= 0,
                "grace is " + grace + "; it counts from the time of signing like fresh (" + fresh
                        + "), so give at least that and at most P365D");
        require(
                closed.isZero() || (closed.compareTo(grace) >= 0 && closed.compareTo(AGE_MAX) <= 0),
                "closed is " + closed + "; give at least grace (" + grace + ") and at most P365D, or PT0S for never");
        attendedGates = attendedGates == null
                ? List.of()
                : new TreeSet<>(attendedGates).stream().map(Topics::name).toList();
        require(
                attendedGates.size() <= ATTENDED_GATES_MAX,
                attendedGates.size() + " attendedGates; at most " + ATTENDED_GATES_MAX);
    }

    public static SitePolicySettings byDefault() {
        return new SitePolicySettings(null, null, null, null, null, null, null, null, null);
    }

    /** The policy in the gates' words, without version and time of issue. */
    public SitePolicy message(String site) {
        return SitePolicy.newBuilder()
                .setSite(site)
                .setFreshMs(fresh.toMillis())
                .setGraceMs(grace.toMillis())
                .setClosedMs(closed.toMillis())
                .setWhenGrace(whenGrace.wire)
                .setWhenStale(whenStale.wire)
                .setWhenNone(whenNone.wire)
                .setGrantOnUntrustedClock(grantOnUntrustedClock)
                .setMinimumAssurance(minimumAssurance.wire())
                .addAllAttendedGates(attendedGates)
                .build();
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
