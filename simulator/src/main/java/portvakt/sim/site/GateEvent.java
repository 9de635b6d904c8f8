package portvakt.sim.site;

import com.google.protobuf.InvalidProtocolBufferException;
import java.util.Optional;
import portvakt.protocol.v1.ChainedEvent;
import portvakt.protocol.v1.EventFacts;
import portvakt.protocol.v1.Subject;

/** What stands in a gate's journal under a number. @param subject whom it is about, if anyone is known */
public record GateEvent(long sequence, EventFacts facts, Optional<Subject> subject) {

    static GateEvent of(ChainedEvent event) throws InvalidProtocolBufferException {
        return new GateEvent(
                event.getSequence(),
                EventFacts.parseFrom(event.getFacts()),
                event.getSubject().isEmpty() ? Optional.empty() : Optional.of(Subject.parseFrom(event.getSubject())));
    }
}
