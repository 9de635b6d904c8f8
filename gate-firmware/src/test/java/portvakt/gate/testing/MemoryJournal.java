package portvakt.gate.testing;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import portvakt.gate.port.EventJournal;
import portvakt.protocol.event.EventChain;
import portvakt.protocol.v1.ChainedEvent;
import portvakt.protocol.v1.EventFacts;
import portvakt.protocol.v1.Subject;

/** An {@link EventJournal} in memory that refuses, and becomes durable, when the test says so. */
public final class MemoryJournal implements EventJournal {

    private final List<ChainedEvent> events = new ArrayList<>();
    private final Consumer<String> log;
    private boolean refuses;
    private boolean forceFails;
    private boolean durableAtOnce = true;
    private long durable;
    private long acknowledged;
    private Room room = new Room(1L << 30, 1L << 30, 0);

    /** @param log takes {@code "journal accessGranted"} and the like, in the order of writing */
    public MemoryJournal(Consumer<String> log) {
        this.log = log;
    }

    public synchronized void refuse(boolean now) {
        refuses = now;
    }

    public synchronized void failForces(boolean now) {
        forceFails = now;
    }

    /** Whether {@link #durable} follows each append; else only {@link #force} moves it. */
    public synchronized void durableAtOnce(boolean now) {
        durableAtOnce = now;
    }

    public synchronized List<EventFacts> facts() {
        return events.stream().map(MemoryJournal::facts).toList();
    }

    /** What happened, by the names of the facts' bodies, without the start. */
    public synchronized List<String> kinds() {
        return facts().stream()
                .map(each -> each.getBodyCase().name())
                .filter(kind -> !kind.equals("GATE_STARTED"))
                .toList();
    }

    private static EventFacts facts(ChainedEvent event) {
        try {
            return EventFacts.parseFrom(event.getFacts());
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public synchronized long append(Placed facts) throws IOException {
        return append(facts.at(events.size() + 1, lastHash()), Optional.empty());
    }

    private ByteString lastHash() {
        return events.isEmpty() ? EventChain.GENESIS : EventChain.hash(events.getLast());
    }

    @Override
    public synchronized long append(EventFacts facts, Optional<Subject> subject) throws IOException {
        if (refuses) {
            throw new IOException("No space left on device");
        }
        events.add(EventChain.link(
                events.size() + 1,
                lastHash(),
                facts,
                subject.map(each -> each.toBuilder()
                                .setSalt(ByteString.copyFrom(new byte[EventChain.SALT_BYTES]))
                                .build())
                        .orElse(null)));
        log.accept("journal " + facts.getBodyCase());
        if (durableAtOnce) {
            durable = events.size();
        }
        return events.size();
    }

    @Override
    public synchronized long durable() {
        return durable;
    }

    @Override
    public synchronized long last() {
        return events.size();
    }

    @Override
    public synchronized void force() throws IOException {
        if (forceFails) {
            throw new IOException("Input/output error");
        }
        durable = events.size();
    }

    @Override
    public synchronized List<ChainedEvent> read(long first, long last) {
        return events.stream()
                .filter(event -> event.getSequence() >= first && event.getSequence() <= last)
                .toList();
    }

    /** From now on {@link #room} says so; nothing is refused for it. */
    public synchronized void setRoom(Room now) {
        room = now;
    }

    @Override
    public synchronized Room room() {
        return room;
    }

    @Override
    public synchronized long acknowledged() {
        return acknowledged;
    }

    @Override
    public synchronized void acknowledged(long sequence) {
        acknowledged = Math.max(acknowledged, sequence);
    }
}
