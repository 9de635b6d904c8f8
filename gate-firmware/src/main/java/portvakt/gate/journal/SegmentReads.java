package portvakt.gate.journal;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import portvakt.protocol.v1.ChainedEvent;

/** Reads events from segments, mostly in order, and past what is damaged. Not thread-safe. */
final class SegmentReads {

    /** Where reading ended last time: events are mostly read in order, and a segment is long. */
    private record Cursor(long segment, long sequence, long offset) {}

    private static final Cursor NOWHERE = new Cursor(0, 0, 0);

    private final Damage damage;
    private Cursor cursor = NOWHERE;

    SegmentReads(Damage damage) {
        this.damage = damage;
    }

    /** A segment has been written anew. */
    void forget() {
        cursor = NOWHERE;
    }

    /**
     * Adds a segment's events {@code [first, upTo]}.
     *
     * @param newest sequence of the segment's newest event
     */
    void collect(Segment segment, long first, long upTo, long newest, List<ChainedEvent> into) throws IOException {
        long from = Math.max(first, segment.first());
        long last = Math.min(upTo, newest);
        boolean resumes = cursor.segment() == segment.first() && cursor.sequence() <= first;
        long offset = resumes ? cursor.offset() : 0;
        int before = into.size();
        for (Optional<Segment.Found> found = segment.at(offset); found.isPresent(); found = segment.at(offset)) {
            ChainedEvent event = found.get().event();
            if (event.getSequence() > last) {
                break;
            }
            offset = found.get().nextOffset();
            if (event.getSequence() >= first) {
                into.add(event);
            }
            cursor = new Cursor(segment.first(), event.getSequence() + 1, offset);
        }
        if (into.size() - before < last - from + 1) {
            into.subList(before, into.size()).clear();
            damage.read(segment, newest).stream()
                    .filter(event -> event.getSequence() >= from && event.getSequence() <= last)
                    .forEach(into::add);
        }
    }
}
