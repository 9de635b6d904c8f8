package portvakt.gate.port;

import java.time.Instant;
import portvakt.gate.access.GateTime;

/** Where time comes from. Safe for any thread, never blocks. */
public interface Clock {

    GateTime now();

    /**
     * Tells the clock of proof that it is at least so late: a journalled event, a signed list. A computer without a battery
     * clock starts in the past, and this keeps it from going behind what is known.
     */
    void atLeast(Instant proven);
}
