package portvakt.server.adapter.spread;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.protocol.Topics.GateAddress;
import portvakt.server.list.Lag;
import portvakt.server.list.SpreadLimits;
import portvakt.server.port.LagEpisodes;
import portvakt.server.port.Lists;
import portvakt.server.port.SpreadLog;
import portvakt.server.port.SpreadLog.GateNow;
import portvakt.server.port.SpreadLog.Version;
import portvakt.server.port.StorageException;

/**
 * Looks every few seconds whether a gate lags behind with a list, and has it said once when that begins and once when it is over.
 * What time it is comes from the clock that it was given; only the pause between two looks is real time.
 *
 * <p>A gate that falls silent while it lags goes on lagging: nobody can tell. It is well again when it says so.
 */
public final class LagWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LagWatch.class);
    private static final Duration PAUSE_MAX = Duration.ofSeconds(5);
    private static final Duration FORGET_EVERY = Duration.ofHours(1);
    private static final Duration KEEP = Duration.ofDays(35);

    private final Lists lists;
    private final SpreadLog spread;
    private final LagEpisodes episodes;
    private final SpreadLimits limits;
    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition wake = lock.newCondition();
    private final Thread thread;
    private boolean woken; // under lock
    private boolean closed; // under lock
    private Instant forgotAt = Instant.MIN; // the looking thread's alone

    public LagWatch(Lists lists, SpreadLog spread, LagEpisodes episodes, SpreadLimits limits, InstantSource clock) {
        this.lists = lists;
        this.spread = spread;
        this.episodes = episodes;
        this.limits = limits;
        this.clock = clock;
        this.thread = Thread.ofPlatform().name("lag-watch").daemon().unstarted(this::run);
    }

    /** Call once. */
    public void start() {
        thread.start();
    }

    /** Look now. Does not block. */
    public void wake() {
        lock.lock();
        try {
            woken = true;
            wake.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        while (pause()) {
            try {
                look();
            } catch (StorageException e) {
                LOG.warn("who lags behind is not known until the database is back: {}", e.getMessage());
            } catch (RuntimeException e) {
                LOG.error("could not look who lags behind; trying again", e);
            }
        }
    }

    private boolean pause() {
        long leftNs =
                Math.min(PAUSE_MAX.toNanos(), Math.max(1, limits.lagAfter().toNanos() / 4));
        lock.lock();
        try {
            while (!closed && !woken && leftNs > 0) {
                leftNs = wake.awaitNanos(leftNs);
            }
            woken = false;
            return !closed;
        } catch (InterruptedException e) {
            LOG.warn("the watch was interrupted; who lags behind is not noticed any more");
            return false;
        } finally {
            lock.unlock();
        }
    }

    /** Looks once. For one thread at a time. */
    void look() {
        Instant now = clock.instant();
        for (String list : lists.names()) {
            look(list, now);
        }
        if (forgotAt.equals(Instant.MIN) || Duration.between(forgotAt, now).compareTo(FORGET_EVERY) >= 0) {
            episodes.forgetBefore(now.minus(KEEP));
            forgotAt = now;
        }
    }

    private void look(String list, Instant now) {
        Optional<Version> due = spread.newestAt(list, now.minus(limits.lagAfter()));
        List<GateNow> gates = spread.gates(list);
        for (GateNow gate : gates) {
            GateAddress address = new GateAddress(gate.site(), gate.gate());
            Optional<Lag.Cause> cause = Lag.of(gate, due, limits, now);
            if (cause.isPresent() && gate.lagSince().isEmpty()) {
                String detail = Lag.detail(list, cause.get(), gate, due, limits);
                episodes.begin(address, list, cause.get().name(), detail, now);
            } else if (gate.lagSince().isPresent() && isWell(gate, due, cause)) {
                long seconds = Duration.between(gate.lagSince().get(), now).toSeconds();
                String version = gate.reported()
                        .map(reported -> "v" + reported.version())
                        .orElse("no list");
                episodes.end(address, list, list + ": the gate has " + version + " after " + seconds + " s", now);
            }
        }
    }

    /** Not lagging is not enough: a gate that has just come back has time again, and may be as it was. */
    private static boolean isWell(GateNow gate, Optional<Version> due, Optional<Lag.Cause> cause) {
        return gate.online()
                && cause.isEmpty()
                && gate.reported()
                        .filter(reported -> List.of("FRESH", "UNSPECIFIED").contains(reported.state()))
                        .filter(reported -> due.filter(version -> reported.version() < version.version())
                                .isEmpty())
                        .isPresent();
    }

    /** Waits for the look that is under way. Does not interrupt: Java closes a file under a thread that is interrupted at it. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            wake.signalAll();
        } finally {
            lock.unlock();
        }
        try {
            thread.join(Duration.ofSeconds(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
