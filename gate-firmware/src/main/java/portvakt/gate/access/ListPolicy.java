package portvakt.gate.access;

import java.time.Duration;
import java.util.Optional;
import portvakt.protocol.ListState;

/**
 * What a site thinks of a list by its age, counted from the signed issue time. A fresh list grants; a card that a list names is
 * denied in every state.
 *
 * @param fresh  up to this age a list is FRESH
 * @param grace  up to this age it is GRACE; an older one is STALE
 * @param closed older than this denies, whatever {@code whenStale} says; empty: never
 */
public record ListPolicy(
        Duration fresh,
        Duration grace,
        Optional<Duration> closed,
        ListAction whenGrace,
        ListAction whenStale,
        ListAction whenNone) {

    public ListPolicy {
        if (fresh.isNegative()
                || fresh.compareTo(grace) > 0
                || closed.filter(end -> grace.compareTo(end) > 0).isPresent()) {
            throw new IllegalArgumentException("list ages must rise: fresh " + fresh + ", grace " + grace
                    + closed.map(end -> ", closed " + end).orElse(""));
        }
    }

    /** @param pastClosing whether the list is older than {@link #closed} */
    ListAction action(ListState state, boolean pastClosing) {
        if (pastClosing) {
            return ListAction.DENY;
        }
        return switch (state) {
            case FRESH -> ListAction.GRANT;
            case GRACE -> whenGrace;
            case STALE -> whenStale;
            case NONE -> whenNone;
        };
    }

    boolean isPastClosing(Duration age) {
        return closed.filter(end -> age.compareTo(end) > 0).isPresent();
    }
}
