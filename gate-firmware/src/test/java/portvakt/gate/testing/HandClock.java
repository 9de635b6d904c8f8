package portvakt.gate.testing;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import portvakt.gate.access.GateTime;
import portvakt.gate.port.Clock;
import portvakt.gate.time.ClockFault;
import portvakt.protocol.v1.ClockTrust;

/** A {@link Clock} that stands still until the test moves it. */
public final class HandClock implements Clock {

    public static final Instant START = Instant.parse("2026-06-01T12:00:00Z");

    private GateTime now = new GateTime(START, 1_000_000_000L, ClockTrust.CLOCK_TRUST_SYNCHRONISED);
    private final List<ClockFault> faults = new ArrayList<>();

    public synchronized void pass(Duration time) {
        now = new GateTime(now.wall().plus(time), now.uptimeNs() + time.toNanos(), now.trust());
    }

    public synchronized void trust(ClockTrust trust) {
        now = new GateTime(now.wall(), now.uptimeNs(), trust);
    }

    /** Told at the next {@link #faults}. */
    public synchronized void fault(ClockFault fault) {
        faults.add(fault);
    }

    @Override
    public synchronized List<ClockFault> faults() {
        List<ClockFault> told = List.copyOf(faults);
        faults.clear();
        return told;
    }

    @Override
    public synchronized GateTime now() {
        return now;
    }

    @Override
    public void atLeast(Instant proven) {
        // Its hand is the only proof.
    }
}
