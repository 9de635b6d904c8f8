package portvakt.gate.loop;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.gate.access.AccessDecision;
import portvakt.gate.access.AccessPolicy;
import portvakt.gate.access.CardList;
import portvakt.gate.access.Credential;
import portvakt.gate.access.Decision;
import portvakt.gate.access.Enrolments;
import portvakt.gate.access.GateTime;
import portvakt.gate.passage.Grant;
import portvakt.gate.passage.Passage;
import portvakt.gate.port.Clock;
import portvakt.gate.port.EventJournal;
import portvakt.gate.port.ReaderSignal;
import portvakt.gate.port.Turnstile;
import portvakt.gate.port.Turnstile.Indication;
import portvakt.gate.port.TurnstileSignal;
import portvakt.gate.port.Uplink;
import portvakt.protocol.DenialReason;
import portvakt.protocol.Direction;
import portvakt.protocol.v1.AccessDenied;
import portvakt.protocol.v1.AccessGranted;
import portvakt.protocol.v1.AccessNotTaken;
import portvakt.protocol.v1.AccessTaken;
import portvakt.protocol.v1.Alarm;
import portvakt.protocol.v1.DecisionEvidence;
import portvakt.protocol.v1.DeviceChanged;
import portvakt.protocol.v1.EventFacts;
import portvakt.protocol.v1.FireReleaseEnded;
import portvakt.protocol.v1.FireReleaseStarted;
import portvakt.protocol.v1.GateStarted;
import portvakt.protocol.v1.GateStopped;
import portvakt.protocol.v1.ListApplied;
import portvakt.protocol.v1.ListEvidence;
import portvakt.protocol.v1.ListRefused;
import portvakt.protocol.v1.RequestToExit;
import portvakt.protocol.v1.UnattributedPassage;

/**
 * What a gate does with each {@link Signal}: decide, journal, release, show. Steppable: the owner hands in signals and calls
 * {@link #tick} when {@link #deadlineNs} is due; {@link LoopThread} is that owner in a running gate. Not thread-safe.
 *
 * <p>An entrance opens only after its grant stands in the journal. The journal's sync and the passage run side by side, since a
 * passage takes a second and a sync milliseconds; but nobody else is let in before the last grant is durable, so a power cut
 * can cost at most the one passage that it stops anyway.
 */
public final class GateLoop {

    private static final Logger LOG = LoggerFactory.getLogger(GateLoop.class);

    /** Cards that may wait while somebody goes through. */
    static final int WAITING_CARDS_MAX = 1;

    static final Duration WAITING_TIME_MAX = Duration.ofSeconds(10);
    static final Duration DENIAL_SHOWN_FOR = Duration.ofSeconds(2);
    private static final Duration JOURNAL_RETRY = Duration.ofSeconds(1);

    private record WaitingCard(ReaderSignal.Presented presented, long sinceNs) {}

    private final AccessPolicy policy;
    private final Passage passage;
    private final Clock clock;
    private final EventJournal journal;
    private final EventRecorder recorder;
    private final RetryingTurnstile turnstile;
    private final Consumer<Uplink.Report> reports;

    private final Map<String, CardList> lists = new TreeMap<>();
    private final Map<String, Uplink.AppliedList> applied = new TreeMap<>();
    private final Map<String, Uplink.Device> devices = new TreeMap<>();
    private final Deque<WaitingCard> waiting = new ArrayDeque<>();
    private final ChatterLimit chatter = new ChatterLimit();
    private Enrolments enrolments = Enrolments.NONE;
    private Passage.State state = new Passage.State.Locked();
    private long lastGrantSequence;
    private boolean journalBroken;
    private OptionalLong readyAtNs = OptionalLong.empty();
    private OptionalLong journalRetryAtNs = OptionalLong.empty();

    /**
     * @param recorder puts events into {@code journal}
     * @param reports  takes what the gate tells of itself; returns at once
     */
    GateLoop(
            AccessPolicy policy,
            Passage passage,
            Clock clock,
            EventJournal journal,
            EventRecorder recorder,
            Turnstile turnstile,
            Consumer<Uplink.Report> reports) {
        this.policy = policy;
        this.passage = passage;
        this.clock = clock;
        this.journal = journal;
        this.recorder = recorder;
        this.turnstile = new RetryingTurnstile(turnstile, detail -> alarm("TURNSTILE_FAULT", detail));
        this.reports = reports;
    }

