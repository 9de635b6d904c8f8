package portvakt.gate.journal;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import portvakt.protocol.event.EventChain;
import portvakt.protocol.v1.Alarm;
import portvakt.protocol.v1.ChainedEvent;
import portvakt.protocol.v1.EventFacts;

/**
 * What the medium has spoilt of a journal: bits that changed in events which were whole once. Reads past it, and puts an alarm into the
 * place of each event that is gone, so that the server gets all the others, and is told. The chain does not go through such a stand-in: the
 * server says so at the next event ({@code CHAIN_BROKEN}). Not thread-safe.
 */
final class Damage {

    static final String KIND = "JOURNAL_UNREADABLE";

    private final TreeSet<String> told = new TreeSet<>();
    private final List<String> news = new ArrayList<>();

    /** Notes it once. @param what plain English, names file and events */
    void found(String what) {
        if (told.add(what)) {
            news.add(what);
        }
    }

    /** What has been found since the last call. */
    Optional<String> take() {
        Optional<String> all = news.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", news));
        news.clear();
        return all;
    }

    /**
     * The events of a segment that has damage, whole ones and stand-ins, without a gap. The same damage gives the same bytes each time.
     *
     * @param until of the last event that was in it
     */
    List<ChainedEvent> read(Segment segment, long until) throws IOException {
        List<ChainedEvent> events = new ArrayList<>();
        long next = segment.first();
        long offset = 0;
        while (next <= until) {
            Optional<Segment.Found> found = segment.after(offset, next);
            long upTo = found.map(each -> each.event().getSequence()).orElse(until + 1);
            if (upTo > next) {
                found(segment.name() + ": events " + next + " to " + (Math.min(upTo, until + 1) - 1)
                        + " are damaged on the disk");
            }
            for (; next < Math.min(upTo, until + 1); next++) {
                events.add(standIn(next, events, found.map(Segment.Found::event)));
            }
            if (found.isPresent() && upTo <= until) {
                events.add(found.get().event());
                next = upTo + 1;
                offset = found.get().nextOffset();
            }
        }
        return events;
    }

    /** Says when and where it was by its neighbour's word. */
    private static ChainedEvent standIn(long sequence, List<ChainedEvent> before, Optional<ChainedEvent> after) {
        Optional<ChainedEvent> neighbour = before.isEmpty() ? after : Optional.of(before.getLast());
        EventFacts.Builder facts = EventFacts.newBuilder();
        try {
            if (neighbour.isPresent()) {
                EventFacts near = EventFacts.parseFrom(neighbour.get().getFacts());
                facts.setOccurredAtMs(near.getOccurredAtMs())
                        .setUptimeNs(near.getUptimeNs())
                        .setClockTrust(near.getClockTrust())
                        .setBootId(near.getBootId())
                        .setDirection(near.getDirection());
            }
        } catch (InvalidProtocolBufferException e) {
            // Then it says nothing of when.
        }
        ByteString previous = before.isEmpty() ? EventChain.GENESIS : EventChain.hash(before.getLast());
        facts.setAlarm(Alarm.newBuilder()
                .setKind(KIND)
                .setDetail("event " + sequence + " is damaged on the gate's disk; what it said is lost"));
        return EventChain.link(sequence, previous, facts.build(), null);
    }
}
