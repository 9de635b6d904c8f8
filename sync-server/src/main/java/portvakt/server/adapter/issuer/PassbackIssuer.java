package portvakt.server.adapter.issuer;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.protocol.CardNumber;
import portvakt.server.port.Departures;
import portvakt.server.port.EntryLog;
import portvakt.server.port.Gates;
import portvakt.server.port.LogEntry;
import portvakt.server.port.NewsPublisher;
import portvakt.server.port.StorageException;

/**
 * Tells the gates of sites that deny who enters twice who has left: when somebody does, and every few seconds in any case. On a thread
 * of its own.
 */
public final class PassbackIssuer implements Departures, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PassbackIssuer.class);

    /** A third of the silence after which a gate takes nobody for inside. */
    static final Duration BEAT = Duration.ofSeconds(5);

    private static final int RUN_BYTES = 16;

    private final Map<String, PassbackIssuance> sites = new TreeMap<>();
    private final EntryLog log;
    private final InstantSource clock;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("passback").daemon().factory());
    private AutoCloseable listener = () -> {};

    /** @param forgets of the sites that deny: how long an entry is remembered */
    public PassbackIssuer(
            Map<String, Duration> forgets,
            ListKeys keys,
            EntryLog log,
            Gates gates,
            NewsPublisher publisher,
            InstantSource clock) {
        byte[] run = new byte[RUN_BYTES];
        new SecureRandom().nextBytes(run);
        new TreeMap<>(forgets)
                .forEach((site, duration) ->
                        sites.put(site, new PassbackIssuance(site, duration, run, keys, log, gates, publisher)));
        this.log = log;
        this.clock = clock;
    }

    /** Call once. */
    public void start() {
        if (sites.isEmpty()) {
            return;
        }
        listener = log.listen(this::committed);
        thread.scheduleWithFixedDelay(
                () -> sites.keySet().forEach(this::tell), 0, BEAT.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Only a bell: what left is read from the log itself, so a row that this does not hear of is told of at the next beat. */
    private void committed(LogEntry entry) {
        if (PassbackIssuance.mayTellOfLeaving(entry) && sites.containsKey(entry.site())) {
            thread.execute(() -> tell(entry.site()));
        }
    }

    @Override
    public boolean areTold(String site) {
        return sites.containsKey(site);
    }

    @Override
    public void left(String site, CardNumber card) {
        PassbackIssuance issuance = sites.get(site);
        if (issuance != null && !thread.isShutdown()) {
            issuance.left(card);
            thread.execute(() -> {
                // Of many at once the first round told of all.
                if (issuance.hasStated()) {
                    tell(site);
                }
            });
        }
    }

    private void tell(String site) {
        try {
            sites.get(site).round(clock.instant()).whenComplete((_, refused) -> {
                if (refused != null) {
                    LOG.debug("{}: gates were not told who left: {}", site, refused.getMessage());
                }
            });
        } catch (StorageException e) {
            LOG.warn("{}: nobody is denied for entering twice until the database is back: {}", site, e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("{}: could not tell the gates who left; trying again", site, e);
        }
    }

    /** Waits for the message that is under way. Does not interrupt: Java closes a file under a thread that is interrupted at it. */
    @Override
    public void close() {
        try {
            listener.close();
        } catch (Exception e) {
            LOG.warn("the entry log did not let go of the news of who left", e);
        }
        thread.shutdown();
        try {
            if (!thread.awaitTermination(5, TimeUnit.SECONDS)) {
                LOG.warn("the news of who left are still under way");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
