package portvakt.sim.pi;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import portvakt.gate.adapter.file.FolderDisk;
import portvakt.gate.journal.SegmentedJournal;
import portvakt.protocol.event.EventChain;
import portvakt.protocol.v1.ChainedEvent;
import portvakt.protocol.v1.EventFacts;
import portvakt.protocol.v1.ListEvidence;

/**
 * A gate's journal as it stood on its disk, proved to be one whole chain from the first event on.
 *
 * @param cutBytes what was torn at its end
 */
record PiJournal(List<ChainedEvent> events, long cutBytes) {

    /** Opens a copy of the gate's data folder, and deletes it. */
    static PiJournal ofCopy(Path copy) throws IOException {
        try (SegmentedJournal journal = SegmentedJournal.open(new FolderDisk(copy), SegmentedJournal.Limits.DEFAULT)) {
            List<ChainedEvent> events = journal.read(1, journal.last());
            ByteString hash = EventChain.GENESIS;
            long sequence = 0;
            for (ChainedEvent event : events) {
                sequence++;
                FailedException.unless(
                        event.getSequence() == sequence
                                && event.getPreviousHash().equals(hash)
                                && EventChain.isWellFormed(event),
                        "the journal's chain breaks at event " + sequence);
                hash = EventChain.hash(event);
            }
            FailedException.unless(sequence == journal.last(), "the journal ends at " + sequence);
            return new PiJournal(events, journal.opening().cutBytes());
        } finally {
            delete(copy);
        }
    }

    /** Name of the event's message, as the server's log has it. */
    static String kind(ChainedEvent event) {
        return EventFacts.getDescriptor()
                .findFieldByNumber(facts(event).getBodyCase().getNumber())
                .getMessageType()
                .getName();
    }

    static EventFacts facts(ChainedEvent event) {
        try {
            return EventFacts.parseFrom(event.getFacts());
        } catch (InvalidProtocolBufferException e) {
            throw new FailedException("event " + event.getSequence() + " holds no facts");
        }
    }

    long count(String kind) {
        return events.stream().filter(event -> kind(event).equals(kind)).count();
    }

    /** How much the gate itself has found torn at the journal's end, at all its starts. */
    long tornBytes() {
        return events.stream()
                .map(PiJournal::facts)
                .filter(EventFacts::hasGateStarted)
                .mapToLong(facts -> facts.getGateStarted().getJournalCutBytes())
                .sum();
    }

    /** What was on the disk once is there later, unchanged. */
    void demandLeadsOnFrom(PiJournal earlier) {
        int had = earlier.events.size();
        FailedException.unless(
                events.size() >= had,
                "the journal held " + had + " events at an earlier start, and holds " + events.size());
        // One hash holds all that is before it.
        FailedException.unless(
                had == 0 || EventChain.hash(events.get(had - 1)).equals(EventChain.hash(earlier.events.getLast())),
                "event " + had + " of the journal was another one at an earlier start");
    }

    /** No decision rests on an older list than one before it. */
    void demandListsRise() {
        Map<String, ListEvidence> newest = new TreeMap<>();
        for (ChainedEvent event : events) {
            for (ListEvidence list : evidence(facts(event))) {
                ListEvidence before = newest.getOrDefault(list.getList(), ListEvidence.getDefaultInstance());
                FailedException.unless(
                        list.getEpoch() > before.getEpoch()
                                || list.getEpoch() == before.getEpoch() && list.getVersion() >= before.getVersion(),
                        "event " + event.getSequence() + " was decided by version " + list.getVersion() + " of "
                                + list.getList() + ", and an event before it by version " + before.getVersion());
                newest.put(list.getList(), list);
            }
        }
    }

    private static List<ListEvidence> evidence(EventFacts facts) {
        return switch (facts.getBodyCase()) {
            case ACCESS_GRANTED -> facts.getAccessGranted().getEvidence().getListsList();
            case ACCESS_DENIED -> facts.getAccessDenied().getEvidence().getListsList();
            default -> List.of();
        };
    }

    static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
