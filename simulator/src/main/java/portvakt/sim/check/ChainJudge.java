package portvakt.sim.check;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import portvakt.sim.world.GateNode;
import portvakt.sim.world.Violation;
import portvakt.sim.world.WorldDatabase;

/** What the server says of the gates' chains and seals: no honest gate is accused, and nothing foreign passes for a gate's. */
final class ChainJudge {

    /** Each says that somebody has changed, doubled or put back something; see sync-server/docs/evidence.md. */
    private static final List<String> ACCUSATIONS = List.of(
            "FORK",
            "CHAIN_BROKEN",
            "RUNS_INTERLEAVE",
            "SEAL_WRONG",
            "ILLEGIBLE",
            "SERVER_WENT_BACK",
            "JOURNAL_WENT_BACK");

    private final WorldDatabase database;

    ChainJudge(WorldDatabase database) {
        this.database = database;
    }

    private List<String> alarms(GateNode gate, List<String> kinds) {
        return database.alarmsOf(gate.name()).stream()
                .skip(gate.watch().standing().alarmsBefore())
                .filter(detail -> kinds.stream().anyMatch(detail::startsWith))
                .toList();
    }

    /** Whether the server says that more than one speaks for a gate. */
    boolean saysFork(GateNode gate) {
        return !alarms(gate, List.of("FORK", "CHAIN_BROKEN")).isEmpty();
    }

    /** Of a gate in whose name nobody else has spoken. */
    void checkHonest(GateNode gate) {
        List<String> alarms = alarms(gate, ACCUSATIONS);
        if (!alarms.isEmpty()) {
            throw new Violation("an honest gate is accused", gate.name() + ": " + alarms.getFirst());
        }
        List<Long> sealed = gate.watch().booked().entrySet().stream()
                .filter(event -> event.getValue().facts().hasJournalSealed())
                .map(Map.Entry::getKey)
                .filter(sequence -> sequence > gate.watch().standing().before())
                .toList();
        List<Long> proved = database.provedSealsOf(gate.name()).stream()
                .filter(sequence -> sequence > gate.watch().standing().before())
                .toList();
        if (!proved.equals(sealed)) {
            throw new Violation(
                    "an honest seal is not proved", gate.name() + ": seals " + sealed + ", proved " + proved);
        }
    }

    /** Of a gate in whose name somebody else has spoken: without its key, or by a copy of all that it has. @param copies what these wrote */
    void checkSeals(GateNode gate, List<GateWatch> copies) {
        SortedMap<Long, String> stored = database.eventsOf(gate.name());
        for (long sequence : database.provedSealsOf(gate.name())) {
            if (sequence <= gate.watch().standing().before()) {
                continue;
            }
            Optional<String> own =
                    Optional.ofNullable(gate.watch().booked().get(sequence)).map(GateWatch.Booked::hash);
            Optional<String> there = Optional.ofNullable(stored.get(sequence));
            boolean lost = there.filter(hash -> gate.watch().losses().hasLost(sequence, hash))
                    .isPresent();
            boolean copied = copies.stream()
                    .map(copy ->
                            Optional.ofNullable(copy.booked().get(sequence)).map(GateWatch.Booked::hash))
                    .anyMatch(there::equals);
            if (!own.equals(there) && !lost && !copied) {
                throw new Violation("a false seal is taken for the gate's", gate.name() + ": event " + sequence);
            }
        }
    }
}
