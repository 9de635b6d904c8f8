package portvakt.sim.world;

import java.util.SortedMap;
import java.util.TreeMap;

/** Which odd places the runs have been to, and how often. Not thread-safe. */
public final class Marks {

    private final SortedMap<String, Long> counts = new TreeMap<>();

    public void reached(String mark) {
        counts.merge(mark, 1L, Long::sum);
    }

    public long count(String mark) {
        return counts.getOrDefault(mark, 0L);
    }

    public SortedMap<String, Long> all() {
        return counts;
    }

    void add(Marks other) {
        other.counts.forEach((mark, count) -> counts.merge(mark, count, Long::sum));
    }
}