    void started(String firmware, long journalCutBytes) {
        recorder.record(recorder.facts(clock.now())
                .setGateStarted(GateStarted.newBuilder().setFirmware(firmware).setJournalCutBytes(journalCutBytes)));
        turnstile.show(Indication.READY);
    }

    /** Takes one signal wholly: all its effects are done when it returns. */
    void on(Signal signal) {
        switch (signal) {
            case Signal.FromReader(ReaderSignal.Presented presented) -> presented(presented);
            case Signal.FromReader(ReaderSignal.Ready ready) -> device(ready.reader(), true, ready.detail());
            case Signal.FromReader(ReaderSignal.Lost lost) -> device(lost.reader(), false, lost.detail());
            case Signal.FromTurnstile(TurnstileSignal.ArmTurned _) -> step(new Passage.Event.ArmTurned());
            case Signal.FromTurnstile(TurnstileSignal.RequestToExit _) -> step(new Passage.Event.RequestToExit());
            case Signal.FromTurnstile(TurnstileSignal.Fire fire) ->
                step(fire.active() ? new Passage.Event.FireStarted() : new Passage.Event.FireEnded());
            case Signal.FromTurnstile(TurnstileSignal.Fault fault) -> alarm("TURNSTILE_FAULT", fault.detail());
            case Signal.JournalDurable _ -> journalWorks();
            case Signal.JournalFailed failed -> journalFails(failed.cause());
            case Signal.ListInstalled installed -> listInstalled(installed);
            case Signal.ListRefused refused -> listRefused(refused);
            case Signal.EnrolmentsChanged changed -> enrolments = changed.enrolments();
            case Signal.Alarmed alarmed -> alarm(alarmed.kind(), alarmed.detail());
            case Signal.Stop _ -> stop();
        }
        serveWaiting();
    }

    /** Call when {@link #deadlineNs} is due; early or late does no harm. */
    void tick() {
        long nowNs = clock.now().uptimeNs();
        turnstile.retryIfDue(nowNs);
        step(new Passage.Event.Tick());
        if (isDue(readyAtNs, nowNs)) {
            readyAtNs = OptionalLong.empty();
            showState();
        }
        if (isDue(journalRetryAtNs, nowNs)) {
            journalRetryAtNs =
                    recorder.flush() ? OptionalLong.empty() : OptionalLong.of(nowNs + JOURNAL_RETRY.toNanos());
        }
        serveWaiting();
    }

    /** Uptime of the next {@link #tick}, if one is due at all. */
    OptionalLong deadlineNs() {
        OptionalLong deadline = earlier(
                earlier(Passage.deadlineNs(state), turnstile.retryAtNs()), earlier(readyAtNs, journalRetryAtNs));
        return waiting.isEmpty()
                ? deadline
                : earlier(deadline, OptionalLong.of(waiting.getFirst().sinceNs() + WAITING_TIME_MAX.toNanos()));
    }

    private void presented(ReaderSignal.Presented presented) {
        if (canDecide()) {
            decide(presented);
            return;
        }
        Optional<Credential> shown = Decision.decide(presented.read(), lists.values(), enrolments, policy, clock.now())
                        instanceof AccessDecision.Granted granted
                ? Optional.of(granted.credential())
                : Optional.empty();
        boolean goingThrough = shown.isPresent()
                && Passage.grant(state)
                        .filter(grant -> grant.credential().sameHolder(shown.get()))
                        .isPresent();
        if (goingThrough) {
            // Too late to go on this grant once the arm is locked again: wait for its end, then show the card again.
            turnstile.show(state instanceof Passage.State.Settling ? Indication.WAIT : Indication.GRANTED);
        } else if (waiting.size() < WAITING_CARDS_MAX) {
            waiting.add(new WaitingCard(presented, clock.now().uptimeNs()));
            turnstile.show(Indication.WAIT);
        } else if (waiting.stream().anyMatch(card -> card.presented().read().equals(presented.read()))) {
            turnstile.show(Indication.WAIT);
        } else {
            deny(presented, DenialReason.GATE_BUSY, shown, List.of(), 0);
        }
    }

