package portvakt.sim.world;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import portvakt.gate.Gate;
import portvakt.gate.GateParts;
import portvakt.gate.access.CardRead;
import portvakt.gate.adapter.mqtt.GateTraffic;
import portvakt.gate.adapter.mqtt.StatusMessage;
import portvakt.gate.journal.SegmentedJournal;
import portvakt.gate.loop.Loops;
import portvakt.gate.loop.Signal;
import portvakt.gate.port.ReaderSignal;
import portvakt.gate.port.Uplink;
import portvakt.gate.status.ListRefusedException;
import portvakt.gate.status.TrustReplica;
import portvakt.protocol.Direction;
import portvakt.protocol.Topics.GateAddress;
import portvakt.protocol.mqtt.BrokerSession;
import portvakt.sim.check.GateWatch;

/** One gate's computer and hardware: disk, clock, turnstile and reader stay, its program comes and goes, and runs turn by turn. */
public final class GateNode {

    public static final Duration RELEASE_TIME = Duration.ofSeconds(5);
    public static final Duration TURN_TIME = Duration.ofSeconds(2);
    static final String READER = "card";

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration TURN_MIN = Duration.ofNanos(20_000);
    private static final Duration TURN_MAX = Duration.ofMillis(3);
    private static final Duration SYNC_MIN = Duration.ofMillis(1);
    private static final Duration SYNC_MAX = Duration.ofMillis(25);
    private static final Duration SLOW_SYNC_MAX = Duration.ofSeconds(12);
    private static final double SLOW_SYNCS = 0.1;
    private static final Duration START_AGAIN = Duration.ofSeconds(5);
    private static final Duration READ = Duration.ofMillis(90);
    /** Less than most events. */
    private static final long FULL_BYTES = 512;

    private static final int BOOT_ID_BYTES = 16;

    private final World world;
    private final Dice dice;
    private final String label;
    private final GateAddress address;
    private final Direction direction;
    private final GateWatch watch;
    private final SimTurnstile turnstile;
    private final SimClock.Hands hands = new SimClock.Hands();
    private final SimSession session;
    private SimDisk disk;
    private Optional<Program> program = Optional.empty();
    private boolean reader = true;
    /** It does not start: it is dead, or taken away, and nothing is in its place yet. */
    private boolean out;

    private Enrolment enrolment;

    GateNode(World world, Dice dice, String name, Direction direction) {
        this(
                world,
                dice,
                name,
                Enrolment.first(new GateAddress(World.SITE, name)),
                direction,
                new GateWatch(name, direction, world),
                new SimDisk(dice.split().random()));
    }

    private GateNode(
            World world,
            Dice dice,
            String label,
            Enrolment enrolment,
            Direction direction,
            GateWatch watch,
            SimDisk disk) {
        this.world = world;
        this.dice = dice;
        this.label = label;
        this.enrolment = enrolment;
        this.address = enrolment.address();
        this.direction = direction;
        this.watch = watch;
        this.turnstile = new SimTurnstile(watch);
        this.disk = disk;
        this.session = new SimSession(name(), world, dice.split(), false, this::guarded);
        // A gate's death in proto3 is no bytes at all.
        session.leaves(address.status(), new byte[0]);
    }

    /** Another computer with a copy of this one's SD card, switched off as this one is. */
    GateNode copy(Dice of) {
        String copied = label + "-copy";
        return new GateNode(
                world,
                of,
                copied,
                enrolment,
                direction,
                watch.copy(copied),
                disk.copy(of.split().random()));
    }

    /** Whether this trust file or a newer one is on the gate's disk, so that it counts whatever comes. */
    boolean hasTrust(long version) {
        try {
            TrustReplica kept = new TrustReplica(enrolment.trust(), disk);
            kept.load();
            return kept.current().version() >= version;
        } catch (IOException e) {
            return false;
        } catch (ListRefusedException e) {
            throw new IllegalStateException("what the gate was enrolled with", e);
        }
    }

    /** One run of the program. */
    private final class Program {
        private final SegmentedJournal journal;
        private final SimClock clock;
        private final GateParts parts;
        private final Loops loops;
        private final GateTraffic traffic;
        private boolean turnDue;
        private boolean sendDue;
        private boolean syncDue;
        private long nextTurnNs;

