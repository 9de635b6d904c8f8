package portvakt.gate.access;

import java.time.Duration;
import java.time.Instant;
import portvakt.protocol.ListState;

/**
 * How old one list is at one moment, and how far that is certain.
 *
 * @param shown   by the wall clock; zero where that stands before the issue time
 * @param proved  at least so old, whatever the wall clock says
 * @param life    how long after its issue its issuer vouches for it
 * @param heard   whether the server has confirmed it since the program started
 * @param trusted whether the wall clock is trusted
 */
public record ListAge(Duration shown, Duration proved, Duration life, boolean heard, boolean trusted) {

    public static ListAge of(CardList list, GateTime now) {
        return new ListAge(
                since(list.issuedAt(), now.wall()),
                since(list.issuedAt(), now.notBefore()),
                since(list.issuedAt(), list.expiresAt()),
                list.heardInThisRun(),
                now.isTrusted());
    }

    /**
     * The state of a list that proves. An untrusted clock makes no list FRESH, and makes one STALE only where the list is proved
     * to be that old.
     */
    public ListState state(ListPolicy policy) {
        return state(policy, certain());
    }

    /** The state if the wall clock were right: what an untrusted one makes one suspect. */
    ListState suspectedState(ListPolicy policy) {
        return state(policy, shown);
    }

    private ListState state(ListPolicy policy, Duration age) {
        if (age.compareTo(policy.grace()) > 0) {
            return ListState.STALE;
        }
        return trusted && heard && !isTooOldToBeFresh(policy, age) ? ListState.FRESH : ListState.GRACE;
    }

    boolean isTooOldToBeFresh(ListPolicy policy, Duration age) {
        return age.compareTo(policy.fresh()) > 0 || age.compareTo(life) > 0;
    }

    /** The age that a decision may rest on. */
    Duration certain() {
        return trusted ? shown : proved;
    }

    private static Duration since(Instant start, Instant end) {
        Duration time = Duration.between(start, end);
        return time.isNegative() ? Duration.ZERO : time;
    }
}