    private boolean canDecide() {
        return Passage.accepts(state) && (journalBroken || lastGrantSequence <= journal.durable());
    }

    private void serveWaiting() {
        while (!waiting.isEmpty()) {
            WaitingCard card = waiting.getFirst();
            if (clock.now().uptimeNs() - card.sinceNs() >= WAITING_TIME_MAX.toNanos()) {
                waiting.removeFirst();
                deny(card.presented(), DenialReason.GATE_BUSY, Optional.empty(), List.of(), 0);
            } else if (canDecide()) {
                waiting.removeFirst();
                decide(card.presented());
            } else {
                return;
            }
        }
    }

    private void decide(ReaderSignal.Presented presented) {
        GateTime now = clock.now();
        AccessDecision decision = Decision.decide(presented.read(), lists.values(), enrolments, policy, now);
        long decideNs = clock.now().uptimeNs() - now.uptimeNs();
        switch (decision) {
            case AccessDecision.Granted granted -> grant(presented, granted, decideNs);
            case AccessDecision.Denied denied ->
                deny(presented, denied.reason(), denied.credential(), denied.lists(), decideNs);
        }
    }

    private void grant(ReaderSignal.Presented presented, AccessDecision.Granted granted, long decideNs) {
        Optional<Credential> about = Optional.of(granted.credential());
        EventFacts.Builder facts = recorder.facts(clock.now())
                .setAccessGranted(AccessGranted.newBuilder()
                        .setEvidence(evidence(presented, about, granted.lists(), decideNs))
                        .addAllFlags(
                                granted.flags().stream().map(DenialReason::code).toList()));
        boolean entrance = policy.direction() == Direction.IN;
        OptionalLong sequence = journalBroken && entrance ? OptionalLong.empty() : recorder.recordNow(facts, about);
        if (sequence.isEmpty() && entrance) {
            journalRetry();
            deny(presented, DenialReason.JOURNAL_UNAVAILABLE, about, granted.lists(), decideNs);
            return;
        }
        if (sequence.isEmpty()) {
            // Leaving is never blocked; the event waits in memory.
            recorder.record(facts, about);
            journalRetry();
        }
        lastGrantSequence = sequence.orElse(lastGrantSequence);
        readyAtNs = OptionalLong.empty();
        step(new Passage.Event.Granted(new Grant(sequence.orElse(0), granted.credential())));
        LOG.info("Granted {} by {}", describe(about), presented.reader());
    }

    private void deny(
            ReaderSignal.Presented presented,
            DenialReason reason,
            Optional<Credential> about,
            List<AccessDecision.ListUsed> used,
            long decideNs) {
        recorder.record(
                recorder.facts(clock.now())
                        .setAccessDenied(AccessDenied.newBuilder()
                                .setEvidence(evidence(presented, about, used, decideNs))
                                .setReason(reason.code())),
                about);
        if (recorder.hasWaiting()) {
            journalRetry();
        }
        if (!(state instanceof Passage.State.Free)) {
            turnstile.show(reason == DenialReason.GATE_BUSY ? Indication.WAIT : Indication.DENIED);
            readyAtNs = OptionalLong.of(clock.now().uptimeNs() + DENIAL_SHOWN_FOR.toNanos());
        }
        LOG.info("Denied {} by {}: {}", describe(about), presented.reader(), reason);
    }

    /** Card numbers and UIDs mask themselves; a name is never among them. */
    private static String describe(Optional<Credential> about) {
        return about.map(credential -> credential
                        .card()
                        .map(card -> "card " + card)
                        .orElse("UID " + credential.uid().map(Object::toString).orElse("none")))
                .orElse("nobody");
    }

