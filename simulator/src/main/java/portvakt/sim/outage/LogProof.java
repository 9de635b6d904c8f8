package portvakt.sim.outage;

import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import portvakt.protocol.v1.ChainedEvent;
import portvakt.server.ServerParts;
import portvakt.server.port.EntryLog;
import portvakt.server.port.Evidence;
import portvakt.server.port.LogEntry;

/**
 * Holds the server's log against the journals of the gates, event by event and byte by byte.
 *
 * @param events     in the journals
 * @param faults     the first few, in plain words; empty: every event is in the log once, as its gate wrote it, in its order
 * @param outOfOrder rows that arrived after a row of the same gate with a higher sequence: a batch came a second time
 */
record LogProof(long events, List<String> faults, long outOfOrder) {

    private static final int FAULTS_MAX = 20;
    private static final String NO_LIST = "LIST_LAG";

    boolean isGood() {
        return faults.isEmpty();
    }

    /** With what was found wrong before. */
    LogProof and(List<String> earlier) {
        List<String> all = new ArrayList<>(earlier);
        all.addAll(faults);
        return new LogProof(events, List.copyOf(all.subList(0, Math.min(FAULTS_MAX, all.size()))), outOfOrder);
    }

    static LogProof of(ServerParts server, List<OutageGate> gates) throws IOException {
        List<String> faults = new ArrayList<>();
        long events = 0;
        for (OutageGate gate : gates) {
            faults.addAll(gate.complaints());
            events += gate.journal().last();
            chain(server.evidence(), gate, faults);
        }
        long outOfOrder = rows(server.log(), gates, faults);
        return new LogProof(events, List.copyOf(faults.subList(0, Math.min(FAULTS_MAX, faults.size()))), outOfOrder);
    }

    /** What is stored of a gate are its journal's bytes. */
    private static void chain(Evidence evidence, OutageGate gate, List<String> faults) throws IOException {
        long last = gate.journal().last();
        for (long from = 1; from <= last; from += Evidence.PAGE_MAX) {
            long to = Math.min(last, from + Evidence.PAGE_MAX - 1);
            List<ChainedEvent> written = gate.journal().read(from, to);
            List<ChainedEvent> stored = evidence.page(gate.address(), from, to).stream()
                    .map(Evidence.Stored::event)
                    .toList();
            if (!written.equals(stored)) {
                faults.add(gate.address().gate() + ": events " + from + " to " + to + ": the journal has "
                        + written.size() + ", the server " + stored.size() + ", and they are not the same");
            }
        }
        if (!evidence.page(gate.address(), last + 1, Long.MAX_VALUE).isEmpty()) {
            faults.add(gate.address().gate() + ": the server has events after the journal's last, " + last);
        }
    }

    /** Each event is one row. @return how many came behind a later one of their gate */
    private static long rows(EntryLog log, List<OutageGate> gates, List<String> faults) {
        Map<String, BitSet> seen = new TreeMap<>();
        Map<String, Long> highest = new TreeMap<>();
        gates.forEach(gate -> seen.put(gate.address().gate(), new BitSet()));
        long outOfOrder = 0;
        long last = 0;
        for (List<LogEntry> page = log.after(0, EntryLog.LIMIT_MAX, EntryLog.Filter.NONE);
                !page.isEmpty();
                page = log.after(last, EntryLog.LIMIT_MAX, EntryLog.Filter.NONE)) {
            for (LogEntry row : page) {
                last = row.id();
                if (row.kind().equals("Alarm")) {
                    // These gates have no lists, and the server notices.
                    if (row.detail()
                            .filter(detail -> detail.startsWith(NO_LIST))
                            .isPresent()) {
                        continue;
                    }
                    faults.add(
                            row.gate() + ": the server alarms: " + row.detail().orElse(""));
                    continue;
                }
                BitSet own = seen.get(row.gate());
                int at = Math.toIntExact(row.sequence());
                if (own == null || own.get(at)) {
                    faults.add(row.gate() + ": event " + row.sequence() + " is in the log twice, or of no gate");
                    continue;
                }
                own.set(at);
                outOfOrder += highest.getOrDefault(row.gate(), 0L) > at ? 1 : 0;
                highest.merge(row.gate(), (long) at, Math::max);
            }
        }
        for (OutageGate gate : gates) {
            int count = seen.get(gate.address().gate()).cardinality();
            if (count != gate.journal().last()) {
                faults.add(gate.address().gate() + ": " + gate.journal().last() + " events in the journal, " + count
                        + " rows in the log");
            }
        }
        return outOfOrder;
    }
}