        Program() throws IOException {
            clock = new SimClock(world.agenda(), hands);
            journal = SegmentedJournal.open(
                    disk,
                    new SegmentedJournal.Limits(
                            world.options().segmentBytes(), world.options().journalBytes()),
                    enrolment.journal(),
                    new RepeatableRandom(dice));
            watch.started(journal, clock, journal.opening().goesOnAfter());
            byte[] bootId = new byte[BOOT_ID_BYTES];
            dice.fill(bootId);
            StatusMessage.Run run = new StatusMessage.Run(
                    ByteString.copyFrom(bootId), clock.now().wall());
            parts = GateParts.open(
                    GateSettings.of(enrolment, direction),
                    new Gate.Outside(
                            turnstile.program(),
                            List.of(),
                            watch.journal(),
                            journal.opening(),
                            disk,
                            clock,
                            Optional.empty()),
                    run.bootId());
            loops = parts.loops();
            traffic = new GateTraffic(
                    address,
                    session,
                    parts.uplink(new StatusMessage("world", direction, run, disk, OptionalInt::empty)),
                    dice.unit(),
                    () -> sendDue = true);
            loops.connect(new Way());
        }

        void start() {
            loops.startStepped("world", journal.opening());
            turnstile.program().start(signal -> offer(new Signal.FromTurnstile(signal)));
            if (reader) {
                offer(new Signal.FromReader(new ReaderSignal.Ready(READER, "")));
            }
            session.open(new Heard(traffic));
            everySecond();
        }

        private void offer(Signal signal) {
            guarded(this, () -> loops.thread().offer(signal));
        }

        private void everySecond() {
            world.agenda().in(SECOND, () -> {
                if (isCurrent(this)) {
                    guarded(this, () -> {
                        turn();
                        traffic.send();
                        while (traffic.keepLists()) {}
                    });
                    everySecond();
                }
            });
        }

        /** Puts down what is to be done after something was. */
        private void lookAhead() {
            if (!turnDue && loops.hasSignals()) {
                turnDue = true;
                world.agenda().in(dice.between(TURN_MIN, TURN_MAX), () -> guarded(this, this::turn));
            }
            if (!syncDue && loops.wantsSync()) {
                boolean slow = world.isFaulty(Fault.SYNC_FAILS) && dice.chance(SLOW_SYNCS);
                syncIn(dice.between(SYNC_MIN, slow ? SLOW_SYNC_MAX : SYNC_MAX));
            }
            if (sendDue) {
                sendDue = false;
                world.agenda().in(dice.between(TURN_MIN, TURN_MAX), () -> guarded(this, traffic::send));
            }
        }

        private void syncIn(Duration delay) {
            syncDue = true;
            world.agenda().in(delay, () -> guarded(this, this::sync));
        }

        private void sync() {
            syncDue = false;
            if (loops.sync()) {
                watch.synced();
            } else {
                world.marks().reached("a journal's sync failed");
                syncIn(Loops.SYNC_AGAIN);
            }
        }

        private void turn() {
            turnDue = false;
            loops.turn();
            watch.turned(turnstile);
            OptionalLong deadline = loops.deadlineNs();
            if (deadline.isPresent()) {
                long at = clock.agendaNs(deadline.getAsLong());
                long nowNs = world.agenda().nowNs();
                if (at < nowNs + SECOND.toNanos() && (at < nextTurnNs || nextTurnNs <= nowNs)) {
                    nextTurnNs = at;
                    world.agenda().at(at, () -> guarded(this, this::turn));
                }
            }
        }

        /** What comes from the broker, past the auditor. */
        private final class Heard implements BrokerSession.Listener {
            private final GateTraffic to;

            Heard(GateTraffic to) {
                this.to = to;
            }

            @Override
            public void connected(boolean sessionPresent) {
                to.connected(sessionPresent);
            }

            @Override
            public void lost(String cause) {
                to.lost(cause);
            }

            @Override
            public void rivalled() {
                to.rivalled();
            }

            @Override
            public void message(String topic, byte[] payload, boolean retained) {
                watch.facts().heard(topic, payload);
                to.message(topic, payload, retained);
            }
        }

        private final class Way implements Uplink {
            @Override
            public void start() {
                // The session is opened by the program.
            }

            @Override
            public void journalGrew() {
                sendDue = true;
            }

            @Override
            public void report(Report report) {
                watch.reported(report);
                traffic.report(report);
            }

            @Override
            public void close() {
                // The node closes the session.
            }
        }
    }

    private boolean isCurrent(Program of) {
        return program.filter(running -> running == of).isPresent();
    }

    private void guarded(Runnable work) {
        program.ifPresent(running -> guarded(running, work));
    }