    private static DecisionEvidence evidence(
            ReaderSignal.Presented presented,
            Optional<Credential> about,
            List<AccessDecision.ListUsed> used,
            long decideNs) {
        DecisionEvidence.Builder evidence = DecisionEvidence.newBuilder()
                .setReader(presented.reader())
                .setReadNs(presented.readNs())
                .setDecideNs(decideNs);
        about.ifPresent(
                credential -> evidence.setAssurance(credential.assurance().wire()));
        for (AccessDecision.ListUsed list : used) {
            evidence.addLists(ListEvidence.newBuilder()
                    .setList(list.list())
                    .setEpoch(list.epoch())
                    .setVersion(list.version())
                    .setAgeMs(list.age().toMillis()));
        }
        return evidence.build();
    }

    private void step(Passage.Event event) {
        Passage.Step step = passage.step(state, event, clock.now().uptimeNs());
        boolean changed = !step.state().equals(state);
        state = step.state();
        boolean opens = false;
        for (Passage.Effect effect : step.effects()) {
            act(effect);
            opens |= effect instanceof Passage.Effect.Release;
        }
        if (opens) {
            // Whoever may go now must see it at once, whatever was shown to the one before.
            readyAtNs = OptionalLong.empty();
        }
        if (changed && readyAtNs.isEmpty()) {
            showState();
        }
    }

    private void act(Passage.Effect effect) {
        GateTime now = clock.now();
        EventFacts.Builder facts = recorder.facts(now);
        switch (effect) {
            case Passage.Effect.Release _ -> {
                if (state instanceof Passage.State.Free) {
                    turnstile.free(now.uptimeNs());
                } else {
                    turnstile.release(now.uptimeNs());
                }
            }
            case Passage.Effect.Lock _ -> turnstile.lock(now.uptimeNs());
            case Passage.Effect.Taken taken ->
                recorder.record(
                        facts.setAccessTaken(AccessTaken.newBuilder()
                                .setGrantedSequence(taken.grant().sequence())),
                        Optional.of(taken.grant().credential()));
            case Passage.Effect.NotTaken notTaken ->
                recorder.record(
                        facts.setAccessNotTaken(AccessNotTaken.newBuilder()
                                .setGrantedSequence(notTaken.grant().sequence())),
                        Optional.of(notTaken.grant().credential()));
            case Passage.Effect.Unattributed unattributed ->
                recorder.record(facts.setUnattributedPassage(
                        UnattributedPassage.newBuilder().setCause(wire(unattributed.cause()))));
            case Passage.Effect.ExitRequested _ ->
                recorder.record(facts.setRequestToExit(RequestToExit.getDefaultInstance()));
            case Passage.Effect.FireReleaseStarted _ -> {
                LOG.warn("Fire: the turnstile is free");
                recorder.record(facts.setFireReleaseStarted(FireReleaseStarted.getDefaultInstance()));
            }
            case Passage.Effect.FireReleaseEnded _ ->
                recorder.record(facts.setFireReleaseEnded(FireReleaseEnded.getDefaultInstance()));
        }
    }

    private static UnattributedPassage.Cause wire(Passage.Cause cause) {
        return switch (cause) {
            case REQUEST_TO_EXIT -> UnattributedPassage.Cause.CAUSE_REQUEST_TO_EXIT;
            case FIRE_RELEASE -> UnattributedPassage.Cause.CAUSE_FIRE_RELEASE;
            case FORCED -> UnattributedPassage.Cause.CAUSE_FORCED;
        };
    }

    private void showState() {
        turnstile.show(
                switch (state) {
                    case Passage.State.Locked _ -> Indication.READY;
                    case Passage.State.Released _, Passage.State.ReleasedForExit _ -> Indication.GRANTED;
                    case Passage.State.Settling _, Passage.State.SettlingForExit _ -> Indication.WAIT;
                    case Passage.State.Free _ -> Indication.FREE;
                });
    }

    private void device(String name, boolean ready, String detail) {
        LOG.info("{} {}: {}", name, ready ? "is ready" : "is lost", detail);
        devices.put(name, new Uplink.Device(name, ready, detail));
        recorder.record(recorder.facts(clock.now())
                .setDeviceChanged(DeviceChanged.newBuilder()
                        .setDevice(name)
                        .setReady(ready)
                        .setDetail(ChatterLimit.clip(detail))));
        report();
    }

