package portvakt.gate.loop;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.gate.port.EventJournal;

/** Makes the journal durable on a thread of its own: one sync for all that came while the last one ran. */
final class JournalFlusher implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(JournalFlusher.class);
    static final long RETRY_MS = 1_000;

    private final EventJournal journal;
    private final Consumer<Signal> inbox;
    private final Runnable grew;
    private final Semaphore wanted = new Semaphore(0);
    private final CountDownLatch closing = new CountDownLatch(1);
    private volatile boolean closed;
    private final Thread thread = Thread.ofPlatform().name("journal").daemon().unstarted(this::run);

    /** @param grew told after each sync that there is more to send */
    JournalFlusher(EventJournal journal, Consumer<Signal> inbox, Runnable grew) {
        this.journal = journal;
        this.inbox = inbox;
        this.grew = grew;
    }

    void start() {
        thread.start();
    }

    /** Something was appended. */
    void want() {
        wanted.release();
    }

    private void run() {
        boolean failed = false;
        try {
            while (!closed) {
                if (failed) {
                    boolean _ = closing.await(RETRY_MS, TimeUnit.MILLISECONDS);
                } else {
                    wanted.acquire();
                }
                failed = !flush();
            }
        } catch (InterruptedException e) {
            LOG.warn("The journal's thread was interrupted; events are not made durable any more");
        }
    }

    /** Whether something was appended since the last {@link #flush} began. */
    boolean isWanted() {
        return wanted.availablePermits() > 0;
    }

    /** One sync, and the word of it. @return whether it succeeded; if not, another is due after {@link #RETRY_MS} */
    boolean flush() {
        wanted.drainPermits();
        try {
            journal.force();
            inbox.accept(new Signal.JournalDurable(journal.durable()));
            grew.run();
            return true;
        } catch (IOException | RuntimeException e) {
            inbox.accept(new Signal.JournalFailed(String.valueOf(e.getMessage())));
            return false;
        }
    }

    /** Makes durable what is left. Does not interrupt: Java closes a file under a thread that is interrupted at it. */
    @Override
    public void close() {
        closed = true;
        closing.countDown();
        wanted.release();
        try {
            thread.join();
            journal.force();
            grew.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            LOG.error("The last events may be lost at a power cut: {}", e.getMessage());
        }
    }
}
