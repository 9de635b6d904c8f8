package portvakt.server.list;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The deltas of a list as they lie in the broker: for each version one that leads on. It is a skip list: when version v is made,
 * for each j ≥ 1 with 2^j dividing v the delta that leads on from v − 2^j is replaced by one that leads to v, if that is not too
 * large. Whoever was away for n versions then takes a number of steps that grows with the logarithm of n.
 *
 * <p>Immutable. Holds the keys of all deltas in memory.
 */
public final class DeltaChain {

    public static final DeltaChain EMPTY = new DeltaChain(new TreeMap<>());

    private final NavigableMap<Long, Step> steps;

    /** What leads on to version {@code to}. */
    public record Step(long to, KeyChanges changes) {}

    private DeltaChain(NavigableMap<Long, Step> steps) {
        this.steps = steps;
    }

    /** @param steps by the version that each leads on from */
    public static DeltaChain of(SortedMap<Long, Step> steps) {
        return new DeltaChain(new TreeMap<>(steps));
    }

    /**
     * The chain when the next version is made.
     *
     * @param to      the new version; {@code changes} lead to it from the one before
     * @param keysMax of a delta
     */
    public DeltaChain append(long to, KeyChanges changes, int keysMax) {
        NavigableMap<Long, Step> next = new TreeMap<>(steps);
        next.put(to - 1, new Step(to, changes));
        for (long jump = 2; to % jump == 0 && jump <= to; jump *= 2) {
            Optional<Step> longer = join(next, to - jump, to);
            if (longer.isEmpty() || longer.get().changes.size() > keysMax) {
                break;
            }
            next.put(to - jump, longer.get());
        }
        return new DeltaChain(next);
    }

    private static Optional<Step> join(NavigableMap<Long, Step> steps, long from, long to) {
        Step first = steps.get(from);
        Step second = first == null ? null : steps.get(first.to);
        return second == null || second.to != to
                ? Optional.empty()
                : Optional.of(new Step(to, first.changes.then(second.changes)));
    }

    /** The versions whose step is another one than in the chain before, ascending. */
    public List<Long> differsFrom(DeltaChain before) {
        List<Long> different = new ArrayList<>();
        steps.forEach((from, step) -> {
            if (before.steps.get(from) != step) {
                different.add(from);
            }
        });
        return different;
    }

    /** Without the steps that lead on from versions before this one. */
    public DeltaChain since(long version) {
        return new DeltaChain(new TreeMap<>(steps.tailMap(version, true)));
    }

    /** Versions that a step leads on from, ascending. */
    public List<Long> froms() {
        return List.copyOf(steps.keySet());
    }

    public Optional<Step> step(long from) {
        return Optional.ofNullable(steps.get(from));
    }
}
