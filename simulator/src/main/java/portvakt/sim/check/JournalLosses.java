package portvakt.sim.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import portvakt.sim.world.Violation;
import portvakt.sim.world.World;

/**
 * What changed bits in a gate's journal may cost, and no more: each the event that it is in, before the server has it; and where the gate
 * starts before the server has it, those behind it, which look like a torn write then. All others come to the server, and it is told in their place.
 */
public final class JournalLosses {

    private final String gate;
    private final World world;
    private final SortedMap<Long, List<String>> cutOff = new TreeMap<>();
    private int bits;
    private boolean ever;

    JournalLosses(String gate, World world) {
        this.gate = gate;
        this.world = world;
    }

    JournalLosses copy(String label) {
        JournalLosses copy = new JournalLosses(label, world);
        cutOff.forEach((sequence, hashes) -> copy.cutOff.put(sequence, new ArrayList<>(hashes)));
        copy.bits = bits;
        copy.ever = ever;
        return copy;
    }

    /** A bit of the journal has changed on the disk. */
    public void rotted() {
        bits++;
        ever = true;
    }

    boolean isPossible() {
        return bits > 0;
    }

    /** Whether they ever were, also before {@link #forget}. */
    boolean everPossible() {
        return ever;
    }

    /** The disk is gone, with all that was wrong with it. */
    void forget() {
        bits = 0;
        cutOff.clear();
    }

    /** Durable events are not in the journal at a start. @throws Violation if nothing has damaged it */
    void cutOff(SortedMap<Long, GateWatch.Booked> events) {
        if (!isPossible()) {
            throw new Violation(
                    "what was durable was lost", gate + ": the journal lacks events from " + events.firstKey());
        }
        world.marks().reached("a journal's damage cost what followed it, at a start");
        events.forEach((sequence, event) ->
                cutOff.computeIfAbsent(sequence, _ -> new ArrayList<>()).add(event.hash()));
    }

    /** Whether the gate has written this event and lost it at a start. */
    boolean hasLost(long sequence, String hash) {
        return cutOff.getOrDefault(sequence, List.of()).contains(hash);
    }

    /** Whether a gate whose journal ends before what the server has of it waits for no answer that could come. */
    boolean isBehind(SortedMap<Long, String> stored, long last) {
        return !cutOff.isEmpty() && !stored.isEmpty() && stored.lastKey() > last;
    }

    /**
     * Compares the gate's books with the server's.
     *
     * @param standIns sequences of what the server has as damaged
     */
    void check(SortedMap<Long, GateWatch.Booked> written, SortedMap<Long, String> stored, List<Long> standIns) {
        SortedSet<Long> sequences = new TreeSet<>(written.keySet());
        sequences.addAll(stored.keySet());
        int lost = 0;
        for (long sequence : sequences) {
            Optional<String> there = Optional.ofNullable(stored.get(sequence));
            boolean same =
                    there.equals(Optional.ofNullable(written.get(sequence)).map(GateWatch.Booked::hash));
            boolean before = there.filter(hash -> hasLost(sequence, hash)).isPresent();
            if (!same && !before && !standIns.contains(sequence)) {
                throw new Violation(
                        "the server's log is not the gate's journal",
                        gate + ": event " + sequence + ", and no damage explains it");
            }
            lost += same || before ? 0 : 1;
        }
        if (lost > bits) {
            throw new Violation(
                    "a damaged event cost others", gate + ": " + lost + " events by " + bits + " changed bits");
        }
    }
}
