package portvakt.gate.check;

import com.google.protobuf.InvalidProtocolBufferException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import portvakt.protocol.v1.ChainedEvent;
import portvakt.protocol.v1.EventFacts;

/** How much of a journal waits for the server, and how fast it fills. Given all its events in their order; not thread-safe. */
public final class JournalSpan {

    /** Of the rate: the last day's says more than the last month's. */
    private static final Duration RATE_OVER = Duration.ofDays(1);
    /** What a shorter time tells of a day is not worth telling. */
    private static final Duration KNOWN_AFTER = Duration.ofHours(1);

    private static final long DAYS_MAX = 3_650;

    private record Event(long sequence, long atMs, long bytes) {}

    private final Deque<Event> events = new ArrayDeque<>();

    public void add(ChainedEvent event) {
        long atMs = events.isEmpty() ? 0 : events.getLast().atMs;
        try {
            atMs = Math.max(atMs, EventFacts.parseFrom(event.getFacts()).getOccurredAtMs());
        } catch (InvalidProtocolBufferException e) {
            // One of a newer program: its time is not known, its size is.
            atMs = Math.max(atMs, 0);
        }
        events.add(new Event(event.getSequence(), atMs, event.getSerializedSize()));
    }

    public boolean isEmpty() {
        return events.isEmpty();
    }

    public long waiting(long acknowledged) {
        return events.isEmpty() ? 0 : Math.max(0, events.getLast().sequence - acknowledged);
    }

    /** For how many more days there is room if no event is acknowledged any more; empty: not known. */
    public Optional<Long> daysLeft(long acknowledged, long bytesMax) {
        if (events.isEmpty()) {
            return Optional.empty();
        }
        long endMs = events.getLast().atMs;
        long waitingBytes = 0;
        long recentBytes = 0;
        long firstMs = endMs;
        for (Event event : events) {
            if (event.sequence > acknowledged) {
                waitingBytes += event.bytes;
            }
            if (endMs - event.atMs <= RATE_OVER.toMillis()) {
                recentBytes += event.bytes;
                firstMs = Math.min(firstMs, event.atMs);
            }
        }
        long spanMs = endMs - firstMs;
        if (spanMs < KNOWN_AFTER.toMillis()) {
            return Optional.empty();
        }
        double perDay = (double) recentBytes / spanMs * Duration.ofDays(1).toMillis();
        return Optional.of(Math.min(DAYS_MAX, Math.max(0, Math.round(Math.floor((bytesMax - waitingBytes) / perDay)))));
    }
}
