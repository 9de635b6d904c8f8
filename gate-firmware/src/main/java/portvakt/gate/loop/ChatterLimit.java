package portvakt.gate.loop;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongConsumer;

/**
 * Keeps alarms of one kind from filling the journal: passages must never be starved by chatter, and an alarm may be the cause of
 * the next one (an event brings an acknowledgement, which cannot be stored, which is an alarm, which is an event). Belongs to
 * one thread.
 */
final class ChatterLimit {

    static final int ADMITTED_MAX = 10;
    static final Duration PERIOD = Duration.ofMinutes(10);
    /** Longest detail that goes into an event, characters. */
    static final int DETAIL_MAX = 500;

    private static final class Count {
        private long sinceNs;
        private int admitted;
        private long suppressed;
        private Optional<LongConsumer> newest = Optional.empty();
    }

    private final Map<String, Count> counts = new TreeMap<>();

    /**
     * Tells, or keeps the newest for {@link #tick}.
     *
     * @param tell is given how many of this kind were suppressed since the last that was told
     */
    void admit(String kind, long nowNs, LongConsumer tell) {
        Count count = counts.computeIfAbsent(kind, _ -> {
            Count first = new Count();
            first.sinceNs = nowNs;
            return first;
        });
        if (nowNs - count.sinceNs >= PERIOD.toNanos()) {
            count.sinceNs = nowNs;
            count.admitted = 0;
        }
        if (count.admitted >= ADMITTED_MAX) {
            count.suppressed++;
            count.newest = Optional.of(tell);
            return;
        }
        tell(count, tell, count.suppressed);
    }

    /** Tells the newest of each kind whose period is over, so that what is written last is how things are. */
    void tick(long nowNs) {
        for (Count count : counts.values()) {
            if (count.newest.isPresent() && nowNs - count.sinceNs >= PERIOD.toNanos()) {
                count.sinceNs = nowNs;
                count.admitted = 0;
                tell(count, count.newest.get(), count.suppressed - 1);
            }
        }
    }

    private static void tell(Count count, LongConsumer tell, long before) {
        count.admitted++;
        count.suppressed = 0;
        count.newest = Optional.empty();
        tell.accept(before);
    }

    /** What comes from outside may be long, and an event has a bound. */
    static String clip(String detail) {
        return detail.length() <= DETAIL_MAX ? detail : detail.substring(0, DETAIL_MAX) + "…";
    }
}