    private void alarm(String kind, String detail) {
        LOG.warn("Alarm {}: {}", kind, detail);
        GateTime now = clock.now();
        chatter.admit(kind, now.uptimeNs())
                .ifPresent(suppressed -> recorder.record(recorder.facts(now)
                        .setAlarm(Alarm.newBuilder().setKind(kind).setDetail(detail(detail, suppressed)))));
    }

    private static String detail(String detail, long suppressed) {
        return ChatterLimit.clip(detail) + (suppressed == 0 ? "" : " (and " + suppressed + " more before)");
    }

    private void journalWorks() {
        if (journalBroken) {
            LOG.info("The journal can be written again");
            journalBroken = false;
            devices.put("journal", new Uplink.Device("journal", true, ""));
            report();
        }
    }

    private void journalFails(String cause) {
        if (!journalBroken) {
            journalBroken = true;
            devices.put("journal", new Uplink.Device("journal", false, cause));
            alarm("JOURNAL_UNAVAILABLE", cause);
            report();
        }
    }

    private void journalRetry() {
        if (journalRetryAtNs.isEmpty()) {
            journalRetryAtNs = OptionalLong.of(clock.now().uptimeNs() + JOURNAL_RETRY.toNanos());
        }
    }

    private void listInstalled(Signal.ListInstalled installed) {
        CardList list = installed.list();
        lists.put(list.list(), list);
        GateTime now = clock.now();
        Uplink.AppliedList before = applied.get(list.list());
        applied.put(
                list.list(),
                new Uplink.AppliedList(
                        list.list(),
                        list.epoch(),
                        list.version(),
                        list.issuedAt().toEpochMilli(),
                        installed.newVersion() || before == null ? now.wall().toEpochMilli() : before.appliedAtMs()));
        if (installed.newVersion()) {
            LOG.info("List {} version {} decides from now on", list.list(), list.version());
            recorder.record(recorder.facts(now)
                    .setListApplied(ListApplied.newBuilder()
                            .setList(list.list())
                            .setEpoch(list.epoch())
                            .setVersion(list.version())
                            .setIssuedAtMs(list.issuedAt().toEpochMilli())));
        }
        installed.notStored().ifPresent(cause -> alarm("LIST_NOT_STORED", cause));
        report();
    }

    private void listRefused(Signal.ListRefused refused) {
        LOG.warn("Refused list {}: {}, {}", refused.list(), refused.cause(), refused.detail());
        GateTime now = clock.now();
        chatter.admit("LIST_REFUSED " + refused.cause(), now.uptimeNs())
                .ifPresent(suppressed -> recorder.record(recorder.facts(now)
                        .setListRefused(ListRefused.newBuilder()
                                .setList(refused.list())
                                .setCause(refused.cause().name())
                                .setDetail(detail(refused.detail(), suppressed)))));
    }

    private void stop() {
        Passage.grant(state).ifPresent(grant -> act(new Passage.Effect.NotTaken(grant)));
        if (!(state instanceof Passage.State.Free)) {
            turnstile.lock(clock.now().uptimeNs());
        }
        state = new Passage.State.Locked();
        // A card that waited must not open what has just been locked for good.
        for (WaitingCard card = waiting.poll(); card != null; card = waiting.poll()) {
            deny(card.presented(), DenialReason.GATE_BUSY, Optional.empty(), List.of(), 0);
        }
        recorder.record(recorder.facts(clock.now()).setGateStopped(GateStopped.getDefaultInstance()));
    }

    private void report() {
        reports.accept(new Uplink.Report(new ArrayList<>(devices.values()), new ArrayList<>(applied.values())));
    }

    private static boolean isDue(OptionalLong atNs, long nowNs) {
        return atNs.isPresent() && nowNs - atNs.getAsLong() >= 0;
    }

    private static OptionalLong earlier(OptionalLong one, OptionalLong other) {
        if (one.isEmpty() || other.isEmpty()) {
            return one.isPresent() ? one : other;
        }
        return one.getAsLong() - other.getAsLong() < 0 ? one : other;
    }
}
