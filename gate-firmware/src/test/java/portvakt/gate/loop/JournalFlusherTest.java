package portvakt.gate.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import portvakt.gate.port.EventJournal;
import portvakt.protocol.v1.ChainedEvent;
import portvakt.protocol.v1.EventFacts;
import portvakt.protocol.v1.Subject;

/** One sync at a time, and one for all that came while the last one ran. */
class JournalFlusherTest {

    /** A journal of which only the syncs count; each takes as long as the test says. */
    private static final class SlowJournal implements EventJournal {
        private final AtomicInteger begun = new AtomicInteger();
        private final Semaphore mayEnd = new Semaphore(0);

        @Override
        public void force() {
            begun.incrementAndGet();
            mayEnd.acquireUninterruptibly();
        }

        @Override
        public long append(EventFacts facts, Optional<Subject> subject) throws IOException {
            throw new IOException("only syncs");
        }

        @Override
        public long append(Placed facts) throws IOException {
            throw new IOException("only syncs");
        }

        @Override
        public long durable() {
            return begun.get();
        }

        @Override
        public long last() {
            return begun.get();
        }

        @Override
        public List<ChainedEvent> read(long first, long last) {
            return List.of();
        }

        @Override
        public Room room() {
            return new Room(1, 1, 0);
        }

        @Override
        public long acknowledged() {
            return 0;
        }

        @Override
        public void acknowledged(long sequence) throws IOException {
            throw new IOException("only syncs");
        }
    }

    @Test
    void whatComesWhileASyncRunsSharesTheNextOne() {
        SlowJournal journal = new SlowJournal();
        AtomicInteger durable = new AtomicInteger();
        try (JournalFlusher flusher = new JournalFlusher(journal, _ -> {}, durable::incrementAndGet)) {
            flusher.start();
            flusher.want();
            try {
                await().until(() -> journal.begun.get() == 1);
                for (int event = 0; event < 100; event++) {
                    flusher.want();
                }
                assertThat(journal.begun).hasValue(1);
                journal.mayEnd.release();
                await().until(() -> journal.begun.get() == 2);
                journal.mayEnd.release();
                await().until(() -> durable.get() == 2);
                assertThat(journal.begun).hasValue(2);
            } finally {
                // For the end: one by the thread as it ends, and the last.
                journal.mayEnd.release(1_000);
            }
        }
        assertThat(journal.begun.get()).isBetween(3, 4);
    }
}
