package portvakt.sim.world;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What a run is like. Drawn from its seed: each run has another few faults, of another strength, and other limits (swarm testing).
 *
 * @param minutes      of virtual time with faults
 * @param people       who come and go
 * @param gates        2 to 4; every other one leads in
 * @param strengths    how often each fault strikes, in strokes an hour; a fault that is not in it never does
 * @param segmentBytes of a journal's segment
 * @param journalBytes of a journal
 */
public record Options(
        long seed,
        int minutes,
        int people,
        int gates,
        Map<Fault, Double> strengths,
        long segmentBytes,
        long journalBytes) {

    private static final int MINUTES_MIN = 6;
    private static final int MINUTES_SPAN = 35;
    private static final double FAULT_SHARE_MAX = 0.5;
    private static final double STRENGTH_MIN = 1;
    private static final double STRENGTH_RANGE = 40;

    /** Asked-for departures from what the seed says. */
    public record Wish(Optional<Integer> minutes, Optional<Integer> people, Optional<Set<Fault>> faults) {
        public static final Wish NONE = new Wish(Optional.empty(), Optional.empty(), Optional.empty());
    }

    public Options {
        strengths = strengths.isEmpty() ? Map.of() : new EnumMap<>(strengths);
    }

    static Options draw(long seed, Dice dice, Wish wish) {
        int minutes = MINUTES_MIN + dice.below(MINUTES_SPAN);
        int people = 2 + dice.below(1 << (1 + dice.below(5)));
        int gates = 2 + dice.below(3);
        long segment = 1_024L << dice.below(5);
        long journal = segment * (3L << dice.below(6));
        double share = dice.unit() * FAULT_SHARE_MAX;
        Map<Fault, Double> strengths = new EnumMap<>(Fault.class);
        for (Fault fault : Fault.values()) {
            boolean on = dice.chance(share);
            double strength = STRENGTH_MIN * Math.pow(STRENGTH_RANGE, dice.unit());
            if (wish.faults().map(wanted -> wanted.contains(fault)).orElse(on)) {
                strengths.put(fault, strength);
            }
        }
        return new Options(
                seed, wish.minutes().orElse(minutes), wish.people().orElse(people), gates, strengths, segment, journal);
    }

    boolean has(Fault fault) {
        return strengths.containsKey(fault);
    }

    Duration meanTime(Fault fault) {
        return Duration.ofNanos((long) (Duration.ofHours(1).toNanos() / strengths.get(fault)));
    }

    /** The probability that a single message is struck, from the same strength. */
    double share(Fault fault) {
        return strengths.getOrDefault(fault, 0.0) / (STRENGTH_RANGE * 4);
    }

    /** What repeats exactly this run. */
    String command() {
        return "./portvakt simulate --seed " + seed + " --minutes " + minutes + " --people " + people + " --faults "
                + (strengths.isEmpty()
                        ? "none"
                        : strengths.keySet().stream().map(Enum::name).collect(Collectors.joining(",")));
    }

    @Override
    public String toString() {
        return minutes + " min, " + people + " people, " + gates + " gates, journal " + journalBytes / 1024
                + " KiB, faults "
                + new TreeSet<>(strengths.keySet())
                        .stream()
                                .map(fault -> "%s %.1f/h".formatted(fault, strengths.get(fault)))
                                .toList();
    }
}
