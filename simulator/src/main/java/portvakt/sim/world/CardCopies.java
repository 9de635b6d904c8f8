package portvakt.sim.world;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import portvakt.sim.check.GateWatch;

/**
 * Copies of gates' SD cards that run in other computers of the same kind: an installer's who thought it quicker, or a thief's. Each has the gate's
 * name and key, an arm, a reader and a button of its own, and people of the site who try it.
 */
public final class CardCopies {

    private static final Duration COPYING_MAX = Duration.ofMinutes(2);
    private static final Duration UNTIL_START_MAX = Duration.ofMinutes(5);
    private static final Duration RUNS_MIN = Duration.ofMinutes(1);
    private static final Duration RUNS_MAX = Duration.ofMinutes(15);
    private static final Duration VISITS = Duration.ofSeconds(25);
    private static final Duration LOOKS = Duration.ofMillis(600);
    private static final double BUTTON = 0.2;

    private final World world;
    private final List<GateNode> all = new ArrayList<>();

    CardCopies(World world) {
        this.world = world;
    }

    /** Copies a gate's card, for which it is switched off for a while; not while another copy of it runs. */
    void copy(GateNode gate, Dice die) {
        if (gate.isOut() || running().anyMatch(copy -> copy.name().equals(gate.name()))) {
            return;
        }
        world.trace().line(gate.name(), "its SD card is copied");
        gate.cutPower();
        gate.watch().standing().spokenFor();
        Dice own = die.split();
        GateNode copy = gate.copy(own);
        all.add(copy);
        world.agenda().in(die.between(Duration.ofSeconds(1), COPYING_MAX), gate::start);
        Duration start = die.between(Duration.ofSeconds(1), UNTIL_START_MAX);
        world.agenda().in(start, () -> {
            copy.start();
            visits(copy, own);
        });
        world.agenda().in(start.plus(die.between(RUNS_MIN, RUNS_MAX)), () -> takeAway(copy));
    }

    private void visits(GateNode copy, Dice dice) {
        world.agenda().in(dice.until(VISITS), () -> {
            if (copy.isOut()) {
                return;
            }
            if (dice.chance(BUTTON)) {
                copy.touch(copy.turnstile()::pressExit);
            } else {
                world.crowd().anyRead(dice).ifPresent(read -> {
                    copy.watch().presented();
                    copy.present(read);
                });
            }
            world.agenda().in(LOOKS, () -> {
                if (copy.turnstile().turns()) {
                    copy.touch(copy.turnstile()::turned);
                }
            });
            visits(copy, dice);
        });
    }

    private void takeAway(GateNode copy) {
        if (!copy.isOut()) {
            copy.takeAway();
        }
    }

    /** The server cuts copies of a gate off: they go on by themselves. */
    void cutOff(GateNode gate) {
        all.stream()
                .filter(copy -> copy.name().equals(gate.name()))
                .forEach(copy -> copy.session().plug(false));
    }

    /** All of them. */
    void takeAway() {
        all.forEach(this::takeAway);
    }

    /** Those that are not taken away. */
    Stream<GateNode> running() {
        return all.stream().filter(copy -> !copy.isOut());
    }

    /** What copies of a gate have written, also those that are gone. */
    public List<GateWatch> of(GateNode gate) {
        return all.stream()
                .filter(copy -> copy.name().equals(gate.name()))
                .map(GateNode::watch)
                .toList();
    }
}
