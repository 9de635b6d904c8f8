package portvakt.gate.journal;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import portvakt.protocol.v1.ChainedEvent;

/**
 * The newest events, in memory: whoever reads what has just been written need not go to the medium, nor lose the place where
 * somebody reads a long backlog. Not thread-safe.
 */
final class RecentEvents {

    private static final int EVENTS_MAX = 256;

    private final Deque<ChainedEvent> events = new ArrayDeque<>();

    /** @param event the one after the last that was added */
    void add(ChainedEvent event) {
        events.add(event);
        if (events.size() > EVENTS_MAX) {
            events.removeFirst();
        }
    }

    /** Events before this one are not kept any more. */
    void dropBefore(long sequence) {
        while (!events.isEmpty() && events.getFirst().getSequence() < sequence) {
            events.removeFirst();
        }
    }

    /** Events {@code [first, last]}, or empty if the first of them is not here any more. */
    Optional<List<ChainedEvent>> range(long first, long last) {
        return events.isEmpty() || events.getFirst().getSequence() > first
                ? Optional.empty()
                : Optional.of(events.stream()
                        .filter(event -> event.getSequence() >= first && event.getSequence() <= last)
                        .toList());
    }
}
