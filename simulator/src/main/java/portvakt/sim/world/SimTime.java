package portvakt.sim.world;

import java.time.Instant;

/** The true time of a world. */
final class SimTime {

    static final Instant BEGIN = Instant.parse("2026-06-01T04:00:00Z");

    private SimTime() {}

    static Instant at(long nowNs) {
        return BEGIN.plusNanos(nowNs);
    }
}
