package portvakt.sim.site;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import portvakt.gate.Gate;
import portvakt.gate.access.CardRead;
import portvakt.gate.adapter.display.DisplayConfig;
import portvakt.gate.adapter.display.DisplayServer;
import portvakt.gate.adapter.display.Screens;
import portvakt.gate.adapter.file.DataFolder;
import portvakt.gate.adapter.gpio.Pi4jTurnstile;
import portvakt.gate.adapter.gpio.TurnstileConfig;
import portvakt.gate.adapter.os.SystemClock;
import portvakt.gate.adapter.pcsc.ChipLayout;
import portvakt.gate.journal.SegmentedJournal;
import portvakt.protocol.DenialReason;
import portvakt.protocol.Direction;
import portvakt.protocol.v1.AccessGranted;
import portvakt.protocol.v1.DecisionEvidence;
import portvakt.protocol.v1.EventFacts;
import portvakt.sim.device.SimulatedTurnstile;
import portvakt.sim.device.VirtualCard;

/**
 * The real gate on a simulated reader and turnstile, in this process. One person at a time: {@link #tap} and {@link #pushArm}
 * wait for each other. May be stopped and started again; its disk stays.
 */
public final class SimulatedGate implements AutoCloseable {

    /** Longer than a card may wait at the gate, and a release and a turn may take. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** For a contact that may have been so already. */
    private static final Duration HEARD = Duration.ofSeconds(2);

    private static final String READER = "card";

