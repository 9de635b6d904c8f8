package portvakt.sim.site;

import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import portvakt.gate.Gate;
import portvakt.gate.access.CardRead;
import portvakt.gate.access.GateTime;
import portvakt.gate.adapter.display.DisplayConfig;
import portvakt.gate.adapter.gpio.TurnstileConfig;
import portvakt.gate.adapter.pcsc.ChipLayout;
import portvakt.gate.port.Turnstile;
import portvakt.protocol.Direction;
import portvakt.protocol.v1.ChainedEvent;
import portvakt.protocol.v1.EventFacts;
import portvakt.protocol.v1.Subject;
import portvakt.sim.device.SimulatedTurnstile;
import portvakt.sim.device.VirtualCard;
import portvakt.sim.net.NetworkCable;

/**
 * The real gate on a simulated reader and turnstile, in this process: with a power switch, a network cable and a clock that can be
 * wound. One person at a time is at the reader, and one at the arm. Its disk stays whatever becomes of its power.
 *
 * <p>Safe for any thread. What is done to it waits for what the gate makes of it; power, cable and fire wait for nobody.
 */
public final class SimulatedGate implements AutoCloseable {

    /** Longer than a card may wait at the gate, and a release and a turn may take. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** For a contact that may have been so already. */
    private static final Duration HEARD = Duration.ofSeconds(2);

    private static final int EVENTS_KEPT = 60;

    /** The lines of the demo's turnstile; all there is. */
    public static final TurnstileConfig LINES = new TurnstileConfig(
            new TurnstileConfig.Relay(22, TurnstileConfig.Level.HIGH, TurnstileConfig.Lock.FAIL_SECURE),
            new TurnstileConfig.Input(23, TurnstileConfig.Level.LOW, null),
            Optional.of(new TurnstileConfig.Input(24, TurnstileConfig.Level.LOW, null)),
            Optional.of(new TurnstileConfig.Input(25, TurnstileConfig.Level.HIGH, null)),
            Optional.of(new TurnstileConfig.Output(5, TurnstileConfig.Level.HIGH)),
            Optional.of(new TurnstileConfig.Output(6, TurnstileConfig.Level.HIGH)),
            Optional.of(new TurnstileConfig.Output(13, TurnstileConfig.Level.HIGH)),
            null,
            null,
            // No lock guard: these lines live in this process and go with it.
            null,
            Optional.empty());

    private final Gate.Settings settings;
    private final Optional<NetworkCable> cable;
    private final SimulatedTurnstile turnstile = new SimulatedTurnstile(LINES);
    private final FieldClock clock = new FieldClock(InstantSource.system());
    private final GateComputer.Build build;

    private final Object atReader = new Object();
    private final Object atArm = new Object();
    private final Object switching = new Object();
    private final List<Consumer<Heard>> listeners = new CopyOnWriteArrayList<>();
    private final List<Runnable> bells = new CopyOnWriteArrayList<>();
    private volatile Optional<GateComputer> computer = Optional.empty();
    private Optional<GateComputer> dead = Optional.empty();
    private volatile CountDownLatch listsApplied;
    /** An arm's answer tells how the relay switched since the card was shown. */
    private volatile Instant tappedAt = Instant.EPOCH;

    /** Guarded by itself: the newest events, oldest first. */
    private final Deque<GateEvent> events = new ArrayDeque<>();
    /** Guarded by itself: versions of the lists that decide in this run. */
    private final Map<String, Long> versions = new TreeMap<>();

    /** A gate without a display whose network cannot be pulled. */
    public SimulatedGate(Gate.Settings settings, Path dataFolder, Optional<ChipLayout> layout) {
        this(settings, dataFolder, layout, Optional.empty(), Optional.empty());
    }

    /** @param cable that its settings lead the connection over; closed with the gate @param display what its display is to be */
    public SimulatedGate(
            Gate.Settings settings,
            Path dataFolder,
            Optional<ChipLayout> layout,
            Optional<NetworkCable> cable,
            Optional<DisplayConfig> display) {
        this.settings = settings;
        this.cable = cable;
        this.build = new GateComputer.Build(settings, dataFolder, layout, turnstile, clock, display);
        this.listsApplied = new CountDownLatch(settings.lists().size());
        turnstile.addListener(_ -> ring());
    }

    public String name() {
        return settings.address().gate();
    }

    public String site() {
        return settings.address().site();
    }

    public Direction direction() {
        return settings.direction();
    }

    public SimulatedTurnstile turnstile() {
        return turnstile;
    }

