package portvakt.sim.pi;

import java.util.List;
import java.util.TreeSet;
import portvakt.protocol.v1.ChainedEvent;
import portvakt.server.port.LogEntry;

/**
 * A gate's journal beside what the server has of it.
 *
 * @param lost      events of the journal that the server lacks
 * @param doubled   rows of the server that are there already
 * @param different rows that are of another kind than their event
 * @param unknown   rows that the journal does not have: the gate has forgotten what it had sent
 */
record JournalAtServer(long lost, long doubled, long different, long unknown) {

    /** @param journal whole: event n has the sequence n */
    static JournalAtServer of(List<ChainedEvent> journal, List<LogEntry> all) {
        // What the server itself has noted about the gate stands below zero.
        List<LogEntry> rows = all.stream().filter(row -> row.sequence() > 0).toList();
        TreeSet<Long> sequences = new TreeSet<>();
        long doubled =
                rows.stream().filter(row -> !sequences.add(row.sequence())).count();
        long lost = journal.stream()
                .filter(event -> !sequences.contains(event.getSequence()))
                .count();
        long different = rows.stream()
                .filter(row -> row.sequence() <= journal.size())
                .filter(row -> !row.kind().equals(PiJournal.kind(journal.get((int) row.sequence() - 1))))
                .count();
        long unknown =
                sequences.stream().filter(sequence -> sequence > journal.size()).count();
        return new JournalAtServer(lost, doubled, different, unknown);
    }

    /** A gate that has just come back has all that the server has; the server may wait for the rest. */
    void demandKnown() {
        FailedException.unless(doubled == 0 && different == 0 && unknown == 0, words());
    }

    /** Later the server has all; the gate may have more by now than this journal. */
    void demandWhole() {
        FailedException.unless(lost == 0 && doubled == 0 && different == 0, words());
    }

    private String words() {
        return "of the journal's events the server lacks " + lost + " and has " + different + " differently; it has "
                + doubled + " twice, and " + unknown + " that the journal has not";
    }
}
