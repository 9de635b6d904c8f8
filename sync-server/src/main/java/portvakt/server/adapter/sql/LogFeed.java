package portvakt.server.adapter.sql;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.protocol.Topics.GateAddress;
import portvakt.server.port.LogEntry;

/**
 * Tells listeners of committed rows. Each has a virtual thread and a bounded queue of its own; one whose queue is full is
 * dropped, so that nobody who reads slowly ever holds up an ingest.
 */
final class LogFeed implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LogFeed.class);
    private static final int QUEUE_MAX = 4096;

    private final Set<Listener> listeners =
            ConcurrentHashMap.newKeySet(); // told in no order; each gets all rows in order

    private final ReentrantLock commits = new ReentrantLock();
    private final LiveFeed live;

    /** @param live told before the listeners, of all that is not live any more */
    LogFeed(LiveFeed live) {
        this.live = live;
    }

    /**
     * Whoever writes to the log holds it from before the transaction until after {@link #committed}, so that commits and the telling
     * of them go in one order. The row lock on log_cursor does the same between servers.
     */
    ReentrantLock commits() {
        return commits;
    }

    /** A gate was let in anew. Does not block. */
    void letIn(GateAddress gate) {
        live.letIn(gate);
    }

    /** A gate says where its journal ends. Does not block. @param saidAt when that came, by the server's clock */
    void journalEnds(GateAddress gate, long last, Instant saidAt) {
        live.journalEnds(gate, last, saidAt);
    }

    /** Called in the order of the commits, one caller at a time. Does not block. */
    void committed(List<LogEntry> entries) {
        live.stored(entries);
        for (Listener listener : listeners) {
            for (LogEntry entry : entries) {
                if (!listener.queue.offer(entry)) {
                    LOG.warn("a listener of the entry log is {} rows behind and is dropped", QUEUE_MAX);
                    listener.close();
                    break;
                }
            }
        }
    }

    AutoCloseable listen(Consumer<LogEntry> callback) {
        Listener listener = new Listener(callback);
        listeners.add(listener);
        listener.thread.start();
        return listener;
    }

    @Override
    public void close() {
        listeners.forEach(Listener::close);
    }

    private final class Listener implements AutoCloseable {
        private final BlockingQueue<LogEntry> queue = new ArrayBlockingQueue<>(QUEUE_MAX);
        private final Consumer<LogEntry> callback;
        private final Thread thread;

        Listener(Consumer<LogEntry> callback) {
            this.callback = callback;
            thread = Thread.ofVirtual().name("log-listener").unstarted(this::tell);
        }

        private void tell() {
            try {
                while (true) {
                    callback.accept(queue.take());
                }
            } catch (InterruptedException closed) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException e) {
                LOG.warn("a listener of the entry log failed and is dropped", e);
                listeners.remove(this);
            }
        }

        @Override
        public void close() {
            listeners.remove(this);
            thread.interrupt();
        }
    }
}