    /** Switches the gate's computer on. @throws IOException if it does not start; it may be tried again */
    public void start() throws IOException {
        synchronized (switching) {
            if (computer.isPresent()) {
                return;
            }
            try {
                if (dead.isPresent()) {
                    dead.get().awaitBurial();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while the gate's last run ended", e);
            }
            listsApplied = new CountDownLatch(settings.lists().size());
            synchronized (versions) {
                versions.clear();
            }
            computer = Optional.of(GateComputer.start(build, EVENTS_KEPT, new Ears()));
        }
        ring();
    }

    /** Switches it off in an orderly way. */
    public void stop() throws IOException {
        synchronized (switching) {
            Optional<GateComputer> running = computer;
            computer = Optional.empty();
            if (running.isPresent()) {
                running.get().stop();
            }
        }
        tell(new Heard.Off());
    }

    /**
     * Cuts the power of its computer: locked at once, nothing is written or said any more, and what was not forced to the disk is torn.
     * Does nothing where there is none.
     */
    public void cutPower() {
        synchronized (switching) {
            Optional<GateComputer> running = computer;
            computer = Optional.empty();
            running.ifPresent(each -> each.cut(() -> cable.ifPresent(NetworkCable::drop)));
            dead = running.or(() -> dead);
        }
        tell(new Heard.Off());
    }

    public boolean hasPower() {
        return computer.isPresent();
    }

    /** Pulls the network cable, or puts it back. @throws IllegalStateException if this gate has none */
    public void plugCable(boolean in) {
        cable.orElseThrow(() -> new IllegalStateException(name() + " has no cable to pull"))
                .plug(in);
        ring();
    }

    /** Whether it could be connected to the server's broker, and will be if it is not at this moment. */
    boolean isReachable() {
        return hasPower() && (cable.isEmpty() || cable.get().isIn());
    }

    public Duration clockAhead() {
        return clock.ahead();
    }

    /** Winds the clock of its computer. @param ahead of the world's time; negative: behind it */
    public void windClock(Duration ahead, boolean synchronised) {
        clock.setAhead(ahead);
        clock.setSynchronised(synchronised);
        ring();
    }

    /** Lays a card on the reader and waits for the answer. */
    public GateAnswer tap(VirtualCard card) throws InterruptedException {
        return decided(reader -> reader.present(card));
    }

    /** Shows what no chip says, and waits for the answer. */
    public GateAnswer show(CardRead read) throws InterruptedException {
        return decided(reader -> reader.show(read, 0));
    }

    private GateAnswer decided(Consumer<FieldReader> act) throws InterruptedException {
        synchronized (atReader) {
            tappedAt = Instant.now();
            Answers answers = new Answers(name(), turnstile, tappedAt);
            BlockingQueue<Heard> heard = new LinkedBlockingQueue<>();
            try (Subscription _ = hear(heard::add)) {
                Optional<GateComputer> running = computer;
                if (running.isEmpty()) {
                    return answers.nothing(Optional.empty());
                }
                act.accept(running.get().reader());
                return new DecisionWait(heard, PATIENCE)
                        .await()
                        .map(answers::decision)
                        .orElseGet(() -> answers.nothing(Optional.empty()));
            }
        }
    }

    /** Pushes the arm, and waits for what the gate makes of it if it turns. */
    public GateAnswer pushArm() throws InterruptedException {
        synchronized (atArm) {
            return turn(false);
        }
    }

    /**
     * Somebody goes through behind the one who may: the arm is pushed where it is free, and then forced once more. What the gate
     * makes of each turn, in their order.
     */
    public List<GateAnswer> tailgate() throws InterruptedException {
        synchronized (atArm) {
            List<GateAnswer> passages = new ArrayList<>();
            if (turnstile.isFree()) {
                passages.add(turn(false));
            }
            passages.add(turn(true));
            return passages;
        }
    }

    private GateAnswer turn(boolean forced) throws InterruptedException {
        Answers answers = new Answers(name(), turnstile, tappedAt);
        BlockingQueue<Heard> heard = new LinkedBlockingQueue<>();
        try (Subscription _ = hear(heard::add)) {
            boolean turned = forced || turnstile.push();
            if (forced) {
                turnstile.forceTurn();
            }
            if (!turned || !hasPower()) {
                return answers.nothing(Optional.of(turned));
            }
            return answers.passage(
                    await(heard, PATIENCE, facts -> facts.hasAccessTaken() || facts.hasUnattributedPassage()));
        }
    }

    /** The fire panel's contact; waits until the gate has heard of it and switched. */
    public void fire(boolean active) throws InterruptedException {
        BlockingQueue<Heard> heard = new LinkedBlockingQueue<>();
        try (Subscription _ = hear(heard::add)) {
            turnstile.fire(active);
            if (hasPower()) {
                await(heard, HEARD, facts -> active ? facts.hasFireReleaseStarted() : facts.hasFireReleaseEnded());
            }
        }
    }

    /** Waits until the gate decides by all its lists, at the latest until the time is over. @return whether it does */
    public boolean awaitLists(Duration patience) {
        try {
            return listsApplied.await(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Highest sequence in the gate's journal. @throws IllegalStateException without power */
    public long journalLast() {
        return running().journalLast();
    }

    /** Highest sequence that the server has acknowledged. @throws IllegalStateException without power */
    public long acknowledged() {
        return running().acknowledged();
    }

    private GateComputer running() {
        return computer.orElseThrow(() -> new IllegalStateException(name() + " has no power"));
    }

    /** The newest events of its journal, oldest first; a few dozen. They are known without power too. */
    public List<GateEvent> recentEvents() {
        synchronized (events) {
            return List.copyOf(events);
        }
    }

    public GateState state() {
        return new GateState(
                name(),
                direction().name(),
                hasPower(),
                cable.isEmpty() || cable.get().isIn(),
                turnstile.relayOn() ? "RELEASED" : "LOCKED",
                turnstile.isFire(),
                turnstile.isFree(),
                turnstile.turns(),
                turnstile.indicators(),
                new GateState.Wound(clock.ahead().toMinutes(), clock.isSynchronised()),
                computer.map(this::program));
    }

    private GateState.Program program(GateComputer running) {
        GateTime now = running.clock().now();
        List<GateState.ListKnown> lists = new ArrayList<>();
        synchronized (versions) {
            versions.forEach((list, version) -> running.clock()
                    .issuedAt(list)
                    .ifPresent(issued -> lists.add(new GateState.ListKnown(
                            list,
                            version,
                            issued,
                            Math.max(0, Duration.between(issued, now.wall()).toMillis())))));
        }
        long acknowledged = running.acknowledged();
        long last = running.journalLast();
        return new GateState.Program(
                running.isConnected(),
                last,
                acknowledged,
                Math.max(0, last - acknowledged),
                now.wall(),
                now.trust().name().replace("CLOCK_TRUST_", ""),
                lists);
    }

    /** Calls back for each event that enters the journal, on the gate's loop; must be quick. */
    public Subscription onEvent(Consumer<GateEvent> listener) {
        return hear(heard -> {
            if (heard instanceof Heard.Appended(GateEvent event)) {
                listener.accept(event);
            }
        });
    }

    /** Calls back for each list that the gate begins to decide by, on the gate's loop. */
    public Subscription onListApplied(ListListener listener) {
        return onEvent(event -> {
            if (event.facts().hasListApplied()) {
                listener.applied(
                        event.facts().getListApplied().getList(),
                        event.facts().getListApplied().getVersion(),
                        Instant.now());
            }
        });
    }

    /** Calls back when something about the gate has changed that {@link #state} shows, on any thread; must not block. */
    public Subscription onChange(Runnable bell) {
        bells.add(bell);
        return () -> bells.remove(bell);
    }

    /** Hears of a list that decides from now on. */
    @FunctionalInterface
    public interface ListListener {
        void applied(String list, long version, Instant at);
    }

    private Subscription hear(Consumer<Heard> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    private void tell(Heard heard) {
        listeners.forEach(listener -> listener.accept(heard));
        ring();
    }

    private void ring() {
        bells.forEach(Runnable::run);
    }

    private static Optional<GateEvent> await(
            BlockingQueue<Heard> heard, Duration patience, Predicate<EventFacts> wanted) throws InterruptedException {
        long deadlineNs = System.nanoTime() + patience.toNanos();
        while (true) {
            Heard next = heard.poll(deadlineNs - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (next == null || next instanceof Heard.Off) {
                return Optional.empty();
            }
            if (next instanceof Heard.Appended(GateEvent event) && wanted.test(event.facts())) {
                return Optional.of(event);
            }
        }
    }

    /** Of one run of the program. */
    private final class Ears implements GateComputer.Hearing {

        @Override
        public void started(List<ChainedEvent> newest) {
            synchronized (events) {
                events.clear();
                for (ChainedEvent event : newest) {
                    try {
                        events.add(GateEvent.of(event));
                    } catch (InvalidProtocolBufferException e) {
                        throw new IllegalStateException("a journal of another program at " + name(), e);
                    }
                }
            }
        }

        @Override
        public void appended(long sequence, EventFacts facts, Optional<Subject> subject) {
            GateEvent event = new GateEvent(sequence, facts, subject);
            synchronized (events) {
                events.add(event);
                if (events.size() > EVENTS_KEPT) {
                    events.removeFirst();
                }
            }
            if (facts.hasListApplied()) {
                synchronized (versions) {
                    if (versions.put(
                                    facts.getListApplied().getList(),
                                    facts.getListApplied().getVersion())
                            == null) {
                        listsApplied.countDown();
                    }
                }
            }
            tell(new Heard.Appended(event));
        }

        @Override
        public void shown(Turnstile.Indication indication) {
            tell(new Heard.Shown(indication));
        }
    }

    @Override
    public void close() throws IOException {
        try {
            stop();
        } finally {
            cable.ifPresent(NetworkCable::close);
            turnstile.close();
        }
    }
}
