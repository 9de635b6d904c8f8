package portvakt.sim.world;

import java.io.IOException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import portvakt.gate.access.CardRead;
import portvakt.protocol.DenialReason;

/** Lets the faults of a run strike, each from dice of its own, and puts all right again at the end. */
final class Misfortune {

    private static final Duration SHORT = Duration.ofSeconds(2);
    private static final Duration LONG = Duration.ofMinutes(6);
    private static final Duration JUMP_MAX = Duration.ofHours(30);
    private static final double DRIFT_MAX = 0.01;
    private static final double EPOCH_TOO = 0.4;
    /** So many lines are away for so long at most: until small journals are full. */
    private static final double OUTAGES = 0.25;

    private static final Duration OUTAGE = Duration.ofMinutes(25);
    private static final double FORGETS = 0.3;
    private static final int BABBLE_MAX = 40;
    private static final int OPERATIONS_MAX = 60;
    /** As the journal calls its segments. */
    private static final String JOURNAL = "events-";

    private final World world;
    private final Map<Fault, Dice> dice = new EnumMap<>(Fault.class);
    private final Map<Fault, Long> struck = new EnumMap<>(Fault.class);

    Misfortune(World world, Dice source) {
        this.world = world;
        for (Fault fault : Fault.values()) {
            dice.put(fault, source.split());
        }
    }

    /** How often each has struck. */
    Map<Fault, Long> struck() {
        return struck;
    }

    void start() {
        for (Fault fault : world.options().strengths().keySet()) {
            next(fault);
        }
    }

    private void next(Fault fault) {
        world.agenda().in(dice.get(fault).until(world.options().meanTime(fault)), () -> {
            if (world.isFaulty(fault)) {
                strike(fault, dice.get(fault));
                next(fault);
            }
        });
    }

    private GateNode anyGate(Dice die) {
        return world.gates().get(die.below(world.gates().size()));
    }

    /** Undoes something after a while. */
    private void later(Dice die, Runnable undo) {
        world.agenda().in(die.between(SHORT, LONG), undo);
    }

    private void strike(Fault fault, Dice die) {
        GateNode gate = anyGate(die);
        switch (fault) {
            // These are drawn message by message, commit by commit, card by card, start by start.
            case BROKER_SLOW,
                    BROKER_LOSES,
                    BROKER_DOUBLES,
                    BROKER_REORDERS,
                    BROKER_FALSE_FAILURE,
                    DATABASE_FAILS,
                    CARD_TORN_OFF,
                    CLOCK_UNSET,
                    REGISTER_DISORDER -> {
                return;
            }
            case LINK_LOST, BROKER_RESTARTS, SERVER_KILLED, KEY_ROTATION -> network(fault, die, gate);
            case POWER_CUT, POWER_CUT_AT_WRITE, DISK_FULL, SYNC_FAILS, DISK_ROT, JOURNAL_ROT, GATE_KILLED ->
                computer(fault, die, gate);
            case CLOCK_DRIFT, CLOCK_JUMP -> clock(fault, die, gate);
            case READER_LOST, READER_BABBLES, SENSOR_STUCK, RELAY_STUCK, FIRE -> hardware(fault, die, gate);
            case REGISTER_BURST -> world.register().burst();
            case STOLEN_GATE_KEY -> new Thief(world).speakAs(gate);
            case CARD_COPIED -> world.copies().copy(gate, die);
            case ENROLLED_ANEW -> world.installer().enrolAnew(gate, die);
            case FORGED_FACTS -> new FactsThief(world).publish(die);
            case FIRE_DRILL -> world.drill().start(die);
            case FORGED_LIST -> new Thief(world).publish(die.chance(0.7), die.chance(0.3));
        }
        struck.merge(fault, 1L, Long::sum);
    }

    private void network(Fault fault, Dice die, GateNode gate) {
        switch (fault) {
            case LINK_LOST -> {
                Duration most = die.chance(OUTAGES) ? OUTAGE : LONG;
                if (die.chance(0.3)) {
                    world.server().plug(false);
                    world.agenda()
                            .in(die.between(SHORT, most), () -> world.server().plug(true));
                } else {
                    gate.session().plug(false);
                    world.agenda()
                            .in(die.between(SHORT, most), () -> gate.session().plug(true));
                }
            }
            case BROKER_RESTARTS -> {
                boolean forgets = die.chance(FORGETS);
                world.trace().line("broker", "stops hard" + (forgets ? " and forgets" : ""));
                world.broker().stop(forgets);
                later(die, world.broker()::start);
            }
            case SERVER_KILLED -> {
                world.server().kill("at any time");
                later(die, world.server()::start);
            }
            default -> {
                boolean epochToo = die.chance(EPOCH_TOO);
                if (epochToo) {
                    world.gates().forEach(each -> each.watch().listMayFall());
                }
                world.server().rotate(epochToo);
            }
        }
    }

