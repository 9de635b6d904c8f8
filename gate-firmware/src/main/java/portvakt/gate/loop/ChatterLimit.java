package portvakt.gate.loop;

import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

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
    }

    private final Map<String, Count> counts = new TreeMap<>();

    /** @return how many of this kind were suppressed since the last that was admitted; empty when this one is suppressed too */
    OptionalLong admit(String kind, long nowNs) {
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
            return OptionalLong.empty();
        }
        count.admitted++;
        long suppressed = count.suppressed;
        count.suppressed = 0;
        return OptionalLong.of(suppressed);
    }

    /** What comes from outside may be long, and an event has a bound. */
    static String clip(String detail) {
        return detail.length() <= DETAIL_MAX ? detail : detail.substring(0, DETAIL_MAX) + "…";
    }
}
