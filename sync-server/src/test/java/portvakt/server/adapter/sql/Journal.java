package portvakt.server.adapter.sql;

import com.google.protobuf.ByteString;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import portvakt.protocol.Direction;
import portvakt.protocol.event.EventChain;
import portvakt.protocol.v1.AccessTaken;
import portvakt.protocol.v1.ChainedEvent;
import portvakt.protocol.v1.EventBatch;
import portvakt.protocol.v1.EventFacts;
import portvakt.protocol.v1.RequestToExit;
import portvakt.protocol.v1.Subject;

/** A gate's journal for tests: makes chained events one after the other. */
public final class Journal {

    public static final Instant START = Instant.parse("2026-03-02T06:00:00Z");

    private final List<ChainedEvent> events = new ArrayList<>();
    private ByteString hash = EventChain.GENESIS;

    /** Somebody goes through; by number of minutes after {@link #START}. */
    public ChainedEvent taken(Direction direction, String card, int minute) {
        return add(
                facts(minute)
                        .setDirection(direction.wire())
                        .setAccessTaken(AccessTaken.newBuilder().setGrantedSequence(1))
                        .build(),
                subject(card));
    }

    /** An event about nobody. */
    public ChainedEvent exitRequest(int minute) {
        return add(
                facts(minute)
                        .setDirection(Direction.OUT.wire())
                        .setRequestToExit(RequestToExit.getDefaultInstance())
                        .build(),
                null);
    }

    public ChainedEvent add(EventFacts facts, Subject subject) {
        ChainedEvent event = EventChain.link(events.size() + 1L, hash, facts, subject);
        return append(event);
    }

    /** Appends facts that are no message. */
    public ChainedEvent garbage() {
        return append(ChainedEvent.newBuilder()
                .setSequence(events.size() + 1L)
                .setPreviousHash(hash)
                .setFacts(ByteString.copyFrom(new byte[] {(byte) 0xff, 0x01, 0x02}))
                .build());
    }

    /** Sequence of the newest event. */
    public long last() {
        return events.size();
    }

    /** Hash of the newest event. */
    public ByteString hash() {
        return hash;
    }

    private ChainedEvent append(ChainedEvent event) {
        hash = EventChain.hash(event);
        events.add(event);
        return event;
    }

    public EventBatch batch(int from, int to) {
        return batch(events.subList(from - 1, to));
    }

    public EventBatch batch() {
        return batch(events);
    }

    public static EventBatch batch(List<ChainedEvent> events) {
        return EventBatch.newBuilder().addAllEvents(events).build();
    }

    public static EventFacts.Builder facts(int minute) {
        return EventFacts.newBuilder()
                .setOccurredAtMs(START.plusSeconds(60L * minute).toEpochMilli());
    }

    public static Subject subject(String card) {
        return Subject.newBuilder()
                .setSalt(ByteString.copyFrom(new byte[EventChain.SALT_BYTES]))
                .setCardNumber(card)
                .setHolderName("Kari Nordmann")
                .setEmployerName("Bygg AS")
                .build();
    }
}
