package portvakt.sim.site;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import portvakt.gate.access.GateTime;
import portvakt.gate.port.Clock;
import portvakt.gate.time.ClockFault;
import portvakt.gate.time.TrustedTime;

/**
 * The clock of a gate's computer, which can be wound, and of which the gate can lose its certainty. A battery keeps it over a power
 * cut; what the gate has proof of is lost with the power, as on the real thing, and comes back from journal and lists. Safe for any
 * thread.
 */
public final class FieldClock {

    private final InstantSource world;
    private Duration ahead = Duration.ZERO;
    private boolean synchronised = true;

    FieldClock(InstantSource world) {
        this.world = world;
    }

    /** @param by how far it is before (negative: behind) the world's from now on */
    public synchronized void setAhead(Duration by) {
        ahead = by;
    }

    public synchronized Duration ahead() {
        return ahead;
    }

    /** Whether something keeps the clock right, as far as the gate's system can tell. */
    public synchronized void setSynchronised(boolean now) {
        synchronised = now;
    }

    public synchronized boolean isSynchronised() {
        return synchronised;
    }

    private synchronized TrustedTime.Reading reading(long uptimeNs) {
        return new TrustedTime.Reading(world.instant().plus(ahead), uptimeNs, synchronised);
    }

    /** What one run of the gate's program makes of it: the real rules, as in the gate's own clock. */
    final class Run implements Clock {

        private final long startNs = System.nanoTime();
        private final TrustedTime time = new TrustedTime(Optional.empty());
        /** When the list that decides was signed, by its name. */
        private final Map<String, Instant> issuedAt = new TreeMap<>();

        @Override
        public synchronized GateTime now() {
            return time.at(reading(uptimeNs()));
        }

        @Override
        public synchronized void atLeast(Instant written) {
            time.journalled(written, uptimeNs());
        }

        @Override
        public synchronized void signed(String list, int epoch, Instant signedAt) {
            issuedAt.put(list, signedAt);
            time.signed(list, epoch, signedAt, uptimeNs());
        }

        @Override
        public synchronized List<ClockFault> faults() {
            return time.faults();
        }

        synchronized Optional<Instant> issuedAt(String list) {
            return Optional.ofNullable(issuedAt.get(list));
        }

        private long uptimeNs() {
            return System.nanoTime() - startNs;
        }
    }
}
