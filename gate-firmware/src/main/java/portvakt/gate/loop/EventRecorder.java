package portvakt.gate.loop;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.gate.access.CardRead;
import portvakt.gate.access.Credential;
import portvakt.gate.access.GateTime;
import portvakt.gate.journal.EventClass;
import portvakt.gate.journal.SealKey;
import portvakt.gate.port.EventJournal;
import portvakt.protocol.CardNumber;
import portvakt.protocol.Direction;
import portvakt.protocol.v1.Alarm;
import portvakt.protocol.v1.EventFacts;
import portvakt.protocol.v1.Subject;

/**
 * Puts events into the journal in the order they happened, also while it cannot be written: then they wait in memory, a bounded
 * number, and go in as soon as it can. Belongs to the loop's thread.
 */
final class EventRecorder {

    private static final Logger LOG = LoggerFactory.getLogger(EventRecorder.class);
    static final int WAITING_MAX = 10_000;

    private record Waiting(EventFacts facts, Optional<Subject> subject) {}

    private final EventJournal journal;
    private final Runnable grew;
    private final ByteString bootId;
    private final Direction direction;
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private long lostCount;
    private long leftOutCount;

    /** @param grew called after each event that went into the journal; returns at once */
    EventRecorder(EventJournal journal, Runnable grew, ByteString bootId, Direction direction) {
        this.journal = journal;
        this.grew = grew;
        this.bootId = bootId;
        this.direction = direction;
    }

    EventFacts.Builder facts(GateTime now) {
        return EventFacts.newBuilder()
                .setOccurredAtMs(now.wall().toEpochMilli())
                .setUptimeNs(now.uptimeNs())
                .setClockTrust(now.trust())
                .setBootId(bootId)
                .setDirection(direction.wire());
    }

    /** Records now or later; chatter not at all while room is scarce. */
    void record(EventFacts.Builder facts, Optional<Credential> about) {
        if (EventClass.of(facts.getBodyCase()) == EventClass.CHATTER
                && journal.room().isScarce()) {
            leftOutCount++;
            return;
        }
        if (recordNow(facts, about).isEmpty()) {
            if (waiting.size() < WAITING_MAX) {
                waiting.add(new Waiting(facts.build(), about.map(EventRecorder::subject)));
            } else {
                lostCount++;
                LOG.error(
                        "{} events are lost: the journal cannot be written and {} wait already",
                        lostCount,
                        WAITING_MAX);
            }
        }
    }

    void record(EventFacts.Builder facts) {
        record(facts, Optional.empty());
    }

    /** Records now or not at all. @return the event's sequence; empty when the journal cannot be written */
    OptionalLong recordNow(EventFacts.Builder facts, Optional<Credential> about) {
        if (!flush()) {
            return OptionalLong.empty();
        }
        try {
            if (lostCount > 0) {
                journal.append(
                        facts.clone()
                                .setAlarm(Alarm.newBuilder()
                                        .setKind("EVENTS_LOST")
                                        .setDetail(lostCount + " events while the journal could not be written"))
                                .build(),
                        Optional.empty());
                lostCount = 0;
            }
            long sequence = journal.append(facts.build(), about.map(EventRecorder::subject));
            grew.run();
            return OptionalLong.of(sequence);
        } catch (IOException e) {
            LOG.error("The journal cannot be written: {}", e.getMessage());
            return OptionalLong.empty();
        }
    }

    /** Signs all that was recorded so far. @return the seal's own sequence; empty when the journal cannot be written */
    OptionalLong seal(SealKey key, GateTime now) {
        if (!flush()) {
            return OptionalLong.empty();
        }
        EventFacts.Builder facts = facts(now);
        try {
            long sequence = journal.append(
                    (at, previousHash) -> facts.setJournalSealed(key.seal(at, previousHash, facts.getOccurredAtMs()))
                            .build());
            grew.run();
            return OptionalLong.of(sequence);
        } catch (IOException e) {
            LOG.error("The journal cannot be sealed: {}", e.getMessage());
            return OptionalLong.empty();
        }
    }

    /** Writes what waits. @return whether nothing waits any more */
    boolean flush() {
        while (!waiting.isEmpty()) {
            try {
                journal.append(waiting.getFirst().facts(), waiting.getFirst().subject());
            } catch (IOException e) {
                LOG.warn("{} events wait for the journal: {}", waiting.size(), e.getMessage());
                return false;
            }
            waiting.removeFirst();
            grew.run();
        }
        return true;
    }

    /** How many events were left out since the last call; 0 as long as room is scarce. */
    long takeLeftOut() {
        if (leftOutCount == 0 || journal.room().isScarce()) {
            return 0;
        }
        long count = leftOutCount;
        leftOutCount = 0;
        return count;
    }

    boolean hasWaiting() {
        return !waiting.isEmpty();
    }

    private static Subject subject(Credential credential) {
        Subject.Builder subject = Subject.newBuilder();
        credential.card().map(CardNumber::digits).ifPresent(subject::setCardNumber);
        credential.uid().ifPresent(uid -> subject.setUid(ByteString.copyFrom(uid.bytes())));
        credential
                .holder()
                .ifPresent((CardRead.Holder holder) -> subject.setHolderName(holder.name())
                        .setEmployerName(holder.employerName())
                        .setEmployerOrganisationNumber(holder.employerOrganisationNumber()));
        return subject.build();
    }
}
