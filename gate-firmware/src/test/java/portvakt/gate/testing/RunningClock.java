package portvakt.gate.testing;

import java.time.Instant;
import portvakt.gate.access.GateTime;
import portvakt.gate.port.Clock;
import portvakt.protocol.v1.ClockTrust;

/** Its wall stands still, so that lists are fresh; its uptime runs, so that silence is noticed. */
public final class RunningClock implements Clock {

    private final Instant wall;

    public RunningClock(Instant wall) {
        this.wall = wall;
    }

    @Override
    public GateTime now() {
        return new GateTime(wall, System.nanoTime(), ClockTrust.CLOCK_TRUST_SYNCHRONISED);
    }

    @Override
    public void atLeast(Instant proven) {
        // Later than any list already.
    }
}