    /** The lines of the demo's turnstile; all there is. */
    public static final TurnstileConfig LINES = new TurnstileConfig(
            new TurnstileConfig.Output(22, TurnstileConfig.Level.HIGH),
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

    private record Appended(long sequence, EventFacts facts) {}

    private final Gate.Settings settings;
    private final Path dataFolder;
    private final Optional<ChipLayout> layout;
    private final Optional<DisplayConfig> display;
    private final SimulatedTurnstile turnstile = new SimulatedTurnstile(LINES);
    private DataFolder data;
    private SegmentedJournal journal;
    private ObservedJournal observed;
    private FieldReader reader;
    private Gate gate;
    private CountDownLatch listsApplied;
    private Instant tappedAt = Instant.EPOCH;

    /** Without a display. */
    public SimulatedGate(Gate.Settings settings, Path dataFolder, Optional<ChipLayout> layout) {
        this(settings, dataFolder, layout, Optional.empty());
    }

    public SimulatedGate(
            Gate.Settings settings, Path dataFolder, Optional<ChipLayout> layout, Optional<DisplayConfig> display) {
        this.settings = settings;
        this.dataFolder = dataFolder;
        this.layout = layout;
        this.display = display;
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
    public synchronized void start() throws IOException {
        data = DataFolder.lock(dataFolder);
        try {
            journal = SegmentedJournal.open(data.disk(), SegmentedJournal.Limits.DEFAULT);
            try {
                startGate();
            } catch (IOException | RuntimeException e) {
                journal.close();
                throw e;
            }
        } catch (IOException | RuntimeException e) {
            data.close();
            throw e;
        }
    }

    private void startGate() throws IOException {
        observed = new ObservedJournal(journal);
        CountDownLatch applied = new CountDownLatch(settings.lists().size());
        Set<String> seen = ConcurrentHashMap.newKeySet();
        observed.listen((_, facts, _) -> {
            if (facts.hasListApplied() && seen.add(facts.getListApplied().getList())) {
                applied.countDown();
            }
        });
        listsApplied = applied;
        reader = new FieldReader(READER, layout);
        gate = Gate.start(
                settings,
                new Gate.Outside(
                        new Pi4jTurnstile(turnstile.context(), LINES),
                        List.of(reader),
                        observed,
                        journal.cutBytes(),
                        data.disk(),
                        new SystemClock(Optional.empty()),
                        display.map(config -> new DisplayServer(
                                config,
                                // The one reader takes whatever is shown: cards, and what a camera would see.
                                new Screens(
                                        config,
                                        new Screens.Place(
                                                name(), direction(), Optional.of(READER), Optional.of(READER)))))));
    }

    /** Switches it off in an orderly way. */
    public synchronized void stop() throws IOException {
        if (gate != null) {
            gate.close();
            gate = null;
            try {
                journal.close();
            } finally {
                data.close();
            }
        }
    }

    /** Lays a card on the reader and waits for the answer. */
    public GateAnswer tap(VirtualCard card) throws InterruptedException {
        return decided(() -> reader.present(card));
    }

    /** Shows what no chip says, and waits for the answer. */
    public GateAnswer show(CardRead read) throws InterruptedException {
        return decided(() -> reader.show(read, 0));
    }

    private synchronized GateAnswer decided(Runnable act) throws InterruptedException {
        BlockingQueue<Appended> events = new LinkedBlockingQueue<>();
        try (Subscription _ = observed.listen((sequence, facts, _) -> events.add(new Appended(sequence, facts)))) {
            tappedAt = Instant.now();
            act.run();
            Optional<Appended> decision =
                    await(events, PATIENCE, facts -> facts.hasAccessGranted() || facts.hasAccessDenied());
            return decision.map(this::answer).orElseGet(() -> nothing(Optional.empty()));
        }
    }

    /** Pushes the arm, and waits for what the gate makes of it if it turns. */
    public synchronized GateAnswer pushArm() throws InterruptedException {
        BlockingQueue<Appended> events = new LinkedBlockingQueue<>();
        try (Subscription _ = observed.listen((sequence, facts, _) -> events.add(new Appended(sequence, facts)))) {
            boolean turned = turnstile.push();
            if (!turned) {
                return nothing(Optional.of(false));
            }
            Optional<Appended> passage =
                    await(events, PATIENCE, facts -> facts.hasAccessTaken() || facts.hasUnattributedPassage());
            return passage(passage, Optional.of(true));
        }
    }

    /** The fire panel's contact; waits until the gate has heard of it and switched. */
    public synchronized void fire(boolean active) throws InterruptedException {
        BlockingQueue<Appended> events = new LinkedBlockingQueue<>();
        try (Subscription _ = observed.listen((sequence, facts, _) -> events.add(new Appended(sequence, facts)))) {
            turnstile.fire(active);
            await(events, HEARD, facts -> active ? facts.hasFireReleaseStarted() : facts.hasFireReleaseEnded());
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

    /** Highest sequence in the gate's journal. */
    public synchronized long journalLast() {
        return journal.last();
    }

    /** Highest sequence that the server has acknowledged. */
    public synchronized long acknowledged() {
        return journal.acknowledged();
    }

    /** Calls back for each list that the gate begins to decide by, on the gate's loop. */
    public synchronized Subscription onListApplied(ListListener listener) {
        return observed.listen((_, facts, _) -> {
            if (facts.hasListApplied()) {
                listener.applied(
                        facts.getListApplied().getList(), facts.getListApplied().getVersion(), Instant.now());
            }
        });
    }

    /** Hears of a list that decides from now on. */
    @FunctionalInterface
    public interface ListListener {
        void applied(String list, long version, Instant at);
    }

    private interface Wanted {
        boolean is(EventFacts facts);
    }

    private static Optional<Appended> await(BlockingQueue<Appended> events, Duration patience, Wanted wanted)
            throws InterruptedException {
        long deadlineNs = System.nanoTime() + patience.toNanos();
        while (true) {
            Appended next = events.poll(deadlineNs - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (next == null || wanted.is(next.facts())) {
                return Optional.ofNullable(next);
            }
        }
    }

    private GateAnswer answer(Appended decision) {
        EventFacts facts = decision.facts();
        boolean granted = facts.hasAccessGranted();
        DecisionEvidence evidence = granted
                ? facts.getAccessGranted().getEvidence()
                : facts.getAccessDenied().getEvidence();
        return new GateAnswer(
                name(),
                Optional.of(granted ? "GRANTED" : "DENIED"),
                granted
                        ? Optional.empty()
                        : Optional.of(
                                DenialReason.ofCode(facts.getAccessDenied().getReason())
                                        .name()),
                granted ? flags(facts.getAccessGranted()) : List.of(),
                Optional.of(decision.sequence()),
                evidence.getListsList().stream().findFirst().map(list -> list.getList()),
                evidence.getListsList().stream().findFirst().map(list -> list.getVersion()),
                evidence.getListsList().stream().findFirst().map(list -> list.getAgeMs()),
                Optional.of(TimeUnit.NANOSECONDS.toMicros(evidence.getDecideNs())),
                granted ? Optional.of("PENDING") : Optional.empty(),
                Optional.empty(),
                relay(granted));
    }

    private static List<String> flags(AccessGranted granted) {
        return granted.getFlagsList().stream()
                .map(code -> DenialReason.ofCode(code).name())
                .toList();
    }

    private GateAnswer passage(Optional<Appended> passage, Optional<Boolean> turned) {
        Optional<String> what = passage.map(event -> event.facts().hasAccessTaken() ? "TAKEN" : "UNATTRIBUTED");
        return new GateAnswer(
                name(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                passage.map(Appended::sequence),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                what,
                turned,
                relay(false));
    }

    private GateAnswer nothing(Optional<Boolean> turned) {
        return passage(Optional.empty(), turned);
    }

    /** The grant is in the journal a moment before the relay switches. */
    private List<GateAnswer.Relay> relay(boolean expected) {
        long deadlineNs = System.nanoTime() + Duration.ofSeconds(2).toNanos();
        while (expected && switched().isEmpty() && System.nanoTime() - deadlineNs < 0) {
            Thread.onSpinWait();
        }
        return switched();
    }

    private List<GateAnswer.Relay> switched() {
        return turnstile.relayChanges().stream()
                .filter(change -> !change.at().isBefore(tappedAt))
                .map(change -> new GateAnswer.Relay(change.on(), change.at()))
                .toList();
    }

    @Override
    public void close() throws IOException {
        stop();
        turnstile.close();
    }
}
