package portvakt.server.log;

import com.google.protobuf.ByteString;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import portvakt.protocol.Direction;
import portvakt.protocol.Topics.GateAddress;
import portvakt.protocol.event.EventChain;
import portvakt.protocol.v1.ChainedEvent;
import portvakt.protocol.v1.EventFacts;

/**
 * An event with all that can be told of it without the log: hashed and read once, before anybody waits for the log. Immutable.
 *
 * @param facts   empty: the bytes are none
 * @param reading by a gate that leads in, which counts only where the event does not say
 */
public record ReadEvent(
        GateAddress gate,
        ChainedEvent event,
        ByteString hash,
        Optional<EventFacts> facts,
        EventReading reading,
        Instant receivedAt) {

    public static List<ReadEvent> all(GateAddress gate, List<ChainedEvent> events, Instant receivedAt) {
        return events.stream().map(event -> of(gate, event, receivedAt)).toList();
    }

    private static ReadEvent of(GateAddress gate, ChainedEvent event, Instant receivedAt) {
        Optional<EventFacts> facts = GateRuns.facts(event.getFacts());
        return new ReadEvent(
                gate,
                event,
                EventChain.hash(event),
                facts,
                EventReader.read(gate, Direction.IN, event, facts, receivedAt),
                receivedAt);
    }

    public long sequence() {
        return event.getSequence();
    }

    /** @param installed which way the gate leads, for events that do not say */
    public EventReading reading(Direction installed) {
        boolean says =
                facts.flatMap(all -> EventReader.direction(all.getDirection())).isPresent();
        return says || installed == Direction.IN
                ? reading
                : EventReader.read(gate, installed, event, facts, receivedAt);
    }
}
