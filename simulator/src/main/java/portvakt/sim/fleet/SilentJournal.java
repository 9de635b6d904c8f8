package portvakt.sim.fleet;

import java.util.List;
import java.util.Optional;
import portvakt.gate.port.EventJournal;
import portvakt.protocol.v1.ChainedEvent;
import portvakt.protocol.v1.EventFacts;
import portvakt.protocol.v1.Subject;

/** The journal of a gate to which nothing happens. */
final class SilentJournal implements EventJournal {

    @Override
    public long append(EventFacts facts, Optional<Subject> subject) {
        throw new UnsupportedOperationException("a gate of the fleet has no events");
    }

    @Override
    public long append(Placed facts) {
        throw new UnsupportedOperationException("a gate of the fleet has no events");
    }

    @Override
    public Room room() {
        return new Room(Long.MAX_VALUE, Long.MAX_VALUE, 0);
    }

    @Override
    public long durable() {
        return 0;
    }

    @Override
    public long last() {
        return 0;
    }

    @Override
    public void force() {
        // Nothing was appended.
    }

    @Override
    public List<ChainedEvent> read(long first, long last) {
        return List.of();
    }

    @Override
    public long acknowledged() {
        return 0;
    }

    @Override
    public void acknowledged(long sequence) {
        // Nothing was sent.
    }
}
