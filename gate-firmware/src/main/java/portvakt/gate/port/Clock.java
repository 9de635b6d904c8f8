package portvakt.gate.port;

import java.time.Instant;
import java.util.List;
import portvakt.gate.access.GateTime;
import portvakt.gate.time.ClockFault;

/** Where time comes from. Safe for any thread, never blocks. */
public interface Clock {

    GateTime now();

    /**
     * Tells the clock of what the gate has written down itself: it was so late. A computer without a battery clock starts in the
     * past, and this keeps it from going behind what is known. It may come from a clock that was wrong, so it counts for less
     * than a signed time.
     */
    void atLeast(Instant written);

    /** Tells the clock of a list that was accepted: it is at least as late as its issuer signed it. */
    default void signed(String list, int epoch, Instant issuedAt) {
        atLeast(issuedAt);
    }

    /** What has happened to the clock since the last call; each is told once. */
    default List<ClockFault> faults() {
        return List.of();
    }
}
