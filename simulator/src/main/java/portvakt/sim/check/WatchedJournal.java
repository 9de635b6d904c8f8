package portvakt.sim.check;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import portvakt.gate.port.EventJournal;
import portvakt.protocol.v1.ChainedEvent;
import portvakt.protocol.v1.EventFacts;
import portvakt.protocol.v1.Subject;

/** A gate's journal, whose every event goes into its watch's books. */
final class WatchedJournal implements EventJournal {

    /** Hears of each event that was written. */
    interface Books {
        void written(long sequence, EventFacts facts, Optional<Subject> subject);
    }

    private final String gate;
    private final EventJournal real;
    private final Runnable writes;
    private final Books books;

    /** @param writes hears that an event is on its way to the disk; it need not get there */
    WatchedJournal(String gate, EventJournal real, Runnable writes, Books books) {
        this.gate = gate;
        this.real = real;
        this.writes = writes;
        this.books = books;
    }

    @Override
    public long append(EventFacts facts, Optional<Subject> subject) throws IOException {
        writes.run();
        long sequence = real.append(facts, subject);
        books.written(sequence, facts, subject);
        JournalAudit.appended(gate, real, sequence);
        return sequence;
    }

    @Override
    public long append(Placed facts) throws IOException {
        EventFacts[] placed = new EventFacts[1];
        writes.run();
        long sequence = real.append((at, previousHash) -> placed[0] = facts.at(at, previousHash));
        books.written(sequence, placed[0], Optional.empty());
        return sequence;
    }

    @Override
    public long durable() {
        return real.durable();
    }

    @Override
    public long last() {
        return real.last();
    }

    @Override
    public void force() throws IOException {
        real.force();
    }

    @Override
    public List<ChainedEvent> read(long first, long last) throws IOException {
        return real.read(first, last);
    }

    @Override
    public Room room() {
        return real.room();
    }

    @Override
    public Optional<String> takeDamage() {
        return real.takeDamage();
    }

    @Override
    public long acknowledged() {
        return real.acknowledged();
    }

    @Override
    public void acknowledged(long sequence) throws IOException {
        real.acknowledged(sequence);
    }
}