    /** Runs a piece of the program, if that still runs. The power may go in the middle of it. */
    private void guarded(Program of, Runnable work) {
        if (!isCurrent(of)) {
            return;
        }
        try {
            work.run();
            of.lookAhead();
        } catch (SimDisk.PowerCut e) {
            world.marks().reached("the power went in the middle of a write");
            lostPower();
            world.agenda().in(dice.between(SECOND, Duration.ofMinutes(2)), this::start);
        } catch (Violation e) {
            throw e;
        } catch (RuntimeException e) {
            throw new Violation("a gate's program threw", label + ": " + e, e);
        }
    }

    /** Starts the program, unless it runs; tries again where it cannot. */
    void start() {
        if (program.isPresent() || out) {
            return;
        }
        try {
            Program started = new Program();
            program = Optional.of(started);
            world.trace().line(label, "starts at event " + started.journal.last());
            guarded(started, started::start);
        } catch (IOException e) {
            world.trace().line(label, "cannot start: " + e.getMessage());
            world.marks().reached("a gate could not start and tried again");
            world.agenda().in(START_AGAIN, this::start);
        } catch (SimDisk.PowerCut e) {
            world.marks().reached("the power went during a start");
            lostPower();
            world.agenda().in(START_AGAIN, this::start);
        }
    }

    /** The program is gone; what it wrote is still there. */
    void kill() {
        if (program.isPresent()) {
            world.trace().line(label, "killed");
            gone();
        }
    }

    /** The power is gone; what was not synced may be. */
    void cutPower() {
        world.trace().line(label, "power cut");
        lostPower();
    }

    /** It is switched off, and never again on. */
    void takeAway() {
        takeOut();
        world.broker().leave(session);
    }

    /** It is switched off for good; its card goes with it. */
    void takeOut() {
        out = true;
        cutPower();
    }

    boolean isOut() {
        return out;
    }

    /** @param keepsCard whether it is the same computer, or its card in another; else it is one with an empty card */
    void enrolledAnew(Enrolment with, boolean keepsCard) {
        String card = keepsCard ? "its card" : "an empty card";
        world.trace()
                .line(
                        label,
                        "enrolled anew with " + card + ", after event "
                                + with.journal().sequence());
        enrolment = with;
        watch.enrolledAnew(with.journal());
        if (!keepsCard) {
            world.marks().reached("another computer took a gate's place");
            disk = new SimDisk(dice.split().random());
            watch.cardLost();
        }
        out = false;
    }

    Enrolment enrolment() {
        return enrolment;
    }

    private void lostPower() {
        gone();
        disk = disk.afterPowerCut();
        if (world.isFaulty(Fault.CLOCK_UNSET)) {
            hands.unset(dice.between(Duration.ofDays(1), Duration.ofDays(400)));
            world.marks().reached("a clock was unset after a start");
        }
    }

    private void gone() {
        program = Optional.empty();
        session.close();
        turnstile.programGone();
        watch.stopped();
    }

    public boolean isRunning() {
        return program.isPresent();
    }

    boolean isConnected() {
        return session.isConnected();
    }

    public GateAddress address() {
        return address;
    }

    public Direction direction() {
        return direction;
    }

    public String name() {
        return address.gate();
    }

    public SimTurnstile turnstile() {
        return turnstile;
    }

    SimClock.Hands hands() {
        return hands;
    }

    SimSession session() {
        return session;
    }

    SimDisk disk() {
        return disk;
    }

    public GateWatch watch() {
        return watch;
    }

    /** What waits for the server's word. */
    public long unacknowledged() {
        return program.map(each -> each.journal.last() - each.journal.acknowledged())
                .orElse(Long.MAX_VALUE);
    }

    /** Whether nothing more goes into its journal before the server has what is in it. */
    public boolean isJournalFull() {
        return program.filter(each -> each.journal.room().freeBytes() < FULL_BYTES)
                .isPresent();
    }

    void plugReader(boolean in) {
        if (reader != in) {
            reader = in;
            signal(new Signal.FromReader(
                    in ? new ReaderSignal.Ready(READER, "") : new ReaderSignal.Lost(READER, "unplugged")));
        }
    }

    /** Somebody holds something before the reader. */
    public void present(CardRead read) {
        if (reader) {
            signal(new Signal.FromReader(new ReaderSignal.Presented(READER, read, READ.toNanos())));
        }
    }

    public boolean hasReader() {
        return reader;
    }

    private void signal(Signal signal) {
        guarded(() -> program.orElseThrow().loops.thread().offer(signal));
    }

    /** Runs what changes the hardware, so that the program hears of it. */
    public void touch(Runnable work) {
        if (program.isPresent()) {
            guarded(work);
        } else {
            work.run();
        }
    }
}
