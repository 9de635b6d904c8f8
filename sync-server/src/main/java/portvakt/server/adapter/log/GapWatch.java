package portvakt.server.adapter.log;

import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.server.port.JournalGaps;
import portvakt.server.port.StorageException;

/**
 * Looks twice a minute whether events of a gate are missing for longer than the network can explain, and has it said once. What time
 * it is comes from the clock that it was given; only the pause between two looks is real time.
 */
public final class GapWatch implements AutoCloseable {

    /** Messages overtake each other by seconds, and a gate sends again what was lost after ten. */
    public static final Duration PATIENCE = Duration.ofMinutes(5);

    private static final Logger LOG = LoggerFactory.getLogger(GapWatch.class);
    private static final Duration PAUSE = Duration.ofSeconds(30);

    private final JournalGaps gaps;
    private final InstantSource clock;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("gap-watch").daemon().factory());

    public GapWatch(JournalGaps gaps, InstantSource clock) {
        this.gaps = gaps;
        this.clock = clock;
    }

    /** Call once. */
    public void start() {
        thread.scheduleWithFixedDelay(this::look, PAUSE.toMillis(), PAUSE.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Looks once. */
    void look() {
        try {
            gaps.sayThoseSince(clock.instant().minus(PATIENCE), clock.instant());
        } catch (StorageException e) {
            LOG.warn("whether events are missing is not known until the database is back: {}", e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("could not look whether events are missing; trying again", e);
        }
    }

    /** Waits for the look that is under way. Does not interrupt: Java closes a file under a thread that is interrupted at it. */
    @Override
    public void close() {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(5, TimeUnit.SECONDS)) {
                LOG.warn("the watch for missing events is still looking");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
