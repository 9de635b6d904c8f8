package portvakt.gate.journal;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalLong;

/** How fast a journal grows: the bytes of the last 24 hours, or of as much of them as the program has run. Belongs to one thread. */
public final class FillRate {

    /** What a shorter time tells of a day is not worth telling. */
    public static final Duration KNOWN_AFTER = Duration.ofHours(1);

    private static final long HOUR_NS = Duration.ofHours(1).toNanos();
    private static final long DAY_NS = Duration.ofDays(1).toNanos();

    private record Sample(long atNs, long writtenBytes) {}

    /** Oldest first, an hour apart. */
    private final Deque<Sample> samples = new ArrayDeque<>();

    /**
     * @param nowNs        uptime
     * @param writtenBytes all that this program has written to the journal so far
     * @return bytes in a day at the present rate; empty while it is not known
     */
    public OptionalLong perDay(long nowNs, long writtenBytes) {
        if (samples.isEmpty() || nowNs - samples.getLast().atNs() >= HOUR_NS) {
            samples.add(new Sample(nowNs, writtenBytes));
        }
        while (nowNs - samples.getFirst().atNs() > DAY_NS) {
            samples.removeFirst();
        }
        Sample oldest = samples.getFirst();
        long timeNs = nowNs - oldest.atNs();
        return timeNs < KNOWN_AFTER.toNanos()
                ? OptionalLong.empty()
                : OptionalLong.of(Math.round((double) (writtenBytes - oldest.writtenBytes()) / timeNs * DAY_NS));
    }
}
