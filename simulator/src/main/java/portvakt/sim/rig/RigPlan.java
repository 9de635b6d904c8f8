package portvakt.sim.rig;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import portvakt.sim.world.Dice;

/**
 * Which faults strike in a run, when, and for how long, all drawn from its seed.
 *
 * @param blows in the order of their beginnings
 */
record RigPlan(List<Blow> blows) {

    private static final int BLOWS_MIN = 3;
    private static final int BLOWS_SPREAD = 5;
    private static final Duration LASTS_MIN = Duration.ofMillis(150);
    private static final Duration LASTS_MAX = Duration.ofSeconds(3);
    /** A start of the server takes longer than a run's faults. */
    private static final int SERVER_KILLS_MAX = 1;

    /** @param gate whose, for faults of a gate; 0 otherwise */
    record Blow(long atMs, RigFault fault, int gate, long lastsMs) {
        long endsMs() {
            return atMs + lastsMs;
        }

        @Override
        public String toString() {
            return "%.1f s %s%s for %.1f s"
                    .formatted(atMs / 1e3, fault, fault.victim().isOfGate() ? " at gate " + gate : "", lastsMs / 1e3);
        }
    }

    /** @param possible what this machine allows */
    static RigPlan draw(Dice dice, Set<RigFault> possible, int gates, Duration length) {
        List<RigFault> kinds = possible.stream().sorted().toList();
        List<Blow> drawn = new ArrayList<>();
        int count = BLOWS_MIN + dice.below(BLOWS_SPREAD);
        for (int i = 0; i < count; i++) {
            RigFault fault = kinds.get(dice.below(kinds.size()));
            drawn.add(new Blow(
                    dice.between(Duration.ZERO, length).toMillis(),
                    fault,
                    fault.victim().isOfGate() ? dice.below(gates) : 0,
                    dice.between(LASTS_MIN, LASTS_MAX).toMillis()));
        }
        drawn.sort(Comparator.comparingLong(Blow::atMs));
        Map<String, Long> freeFrom = new HashMap<>(); // looked up, never walked
        List<Blow> kept = new ArrayList<>();
        int serverKills = 0;
        for (Blow blow : drawn) {
            String victim = blow.fault().victim() + " " + blow.gate();
            boolean again = blow.fault() == RigFault.SERVER_KILLED && serverKills == SERVER_KILLS_MAX;
            if (!again && freeFrom.getOrDefault(victim, 0L) <= blow.atMs()) {
                freeFrom.put(victim, blow.endsMs() + 1);
                serverKills += blow.fault() == RigFault.SERVER_KILLED ? 1 : 0;
                kept.add(blow);
            }
        }
        return new RigPlan(List.copyOf(kept));
    }
}
