package portvakt.server.adapter.issuer;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.server.port.StorageException;

/**
 * A thread that does one round after the other, each as soon as it is woken: what happens during a round goes into the next
 * one, so bursts coalesce by themselves and a lone change waits for nothing. Tries again while database or broker are away.
 */
final class IssuerThread implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(IssuerThread.class);
    /** The time to the next round after one that could not be finished. */
    static final Duration RETRY = Duration.ofSeconds(2);

    /** The longest time between two rounds. */
    static final Duration IDLE = Duration.ofSeconds(30);

    /** What the thread does. */
    @FunctionalInterface
    interface Round {
        void run() throws BrokerAway, InterruptedException;
    }

    /** What the thread does, and how long it waits after it if nothing wakes it. */
    @FunctionalInterface
    interface PacedRound {
        Duration run() throws BrokerAway, InterruptedException;
    }

    private final String what;
    private final PacedRound round;
    private final Semaphore signals = new Semaphore(0);
    private final Thread thread;
    private volatile boolean closed;

    /** @param what names it in the log and among the threads */
    IssuerThread(String what, Round round) {
        this(
                () -> {
                    round.run();
                    return IDLE;
                },
                what);
    }

    /** One whose rounds say when the next one is due. */
    static IssuerThread paced(String what, PacedRound round) {
        return new IssuerThread(round, what);
    }

    private IssuerThread(PacedRound round, String what) {
        this.what = what;
        this.round = round;
        this.thread = Thread.ofPlatform().name(what.replace(' ', '-')).daemon().unstarted(this::run);
    }

    /** Call once. */
    void start() {
        thread.start();
    }

    /** There may be something to do. Does not block. */
    void wake() {
        signals.release();
    }

    private void run() {
        try {
            while (!closed) {
                Duration pause = oneRound();
                if (signals.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                    signals.drainPermits();
                }
            }
        } catch (InterruptedException e) {
            LOG.warn("{}: its thread was interrupted; it is issued no more", what);
        }
    }

    private Duration oneRound() throws InterruptedException {
        try {
            return round.run();
        } catch (BrokerAway e) {
            LOG.debug("{}: waits for the broker: {}", what, e.getMessage());
        } catch (StorageException e) {
            LOG.warn("{}: waits for the database: {}", what, e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("{}: could not be issued; trying again", what, e);
        }
        return RETRY;
    }

    /**
     * Stops after the round that is under way. What it did not publish goes out at the next start. Does not interrupt: Java
     * closes a file under a thread that is interrupted at it, and this one may be reading or writing the database.
     */
    @Override
    public void close() {
        closed = true;
        signals.release();
        try {
            thread.join(Duration.ofSeconds(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
