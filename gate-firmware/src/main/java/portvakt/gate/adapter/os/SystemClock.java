package portvakt.gate.adapter.os;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import portvakt.gate.access.GateTime;
import portvakt.gate.port.Clock;
import portvakt.protocol.v1.ClockTrust;

/**
 * The operating system's clock, and how far it is believed.
 *
 * <p>Synchronised: systemd-timesyncd has touched its file since boot ({@code /run/systemd/timesync/synchronized}; systemd
 * NEWS, 239), which another time daemon's unit may do as well. Bounded below: something signed or journalled gives a floor.
 * A clock that is not synchronised never reads earlier than that floor. A synchronised one is taken as it is: the floor may
 * come from a time when the clock was wrong.
 */
public final class SystemClock implements Clock {

    private static final Duration CHECK_INTERVAL = Duration.ofSeconds(1);

    private final long startNs = System.nanoTime();
    private final Optional<Path> synchronisedFile;
    private final AtomicReference<Instant> floor = new AtomicReference<>(Instant.EPOCH);
    private volatile boolean synchronised;
    private volatile long checkedNs = Long.MIN_VALUE;

    /** @param synchronisedFile exists when the clock is right; empty: the host's clock is taken as right (a server, a test) */
    public SystemClock(Optional<Path> synchronisedFile) {
        this.synchronisedFile = synchronisedFile;
    }

    @Override
    public GateTime now() {
        long uptimeNs = System.nanoTime() - startNs;
        if (checkedNs == Long.MIN_VALUE || uptimeNs - checkedNs > CHECK_INTERVAL.toNanos()) {
            synchronised = synchronisedFile.isEmpty() || Files.exists(synchronisedFile.get());
            checkedNs = uptimeNs;
        }
        Instant wall = Instant.now();
        Instant proven = floor.get();
        ClockTrust trust = synchronised
                ? ClockTrust.CLOCK_TRUST_SYNCHRONISED
                : proven.equals(Instant.EPOCH) ? ClockTrust.CLOCK_TRUST_UNKNOWN : ClockTrust.CLOCK_TRUST_BOUNDED_BELOW;
        return new GateTime(!synchronised && wall.isBefore(proven) ? proven : wall, uptimeNs, trust);
    }

    @Override
    public void atLeast(Instant proven) {
        floor.accumulateAndGet(proven, (one, other) -> one.isBefore(other) ? other : one);
    }
}
