package portvakt.gate.port;

import portvakt.gate.access.GateTime;

/** Where time comes from. Safe for any thread, never blocks. */
public interface Clock {

    GateTime now();
}
