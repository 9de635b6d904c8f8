package portvakt.server.adapter.log;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.server.log.CheckOutRules;
import portvakt.server.port.CheckOuts;
import portvakt.server.port.StorageException;

/**
 * Looks twice a minute whether somebody's time on a site is over by its rules, and has them checked out. What time it is comes from the
 * clock that it was given; only the pause between two looks is real time.
 */
public final class CheckOutWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(CheckOutWatch.class);
    private static final Duration PAUSE = Duration.ofSeconds(30);

    private final CheckOuts checkOuts;
    private final Map<String, CheckOutRules> rules;
    private final InstantSource clock;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("check-out-watch").daemon().factory());

    /** @param rules by site; sites without any rule are passed over */
    public CheckOutWatch(CheckOuts checkOuts, Map<String, CheckOutRules> rules, InstantSource clock) {
        this.checkOuts = checkOuts;
        this.rules = new TreeMap<>(rules);
        this.rules.values().removeIf(CheckOutRules::isOff);
        this.clock = clock;
    }

    /** Call once. */
    public void start() {
        if (!rules.isEmpty()) {
            thread.scheduleWithFixedDelay(this::look, 0, PAUSE.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /** Looks once. */
    void look() {
        rules.forEach((site, rule) -> {
            try {
                int count = checkOuts.checkOut(site, rule::due, clock.instant());
                if (count > 0) {
                    LOG.info("{}: {} were checked out automatically", site, count);
                }
            } catch (StorageException e) {
                LOG.warn("{}: nobody is checked out until the database is back: {}", site, e.getMessage());
            } catch (RuntimeException e) {
                LOG.error("{}: could not check out whose time is over; trying again", site, e);
            }
        });
    }

    /** Waits for the look that is under way. Does not interrupt: Java closes a file under a thread that is interrupted at it. */
    @Override
    public void close() {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(5, TimeUnit.SECONDS)) {
                LOG.warn("the watch for forgotten exits is still looking");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
