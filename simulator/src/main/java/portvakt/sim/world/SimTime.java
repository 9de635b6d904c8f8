package portvakt.sim.world;

import java.time.Instant;

/** The true time of a world. */
public final class SimTime {

    /** Ten minutes before midnight in Oslo: cards that end today end in every run that is not over before. */
    static final Instant BEGIN = Instant.parse("2026-06-01T21:50:00Z");

    private SimTime() {}

    public static Instant at(long nowNs) {
        return BEGIN.plusNanos(nowNs);
    }
}
