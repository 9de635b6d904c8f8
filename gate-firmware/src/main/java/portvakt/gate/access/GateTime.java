package portvakt.gate.access;

import java.time.Instant;
import portvakt.protocol.v1.ClockTrust;

/**
 * A moment, as a gate knows it.
 *
 * @param wall      the wall clock; where it is not synchronised, never earlier than the newest time that the gate has proof of
 * @param uptimeNs  nanoseconds since the program started; never goes back; all time-outs count in it
 * @param trust     how far {@code wall} can be believed
 * @param notBefore it is proved to be at least so late; {@code wall} itself where that is trusted, and never later than it
 */
public record GateTime(Instant wall, long uptimeNs, ClockTrust trust, Instant notBefore) {

    /** A moment of which nothing is proved but what a synchronised clock says. */
    public GateTime(Instant wall, long uptimeNs, ClockTrust trust) {
        this(wall, uptimeNs, trust, trust == ClockTrust.CLOCK_TRUST_SYNCHRONISED ? wall : Instant.EPOCH);
    }

    public boolean isTrusted() {
        return trust == ClockTrust.CLOCK_TRUST_SYNCHRONISED;
    }
}
