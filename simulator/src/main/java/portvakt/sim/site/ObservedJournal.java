package portvakt.sim.site;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import portvakt.gate.port.EventJournal;
import portvakt.protocol.v1.ChainedEvent;
import portvakt.protocol.v1.EventFacts;
import portvakt.protocol.v1.Subject;

/**
 * A journal that also tells what went into it, so that a test can wait for what a gate did. After {@link #cut} it is the journal of
 * a program that has no power any more: what it still says is neither written nor told.
 */
final class ObservedJournal implements EventJournal {

    /** Called on the gate's loop; must be quick. */
    @FunctionalInterface
    interface Listener {
        void appended(long sequence, EventFacts facts, Optional<Subject> subject);
    }

    private final EventJournal journal;
    private final Listener listener;
    /** Guarded by this, so that no event is half written at the cut. */
    private boolean cut;

    ObservedJournal(EventJournal journal, Listener listener) {
        this.journal = journal;
        this.listener = listener;
    }

    synchronized void cut() {
        cut = true;
    }

    private synchronized boolean isCut() {
        return cut;
    }

    @Override
    public long append(EventFacts facts, Optional<Subject> subject) throws IOException {
        long sequence;
        synchronized (this) {
            if (cut) {
                return journal.last();
            }
            sequence = journal.append(facts, subject);
        }
        listener.appended(sequence, facts, subject);
        return sequence;
    }

    @Override
    public long append(Placed facts) throws IOException {
        EventFacts[] appended = new EventFacts[1];
        long sequence;
        synchronized (this) {
            if (cut) {
                return journal.last();
            }
            sequence = journal.append((long at, ByteString previousHash) -> appended[0] = facts.at(at, previousHash));
        }
        listener.appended(sequence, appended[0], Optional.empty());
        return sequence;
    }

    @Override
    public long durable() {
        return journal.durable();
    }

    @Override
    public long last() {
        return journal.last();
    }

    @Override
    public void force() throws IOException {
        if (!isCut()) {
            journal.force();
        }
    }

    @Override
    public List<ChainedEvent> read(long first, long last) throws IOException {
        return isCut() ? List.of() : journal.read(first, last);
    }

    @Override
    public Room room() {
        return journal.room();
    }

    @Override
    public Optional<String> takeDamage() {
        return journal.takeDamage();
    }

    @Override
    public long acknowledged() {
        return journal.acknowledged();
    }

    @Override
    public void acknowledged(long sequence) throws IOException {
        if (!isCut()) {
            journal.acknowledged(sequence);
        }
    }
}
