package portvakt.sim.site;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import portvakt.gate.port.EventJournal;
import portvakt.protocol.v1.ChainedEvent;
import portvakt.protocol.v1.EventFacts;
import portvakt.protocol.v1.Subject;

/** A journal that also tells what went into it, so that a test can wait for what a gate did. */
final class ObservedJournal implements EventJournal {

    /** Called on the gate's loop; must be quick. */
    @FunctionalInterface
    interface Listener {
        void appended(long sequence, EventFacts facts, Optional<Subject> subject);
    }

    private final EventJournal journal;
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();

    ObservedJournal(EventJournal journal) {
        this.journal = journal;
    }

    Subscription listen(Listener listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    @Override
    public long append(EventFacts facts, Optional<Subject> subject) throws IOException {
        long sequence = journal.append(facts, subject);
        listeners.forEach(listener -> listener.appended(sequence, facts, subject));
        return sequence;
    }

    @Override
    public long append(Placed facts) throws IOException {
        EventFacts[] appended = new EventFacts[1];
        long sequence = journal.append((at, previousHash) -> appended[0] = facts.at(at, previousHash));
        listeners.forEach(listener -> listener.appended(sequence, appended[0], Optional.empty()));
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
        journal.force();
    }

    @Override
    public List<ChainedEvent> read(long first, long last) throws IOException {
        return journal.read(first, last);
    }

    @Override
    public Room room() {
        return journal.room();
    }

    @Override
    public long acknowledged() {
        return journal.acknowledged();
    }

    @Override
    public void acknowledged(long sequence) throws IOException {
        journal.acknowledged(sequence);
    }
}
