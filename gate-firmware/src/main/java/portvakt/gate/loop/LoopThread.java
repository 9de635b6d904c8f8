package portvakt.gate.loop;

import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.gate.port.Clock;
import portvakt.gate.port.Supervisor;

/** Runs a {@link GateLoop} on its one thread, from one bounded inbox. */
public final class LoopThread implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LoopThread.class);

    /** A gate sees a few signals a second; a full inbox means that the loop hangs, or that a device babbles. */
    static final int INBOX_MAX = 1024;

    private static final Duration IDLE_MAX = Duration.ofSeconds(1);

    private final GateLoop loop;
    private final Clock clock;
    private final BlockingQueue<Signal> inbox = new ArrayBlockingQueue<>(INBOX_MAX);
    /** The newest of each list has a place of its own: a full inbox may cost a read of a card, but not a revocation. */
    private final Map<String, Signal.ListInstalled> lists = new ConcurrentSkipListMap<>();

    private final Thread thread;
    private Supervisor supervisor = Supervisor.NONE;

    LoopThread(GateLoop loop, Clock clock, String name) {
        this.loop = loop;
        this.clock = clock;
        this.thread = Thread.ofPlatform().name("gate-" + name).unstarted(this::run);
    }

    /** Before {@link #start} only. */
    void watchedBy(Supervisor watching) {
        supervisor = watching;
    }

    void start() {
        thread.start();
    }

    /** Hands in a signal from any thread; never blocks. */
    public void offer(Signal signal) {
        if (signal instanceof Signal.ListInstalled installed) {
            lists.merge(installed.list().list(), installed, LoopThread::newest);
            // Only wakes the loop: if it is full, the loop is awake.
            boolean _ = inbox.offer(signal);
        } else if (!inbox.offer(signal)) {
            LOG.error("The gate's inbox is full; dropped {}", signal.getClass().getSimpleName());
        }
    }

    private static Signal.ListInstalled newest(Signal.ListInstalled before, Signal.ListInstalled newest) {
        return new Signal.ListInstalled(newest.list(), before.newVersion() || newest.newVersion(), newest.notStored());
    }

    private void takeLists() {
        for (String list : lists.keySet()) {
            loop.on(lists.remove(list));
        }
    }

    private void run() {
        Signal signal = null;
        while (!(signal instanceof Signal.Stop)) {
            signal = null;
            try {
                signal = inbox.poll(waitNs(), TimeUnit.NANOSECONDS);
                turn(signal);
                // Not after a failure: a loop that does nothing but fail is started again, as one that hangs is.
                supervisor.turned();
            } catch (InterruptedException e) {
                LOG.warn("The gate's loop was interrupted; it goes on until it is told to stop");
            } catch (RuntimeException e) {
                // A bug must not leave people standing at a dead gate: say it loudly and take the next signal.
                LOG.error("The gate's loop failed at a signal and goes on", e);
            }
        }
    }

    /** A turn with what is in the inbox now, if anything is. @return whether it was the last */
    boolean turn() {
        Signal signal = inbox.poll();
        turn(signal);
        return signal instanceof Signal.Stop;
    }

    boolean hasSignals() {
        return !inbox.isEmpty();
    }

    private void turn(Signal signal) {
        // Before anything else: a card behind a new list in the inbox is decided by that list.
        takeLists();
        if (signal != null && !(signal instanceof Signal.ListInstalled)) {
            loop.on(signal);
        }
        loop.tick();
        if (inbox.isEmpty()) {
            loop.idle();
        }
    }

    private long waitNs() {
        OptionalLong deadlineNs = loop.deadlineNs();
        return deadlineNs.isEmpty()
                ? IDLE_MAX.toNanos()
                : Math.clamp(deadlineNs.getAsLong() - clock.now().uptimeNs(), 0, IDLE_MAX.toNanos());
    }

    /** Stops after what is in the inbox, locked. */
    @Override
    public void close() {
        try {
            if (inbox.offer(new Signal.Stop(), 2, TimeUnit.SECONDS)) {
                thread.join(Duration.ofSeconds(5));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
