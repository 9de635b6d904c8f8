package portvakt.server.log;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.TreeMap;
import portvakt.protocol.Topics.GateAddress;
import portvakt.server.port.LogEntry;

/**
 * Events that gates have sent as live copies and the log does not have yet, by (site, gate, sequence): the first copy of each
 * counts. The newest of each gate only, so that a gate whose log never comes does not fill the memory. Safe for any thread.
 */
public final class LiveEvents {

    /** A busy gate's for ten minutes. */
    public static final int GATE_EVENTS_MAX = 1_000;

    private static final Comparator<LogEntry> NEWEST_FIRST = Comparator.comparing(LogEntry::occurredAt)
            .thenComparing(LogEntry::site)
            .thenComparing(LogEntry::gate)
            .thenComparingLong(LogEntry::sequence)
            .reversed();

    private final SequencedMap<GateAddress, TreeMap<Long, LogEntry>> events = new LinkedHashMap<>();

    /** @param entry a row without an id */
    public synchronized void add(LogEntry entry) {
        TreeMap<Long, LogEntry> own =
                events.computeIfAbsent(new GateAddress(entry.site(), entry.gate()), _ -> new TreeMap<>());
        own.putIfAbsent(entry.sequence(), entry);
        if (own.size() > GATE_EVENTS_MAX) {
            own.pollFirstEntry();
        }
    }

    /** The log has it. */
    public synchronized void remove(GateAddress gate, long sequence) {
        TreeMap<Long, LogEntry> own = events.get(gate);
        if (own != null) {
            own.remove(sequence);
            if (own.isEmpty()) {
                events.remove(gate);
            }
        }
    }

    /**
     * The gate says that its journal ends at {@code last}. Copies of later events that came well before it said so will never be in the log: its disk
     * was lost, or a copy of it has spoken.
     *
     * @param before by the server's clock
     * @return whether there were any
     */
    public synchronized boolean removeBehind(GateAddress gate, long last, Instant before) {
        TreeMap<Long, LogEntry> own = events.get(gate);
        if (own == null) {
            return false;
        }
        boolean any = own.tailMap(last, false)
                .values()
                .removeIf(copy -> copy.receivedAt().isBefore(before));
        if (own.isEmpty()) {
            events.remove(gate);
        }
        return any;
    }

    /** Whatever a gate has sent will not come any more. @return whether there was anything */
    public synchronized boolean removeAll(GateAddress gate) {
        return events.remove(gate) != null;
    }

    /** By the gates' clocks. */
    public synchronized List<LogEntry> newestFirst() {
        List<LogEntry> all = new ArrayList<>();
        events.values().forEach(own -> all.addAll(own.values()));
        all.sort(NEWEST_FIRST);
        return List.copyOf(all);
    }
}
