package portvakt.server.web;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/** How often an address may fail within a while. Bounded: who comes from more addresses than it knows pushes the oldest out. Safe for any thread. */
final class TryLimit {

    private static final int ADDRESSES_MAX = 10_000;

    private final int triesMax;
    private final Duration within;
    private final SequencedMap<String, Tries> tries = new LinkedHashMap<>();

    private record Tries(Instant since, int count) {}

    TryLimit(int triesMax, Duration within) {
        this.triesMax = triesMax;
        this.within = within;
    }

    /** How long an address has to wait; zero: not at all. */
    synchronized Duration wait(String address, Instant now) {
        Tries failed = tries.get(address);
        if (failed == null || failed.count < triesMax) {
            return Duration.ZERO;
        }
        Duration left = Duration.between(now, failed.since.plus(within));
        return left.isPositive() ? left : Duration.ZERO;
    }

    synchronized void failed(String address, Instant now) {
        Tries before = tries.remove(address);
        boolean counts = before != null && now.isBefore(before.since.plus(within));
        tries.putLast(address, counts ? new Tries(before.since, before.count + 1) : new Tries(now, 1));
        if (tries.size() > ADDRESSES_MAX) {
            Map.Entry<String, Tries> oldest = tries.firstEntry();
            tries.remove(oldest.getKey());
        }
    }
}
