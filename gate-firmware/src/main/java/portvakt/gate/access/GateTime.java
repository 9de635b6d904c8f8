package portvakt.gate.access;

import java.time.Instant;
import portvakt.protocol.v1.ClockTrust;

/**
 * A moment, as a gate knows it.
 *
 * @param wall      the wall clock; where it is not synchronised, never earlier than the newest time that the gate has proof of
 * @param uptimeNs  nanoseconds since the program started; never goes back; all time-outs count in it
 * @param trust     how far {@code wall} can be believed
 */
public record GateTime(Instant wall, long uptimeNs, ClockTrust trust) {}
