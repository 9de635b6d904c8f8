package portvakt.sim.workload;

import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import portvakt.gate.access.CardRead;
import portvakt.protocol.CardNumber;
import portvakt.protocol.DenialReason;
import portvakt.protocol.Direction;
import portvakt.protocol.Uid;
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
    private static final Duration FLEES_MIN = Duration.ofSeconds(5);
    private static final Duration FLEES_MAX = Duration.ofSeconds(90);
    private static final Duration FLEES_AGAIN = Duration.ofSeconds(1);
    private static final Duration RUSH = Duration.ofMinutes(10);
    private static final Duration RUSH_STEP = Duration.ofSeconds(1);
    private static final int TRIES_MAX = 60;
    private static final int A_RUSH = 20;
    private static final double TAPS_TWICE = 0.15;
    private static final double WALKS_AWAY = 0.08;
    private static final double LENDS = 0.04;
    /** Whoever is inside hands the card out over the fence. */
    private static final double HANDS_OUT = 0.04;

    private static final double PUSHES_IN = 0.2;
    private static final double BUTTON = 0.15;
    private static final double TAILGATES = 0.1;

    private final World world;
    private final List<Person> people = new ArrayList<>();
    private final Map<String, Person> inFront = new TreeMap<>();
    private final Map<String, Long> turningUntilNs = new TreeMap<>();
    private final Dice rushDice;
    private boolean stopped;
    private boolean fleeing;

    public Crowd(World world, Dice dice, int count) {
        this.world = world;
        for (int i = 0; i < count; i++) {
            people.add(new Person(i, dice.split()));
        }
        rushDice = dice.split();
    }

    /** Last day on which a card of these people counts. */
    public static LocalDate expiresOn(String card) {
        return Person.expiresOn(card);
    }

    /** Cards of all people. */
    public List<CardNumber> cards() {
        return people.stream().map(Person::card).toList();
    }

    /** Chips of people of whose cards nothing else can be read, and what cards they are. */
    public Map<Uid, CardNumber> chips() {
        Map<Uid, CardNumber> chips = new LinkedHashMap<>();
        people.stream()
                .filter(person -> person.kind() == Person.Kind.UID)
                .forEach(person -> chips.put(person.chip(), person.card()));
        return chips;
    }

    /** Numbers of people who come with passes. */
    public List<Integer> visitors() {
        return people.stream()
                .filter(person -> person.kind() == Person.Kind.PASS)
                .map(Person::number)
                .toList();
    }

    /**
     * Where somebody is in truth.
     *
     * @param shown chip's UID, or pass's number, that they had shown then
     * @param card  that gates call them by, if they go through without being named
     * @param gate  that they went through last @param atNs and when
     */
    public record Whereabouts(String name, boolean inside, String shown, String card, GateNode gate, long atNs) {
        @Override
        public String toString() {
            return name + " is " + (inside ? "inside" : "outside") + " since " + gate.name();
        }
    }

    /** Of those who have gone through any gate. */
    public List<Whereabouts> whereabouts() {
        List<Whereabouts> all = new ArrayList<>();
        for (Person person : people) {
            person.lastGate()
                    .ifPresent(gate -> all.add(new Whereabouts(
                            person.toString(),
                            person.isInside(),
                            person.lastShown(),
                            person.kind() == Person.Kind.CHIP ? person.card().digits() : "",
                            gate,
                            person.lastNs())));
        }
        return all;
    }

    public void start() {
        people.forEach(this::later);
        rushes();
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

    /** Fire: everybody goes out through whichever gate is next, and nobody comes in, until all is clear. */
    public void evacuate() {
        fleeing = true;
        people.forEach(person -> flees(person, person.dice().between(FLEES_MIN, FLEES_MAX)));
    }

    public void allClear() {
        fleeing = false;
    }

    public boolean isAnybodyInside() {
        return people.stream().anyMatch(Person::isInside);
    }

    private void flees(Person person, Duration delay) {
        world.agenda().in(delay, () -> {
            if (!fleeing || !person.isInside()) {
                return;
            }
            GateNode gate = world.gates().get(person.dice().below(world.gates().size()));
            if (!gate.turnstile().turns()) {
                // The drill is over at this gate already.
                return;
            }
            if (!person.isBusy()
                    && turningUntilNs.getOrDefault(gate.name(), 0L)
                            <= world.agenda().nowNs()) {
                person.setBusy(true);
                world.trace().line(person.toString(), "flees through " + gate.name());
                goes(person, gate, Direction.OUT);
            } else {
                flees(person, FLEES_AGAIN);
            }
        });
    }

    /** Sixty a minute to one gate, as when a shift begins or ends. */
    private void rushes() {
        world.agenda().in(rushDice.until(RUSH), () -> {
            if (!stopped) {
                Direction way = people.stream().filter(Person::isInside).count() * 2 > people.size()
                        ? Direction.OUT
                        : Direction.IN;
                List<GateNode> gates = gates(way);
                GateNode gate = gates.get(rushDice.below(gates.size()));
                Duration delay = Duration.ZERO;
                for (Person person : people) {
                    delay = delay.plus(RUSH_STEP);
                    queues(person, gate, way, delay, TRIES_MAX);
                }
                if (people.size() >= A_RUSH) {
                    world.marks().reached("sixty a minute came to one gate");
                }
                rushes();
            }
        });
    }

    private void queues(Person person, GateNode gate, Direction way, Duration delay, int tries) {
        world.agenda().in(delay, () -> {
            boolean goes = !stopped && !fleeing && !person.isBusy() && person.isInside() == (way == Direction.OUT);
            if (goes && inFront.containsKey(gate.name())) {
                if (tries > 0) {
                    queues(person, gate, way, RUSH_STEP, tries - 1);
                }
            } else if (goes) {
                approaches(person, gate, way);
            }
        });
    }

    private List<GateNode> gates(Direction way) {
        return world.gates().stream().filter(gate -> gate.direction() == way).toList();
    }

    private void comes(Person person) {
        if (fleeing) {
            return;
        }
        Direction way = person.isInside() ? Direction.OUT : Direction.IN;
        List<GateNode> gates = gates(way);
        if (way == Direction.OUT && person.dice().chance(BUTTON)) {
            presses(person, world.gates().getFirst());
            return;
        }
        GateNode gate = gates.get(person.dice().below(gates.size()));
        if (inFront.containsKey(gate.name()) && !person.dice().chance(PUSHES_IN)) {
            return;
        }
        approaches(person, gate, way);
    }

    private void approaches(Person person, GateNode gate, Direction way) {
        if (read(person).isEmpty()) {
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

    /** What one of these people would show at a reader that they have never been at. */
    public Optional<CardRead> anyRead(Dice dice) {
        return read(people.get(dice.below(people.size())));
    }

    /** Empty: they have nothing to show. */
    private Optional<CardRead> read(Person person) {
        return person.kind() == Person.Kind.PASS ? world.office().passOf(person.number()) : Optional.of(person.read());
    }

    private void shows(Person person, GateNode gate) {
        Person holder = holder(person, gate);
        CardRead read = world.isFaulty(Fault.CARD_TORN_OFF) && person.dice().chance(0.3)
                ? new CardRead.Unreadable(DenialReason.CARD_UNREADABLE)
                : read(holder).orElseThrow();
        if (holder != person) {
            world.marks().reached("a lent card");
        }
        person.shows(
                holder.kind() == Person.Kind.PASS
                        ? world.office().passNumberOf(holder.number())
                        : holder.chip().hex());
        world.trace().line(person.toString(), "shows a card at " + gate.name());
        gate.watch().presented();
        gate.present(read);
    }

    /** Whose card somebody shows. */
    private Person holder(Person person, GateNode gate) {
        Person any = people.get(person.dice().below(people.size()));
        boolean lends = person.dice().chance(LENDS);
        boolean handsOut = person.dice().chance(HANDS_OUT) && gate.direction() == Direction.IN && any.isInside();
        return (lends || handsOut) && read(any).isPresent() ? any : person;
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
            person.went(gate, way, world.agenda().nowNs());
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
                    world.marks().reached("somebody went through behind another");
                    goes(each, gate, way);
                });
    }
}