    private void computer(Fault fault, Dice die, GateNode gate) {
        world.trace().line(gate.name(), fault.name());
        switch (fault) {
            case POWER_CUT -> {
                gate.cutPower();
                later(die, gate::start);
            }
            case POWER_CUT_AT_WRITE -> gate.disk().cutPowerAfter(die.below(OPERATIONS_MAX));
            case GATE_KILLED -> {
                gate.kill();
                later(die, gate::start);
            }
            case DISK_FULL -> {
                gate.disk().setRoomBytes(die.below(2_000));
                gate.watch().listMayFall();
                later(die, () -> gate.disk().setRoomBytes(Long.MAX_VALUE));
            }
            case SYNC_FAILS -> {
                gate.watch().listMayFall();
                if (die.chance(0.7)) {
                    gate.disk().failForces(1 + die.below(3));
                } else {
                    gate.disk().failNameForces(1 + die.below(3));
                }
            }
            case JOURNAL_ROT -> {
                gate.watch().losses().rotted();
                rot(gate, JOURNAL);
            }
            default -> {
                gate.watch().rotted();
                rot(gate, WorldKeys.LIST);
            }
        }
    }

    private void rot(GateNode gate, String prefix) {
        try {
            gate.disk()
                    .rot(prefix)
                    .ifPresent(file -> world.trace().line(gate.name(), "a bit of " + file + " has changed"));
        } catch (IOException e) {
            throw new IllegalStateException("a disk in memory", e);
        }
    }

    private void clock(Fault fault, Dice die, GateNode gate) {
        if (fault == Fault.CLOCK_DRIFT) {
            gate.hands()
                    .drift((die.unit() - 0.5) * 2 * DRIFT_MAX, world.agenda().nowNs());
            later(die, gate.hands()::synchronise);
        } else {
            Duration by = die.between(JUMP_MAX.negated(), JUMP_MAX);
            world.trace().line(gate.name(), "the clock jumps by " + by.toSeconds() + " s");
            gate.hands().jump(by);
            later(die, gate.hands()::synchronise);
        }
    }

    private void hardware(Fault fault, Dice die, GateNode gate) {
        world.trace().line(gate.name(), fault.name());
        switch (fault) {
            case READER_LOST -> {
                gate.plugReader(false);
                later(die, () -> gate.plugReader(true));
            }
            case READER_BABBLES -> {
                for (int count = die.below(BABBLE_MAX); count > 0; count--) {
                    gate.watch().presented();
                    gate.present(new CardRead.Unreadable(DenialReason.CARD_UNREADABLE));
                }
            }
            case SENSOR_STUCK -> {
                gate.turnstile().setSensorStuck(true);
                later(die, () -> gate.turnstile().setSensorStuck(false));
            }
            case RELAY_STUCK -> {
                gate.turnstile().setRelayStuck(true);
                later(die, () -> gate.turnstile().setRelayStuck(false));
            }
            default -> {
                List<GateNode> gates = die.chance(0.5) ? world.gates() : List.of(gate);
                gates.forEach(each -> each.touch(() -> each.turnstile().fire(true)));
                later(die, () -> {
                    if (!world.drill().isGoingOut()) {
                        gates.forEach(each -> each.touch(() -> each.turnstile().fire(false)));
                    }
                });
            }
        }
    }

    /** All is well from now on; what was under way ends now. */
    void heal() {
        world.broker().start();
        world.server().start();
        world.server().plug(true);
        world.copies().takeAway();
        for (GateNode gate : world.gates()) {
            gate.disk().setRoomBytes(Long.MAX_VALUE);
            gate.disk().failForces(0);
            gate.disk().failNameForces(0);
            gate.disk().cutPowerAfter(Long.MAX_VALUE);
            gate.hands().synchronise();
            gate.turnstile().setRelayStuck(false);
            gate.turnstile().setSensorStuck(false);
            gate.session().plug(true);
            gate.start();
            gate.plugReader(true);
            if (gate.turnstile().isFire()) {
                gate.touch(() -> gate.turnstile().fire(false));
            }
        }
    }
}
