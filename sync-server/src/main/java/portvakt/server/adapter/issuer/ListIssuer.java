package portvakt.server.adapter.issuer;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.protocol.Topics;
import portvakt.protocol.list.ListHead;
import portvakt.server.port.CardStatuses;
import portvakt.server.port.CardStatuses.Issued;
import portvakt.server.port.Lists;
import portvakt.server.port.RetainedPublisher;
import portvakt.server.port.StorageException;

/**
 * Issues one list, on a thread of its own: a version for what changed while the last one went out, so bursts coalesce by
 * themselves and a lone change waits for nothing. Tries again while database or broker are away.
 */
public final class ListIssuer implements Lists, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ListIssuer.class);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration RETRY = Duration.ofSeconds(2);
    /** How often the thread looks at the clock for the heartbeat. */
    private static final Duration IDLE = Duration.ofSeconds(30);

    private final String list;
    private final CardStatuses statuses;
    private final InstantSource clock;
    private final ListIssuance issuance;
    private final Semaphore signals = new Semaphore(0);
    private final AtomicBoolean brokerForgot = new AtomicBoolean();
    private final Thread thread;
    private volatile Issued issued;
    private volatile boolean closed;

    public ListIssuer(
            String list, ListKeys keys, CardStatuses statuses, RetainedPublisher publisher, InstantSource clock) {
        this.list = Topics.name(list);
        this.statuses = statuses;
        this.clock = clock;
        this.issuance = new ListIssuance(list, keys, statuses, publisher, PATIENCE);
        this.thread = Thread.ofPlatform().name("list-" + list).daemon().unstarted(this::run);
    }

    /** Starts issuing. Call once. */
    public void start() {
        thread.start();
    }

    /** The committed statuses may have changed. Does not block. */
    public void changed() {
        signals.release();
    }

    /** There is a new connection to the broker, which may not know what an older one was told. Does not block. */
    public void brokerConnected() {
        brokerForgot.set(true);
        signals.release();
    }

    @Override
    public Optional<PublishedList> find(String name) {
        if (!name.equals(list)) {
            return Optional.empty();
        }
        Issued newest = issued;
        return (newest == null ? statuses.issued(list) : Optional.of(newest)).map(ListIssuer::published);
    }

    private static PublishedList published(Issued issued) {
        ListHead head = issued.head();
        return new PublishedList(
                head.list(),
                head.epoch(),
                head.version(),
                issued.revokedCount(),
                issued.suspendedCount(),
                head.issuedAt(),
                head.expiresAt(),
                HexFormat.of().formatHex(issued.signedHead()));
    }

    private void run() {
        try {
            while (!closed) {
                Duration pause = round();
                if (signals.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                    signals.drainPermits();
                }
            }
        } catch (InterruptedException e) {
            LOG.warn("The thread of list {} was interrupted; it is issued no more", list);
        }
    }

    private Duration round() throws InterruptedException {
        try {
            if (brokerForgot.getAndSet(false)) {
                issuance.brokerForgot();
            }
            issued = issuance.round(now());
            return IDLE;
        } catch (ListIssuance.BrokerAway e) {
            LOG.debug("list {} waits for the broker: {}", list, e.getMessage());
        } catch (StorageException e) {
            LOG.warn("list {} waits for the database: {}", list, e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("list {} could not be issued; trying again", list, e);
        }
        return RETRY;
    }

    private Instant now() {
        return clock.instant();
    }

    /**
     * Stops after the round that is under way, and waits no longer for the broker. What it did not publish goes out at the next
     * start. Does not interrupt: Java closes a file under a thread that is interrupted at it, and this one may be reading or
     * writing the database.
     */
    @Override
    public void close() {
        closed = true;
        issuance.stop();
        signals.release();
        try {
            thread.join(Duration.ofSeconds(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
