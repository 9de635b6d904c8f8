package portvakt.gate.adapter.os;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import portvakt.gate.access.GateTime;
import portvakt.gate.port.Clock;
import portvakt.gate.time.ClockFault;
import portvakt.gate.time.TrustedTime;

/**
 * The operating system's clock, and how far it is believed ({@link TrustedTime}).
 *
 * <p>Synchronised: systemd-timesyncd has touched its file since boot ({@code /run/systemd/timesync/synchronized}; systemd
 * NEWS, 239), which another time daemon's unit may do as well.
 */
public final class SystemClock implements Clock {

    private static final Duration CHECK_INTERVAL = Duration.ofSeconds(1);

    private final long startNs = System.nanoTime();
    private final Optional<Path> synchronisedFile;
    private final TrustedTime time;
    private boolean synchronised;
    private long checkedNs = Long.MIN_VALUE;

    /** @param synchronisedFile exists when the clock is right; empty: the host's clock is taken as right (a server, a test) */
    public SystemClock(Optional<Path> synchronisedFile) {
        this(synchronisedFile, Optional.empty());
    }

    /** @param builtAt when this program was built: it cannot be earlier */
    public SystemClock(Optional<Path> synchronisedFile, Optional<Instant> builtAt) {
        this.synchronisedFile = synchronisedFile;
        this.time = new TrustedTime(builtAt);
    }

    @Override
    public synchronized GateTime now() {
        long uptimeNs = uptimeNs();
        if (checkedNs == Long.MIN_VALUE || uptimeNs - checkedNs > CHECK_INTERVAL.toNanos()) {
            synchronised = synchronisedFile.isEmpty() || Files.exists(synchronisedFile.get());
            checkedNs = uptimeNs;
        }
        return time.at(new TrustedTime.Reading(Instant.now(), uptimeNs, synchronised));
    }

    @Override
    public synchronized void atLeast(Instant written) {
        time.journalled(written, uptimeNs());
    }

    @Override
    public synchronized void signed(String list, int epoch, Instant issuedAt) {
        time.signed(list, epoch, issuedAt, uptimeNs());
    }

    @Override
    public synchronized List<ClockFault> faults() {
        return time.faults();
    }

    private long uptimeNs() {
        return System.nanoTime() - startNs;
    }
}
