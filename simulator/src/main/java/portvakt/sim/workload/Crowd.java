package portvakt.sim.workload;

import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import portvakt.gate.access.CardRead;
import portvakt.protocol.CardNumber;
import portvakt.protocol.DenialReason;
import portvakt.protocol.Direction;
import portvakt.sim.world.Dice;
import portvakt.sim.world.Fault;
import portvakt.sim.world.GateNode;
import portvakt.sim.world.World;

/**
 * People who come and go: most show their card and walk through; some tap twice, walk away, lend their card, crowd behind another, leave by
 * the button, or have their card torn off.
 */
public final class Crowd {

    private static final Duration SHIFT = Duration.ofMinutes(2);
    private static final Duration LOOKS = Duration.ofMillis(350);
    private static final Duration PATIENCE = Duration.ofSeconds(7);
    private static final Duration TURN_MIN = Duration.ofMillis(300);
    private static final Duration TURN_MAX = Duration.ofMillis(900);
    private static final double TAPS_TWICE = 0.15;
    private static final double WALKS_AWAY = 0.08;
    private static final double LENDS = 0.04;
    private static final double PUSHES_IN = 0.2;
    private static final double BUTTON = 0.15;
    private static final double TAILGATES = 0.1;

    private final World world;
    private final List<Person> people = new ArrayList<>();
    private final Map<String, Person> inFront = new TreeMap<>();
    private final Map<String, Long> turningUntilNs = new TreeMap<>();
    private boolean stopped;

    public Crowd(World world, Dice dice, int count) {
        this.world = world;
        for (int i = 0; i < count; i++) {
            people.add(new Person(i, dice.split()));
        }
    }

    /** Last day on which a card of these people counts. */
    public static LocalDate expiresOn(String card) {
        return Person.expiresOn(card);
    }

    /** Cards of all people. */
    public List<CardNumber> cards() {
        return people.stream().map(Person::card).toList();
    }

    public void start() {
        people.forEach(this::later);
    }

    /** Nobody comes any more. */
    public void stop() {
        stopped = true;
    }

    private void later(Person person) {
        world.agenda().in(person.dice().until(SHIFT), () -> {
            if (!stopped) {
                if (!person.isBusy()) {
                    comes(person);
                }
                later(person);
            }
        });
    }

    private void comes(Person person) {
        Direction way = person.isInside() ? Direction.OUT : Direction.IN;
        List<GateNode> gates =
                world.gates().stream().filter(gate -> gate.direction() == way).toList();
        if (way == Direction.OUT && person.dice().chance(BUTTON)) {
            presses(person, world.gates().getFirst());
            return;
        }
        GateNode gate = gates.get(person.dice().below(gates.size()));
        if (inFront.containsKey(gate.name()) && !person.dice().chance(PUSHES_IN)) {
            return;
        }
        person.setBusy(true);
        inFront.put(gate.name(), person);
        shows(person, gate);
        if (person.dice().chance(TAPS_TWICE)) {
            world.agenda().in(person.dice().between(LOOKS, PATIENCE), () -> shows(person, gate));
        }
        if (person.dice().chance(WALKS_AWAY)) {
            world.agenda().in(person.dice().between(LOOKS, PATIENCE), () -> leaves(person, gate));
            Duration until =
                    person.dice().between(GateNode.RELEASE_TIME, GateNode.RELEASE_TIME.plus(GateNode.TURN_TIME));
            if (way == Direction.IN) {
                world.agenda().in(until, () -> usesTheChance(gate));
            }
        } else {
            waits(person, gate, world.agenda().nowNs() + PATIENCE.toNanos(), way);
        }
    }

    private void presses(Person person, GateNode entrance) {
        person.setBusy(true);
        world.trace().line(person.toString(), "presses the button at " + entrance.name());
        entrance.touch(entrance.turnstile()::pressExit);
        waits(person, entrance, world.agenda().nowNs() + PATIENCE.toNanos(), Direction.OUT);
    }

    /** Somebody inside has seen that the one who was let in did not come, and leaves there; the arm has locked and may still be turning. */
    private void usesTheChance(GateNode entrance) {
        people.stream()
                .filter(each -> !stopped && each.isInside() && !each.isBusy())
                .findFirst()
                .ifPresent(each -> presses(each, entrance));
    }

    private void shows(Person person, GateNode gate) {
        Person holder = person.dice().chance(LENDS) ? people.get(person.dice().below(people.size())) : person;
        CardRead read = world.isFaulty(Fault.CARD_TORN_OFF) && person.dice().chance(0.3)
                ? new CardRead.Unreadable(DenialReason.CARD_UNREADABLE)
                : holder.read();
        if (holder != person) {
            person.setOdd(true);
            holder.setOdd(true);
            world.marks().reached("a lent card");
        }
        world.trace().line(person.toString(), "shows a card at " + gate.name());
        gate.watch().presented();
        gate.present(read);
    }

    private void leaves(Person person, GateNode gate) {
        person.setBusy(false);
        inFront.remove(gate.name(), person);
    }

    private void waits(Person person, GateNode gate, long untilNs, Direction way) {
        world.agenda().in(LOOKS, () -> {
            long nowNs = world.agenda().nowNs();
            boolean turning = turningUntilNs.getOrDefault(gate.name(), 0L) > nowNs;
            if (gate.turnstile().turns() && !turning) {
                goes(person, gate, way);
            } else if (nowNs < untilNs) {
                waits(person, gate, untilNs, way);
            } else {
                leaves(person, gate);
            }
        });
    }

    private void goes(Person person, GateNode gate, Direction way) {
        Duration takes = person.dice().between(TURN_MIN, TURN_MAX);
        turningUntilNs.put(gate.name(), world.agenda().nowNs() + takes.toNanos());
        world.agenda().in(takes, () -> {
            world.trace().line(person.toString(), "has gone " + way + " at " + gate.name());
            person.setInside(way == Direction.IN);
            gate.touch(gate.turnstile()::turned);
            leaves(person, gate);
            if (gate.turnstile().turns() && person.dice().chance(TAILGATES)) {
                follows(gate, way);
            }
        });
    }

    /** Somebody goes right behind, on what is left of another's release. */
    private void follows(GateNode gate, Direction way) {
        people.stream()
                .filter(each -> !each.isBusy() && each.isInside() != (way == Direction.IN))
                .findFirst()
                .ifPresent(each -> {
                    each.setBusy(true);
                    each.setOdd(true);
                    world.marks().reached("somebody went through behind another");
                    goes(each, gate, way);
                });
    }
}
