package portvakt.sim.check;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;
import portvakt.protocol.Direction;
import portvakt.protocol.v1.EventFacts;
import portvakt.server.port.EntryLog;
import portvakt.sim.workload.Crowd;
import portvakt.sim.world.GateNode;
import portvakt.sim.world.Violation;
import portvakt.sim.world.World;

/** When the faults have stopped: whether all comes to where it must, and whether it is right then. */
public final class Finale {

    private final World world;
    private final ChainJudge chains;

    public Finale(World world, Crowd crowd) {
        this.world = world;
        this.chains = new ChainJudge(world.server().database());
    }

    /** Whether nothing is under way any more. */
    public boolean isSettled() {
        return waiting().isEmpty();
    }

    /** A stable name of the first thing that does not settle. */
    public String unsettledRule() {
        return waiting().getFirst();
    }

    public String unsettled() {
        List<String> gates = world.gates().stream()
                .map(gate -> gate.name() + (gate.isRunning() ? " runs" : " is down") + ", unacknowledged "
                        + gate.unacknowledged() + ", list " + gate.watch().epoch() + "/"
                        + gate.watch().version())
                .toList();
        return waiting() + "; server's list " + world.server().epoch() + "/"
                + world.server().issuedVersion() + "; live " + world.server().live() + "; " + gates;
    }

    private List<String> waiting() {
        List<String> waiting = new ArrayList<>();
        if (!world.isToldAll()) {
            waiting.add("the server does not issue what it was told");
        }
        if (!world.server().live().isEmpty()) {
            waiting.add("a live copy outlives its event");
        }
        for (GateNode gate : world.gates()) {
            if (!gate.isRunning()) {
                waiting.add("a gate does not come up");
            } else if (gate.watch().standing().isSpokenFor() && !isTold(gate)) {
                waiting.add("nobody is told of a stolen key");
            } else if (gate.unacknowledged() > 0 && !gate.watch().standing().isSpokenFor() && !isBehind(gate)) {
                waiting.add("a gate's events do not come to the server");
            } else if (gate.watch().version() != world.server().issuedVersion()
                    || gate.watch().epoch() != world.server().epoch()) {
                waiting.add("a gate does not get the newest list");
            } else {
                gate.watch().facts().lacking().ifPresent(waiting::add);
            }
        }
        return waiting;
    }

    /** Call when settled. */
    public void check() {
        for (GateNode gate : world.gates()) {
            if (gate.watch().standing().isSpokenFor()) {
                chains.checkSeals(gate, world.copies().of(gate));
                world.marks().reached("a stolen key was found out");
            } else if (gate.watch().losses().isPossible()) {
                long first = gate.watch().standing().before() + 1;
                gate.watch()
                        .losses()
                        .check(
                                gate.watch().booked().tailMap(first),
                                storedSinceEnrolled(gate),
                                world.server().database().standInsOf(gate.name()));
                world.marks().reached("a damaged journal's other events came to the server");
            } else {
                exactlyOnce(gate);
            }
        }
        if (world.gates().stream().noneMatch(gate -> gate.watch().isLogDoubtful())) {
            presence();
        }
        world.server().database().statuses().forEach((card, status) -> {
            CardStatus told = world.truth().toldOf(new CardNumber(card));
            if (told != CardStatus.valueOf(status)) {
                throw new Violation("an older word of the register counts", card + " is " + status + ", not " + told);
            }
        });
    }

    /** What the server has that can be nobody else's than this computer's, a copy's or a thief's. */
    private SortedMap<Long, String> storedSinceEnrolled(GateNode gate) {
        return world.server()
                .database()
                .eventsOf(gate.name())
                .tailMap(gate.watch().standing().before() + 1);
    }

    private boolean isBehind(GateNode gate) {
        SortedMap<Long, GateWatch.Booked> booked = gate.watch().booked();
        return gate.watch().losses().isPossible()
                && gate.watch()
                        .losses()
                        .isBehind(
                                world.server().database().eventsOf(gate.name()),
                                booked.isEmpty() ? 0 : booked.lastKey());
    }

    private void exactlyOnce(GateNode gate) {
        long first = gate.watch().standing().before() + 1;
        SortedMap<Long, String> stored = storedSinceEnrolled(gate);
        SortedMap<Long, String> written = new TreeMap<>();
        gate.watch().booked().tailMap(first).forEach((sequence, event) -> written.put(sequence, event.hash()));
        if (!stored.equals(written)) {
            Set<Long> sequences = new TreeSet<>(stored.keySet());
            sequences.addAll(written.keySet());
            long at = sequences.stream()
                    .filter(each ->
                            !Optional.ofNullable(stored.get(each)).equals(Optional.ofNullable(written.get(each))))
                    .findFirst()
                    .orElseThrow();
            throw new Violation(
                    "the server's log is not the gate's journal",
                    gate.name() + ": first at event " + at + ", server " + stored.size() + " events, gate "
                            + written.size());
        }
        SortedMap<Long, Integer> counts = world.server().database().rowsOf(gate.name());
        gate.watch().booked().forEach((sequence, event) -> {
            int rows = counts.getOrDefault(sequence, 0);
            if (rows != (event.facts().hasAlarm() ? 0 : 1)) {
                throw new Violation(
                        "an event has not one row in the log", gate.name() + ": event " + sequence + " has " + rows);
            }
        });
        chains.checkHonest(gate);
    }

    /** Whether what a thief sent in a gate's name is found out; or none of it has come to the server. */
    private boolean isTold(GateNode gate) {
        SortedMap<Long, String> stored = storedSinceEnrolled(gate);
        boolean foreign = stored.entrySet().stream()
                .anyMatch(event -> !Optional.ofNullable(gate.watch().booked().get(event.getKey()))
                        .map(GateWatch.Booked::hash)
                        .equals(Optional.of(event.getValue())));
        // A full journal waits for an acknowledgement that covers what is not in it, and takes nothing that could fork.
        return !foreign || chains.saysFork(gate) || gate.isJournalFull();
    }

    /** Who is on site by the journals alone: the last that anybody saw of a card. */
    private void presence() {
        record Sighting(long atMs, Direction direction) {}
        Map<String, Sighting> last = new TreeMap<>();
        Set<String> unclear = new HashSet<>(); // looked up, never walked
        for (GateNode gate : world.gates()) {
            for (GateWatch.Booked event : gate.watch().booked().values()) {
                EventFacts facts = event.facts();
                if (!facts.hasAccessTaken() || event.card().isEmpty()) {
                    continue;
                }
                Sighting seen = new Sighting(facts.getOccurredAtMs(), gate.direction());
                Sighting before = last.get(event.card().get());
                if (before != null && before.atMs() == seen.atMs()) {
                    unclear.add(event.card().get());
                }
                if (before == null || seen.atMs() >= before.atMs()) {
                    last.put(event.card().get(), seen);
                }
            }
        }
        Set<String> expected = new TreeSet<>();
        last.forEach((card, seen) -> {
            if (seen.direction() == Direction.IN && !unclear.contains(card)) {
                expected.add(card);
            }
        });
        Set<String> shown = new TreeSet<>();
        for (EntryLog.OnSite person : world.server().onSite()) {
            person.cardNumber().filter(card -> !unclear.contains(card)).ifPresent(shown::add);
        }
        if (!expected.equals(shown)) {
            throw new Violation("who is on site is not who went in", "expected " + expected + ", shown " + shown);
        }
    }
}
