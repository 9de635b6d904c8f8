package portvakt.gate.loop;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.gate.access.AccessDecision;
import portvakt.gate.access.CardList;
import portvakt.gate.access.Credential;
import portvakt.gate.access.Enrolments;
import portvakt.gate.access.GateTime;
import portvakt.gate.access.SiteRules;
import portvakt.gate.passage.Grant;
import portvakt.gate.passage.Passage;
import portvakt.gate.port.Clock;
import portvakt.gate.port.Display;
import portvakt.gate.port.EventJournal;
import portvakt.gate.port.JournalOpening;
import portvakt.gate.port.ReaderSignal;
import portvakt.gate.port.Turnstile;
import portvakt.gate.port.TurnstileSignal;
import portvakt.protocol.DenialReason;
import portvakt.protocol.Direction;
import portvakt.protocol.v1.AccessDenied;
import portvakt.protocol.v1.AccessGranted;
import portvakt.protocol.v1.AccessNotTaken;
import portvakt.protocol.v1.AccessTaken;
import portvakt.protocol.v1.DecisionEvidence;
import portvakt.protocol.v1.EventFacts;
import portvakt.protocol.v1.FireReleaseEnded;
import portvakt.protocol.v1.FireReleaseStarted;
import portvakt.protocol.v1.GateStarted;
import portvakt.protocol.v1.GateStopped;
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

    private final DecisionBasis basis;
    private final Passage passage;
    private final Clock clock;
    private final EventJournal journal;
    private final EventRecorder recorder;
    private final RetryingTurnstile turnstile;
    private final Front front;
    private final Notices notices;
    private final Sealer sealer;
    private final JournalWatch journalWatch;

    private final Deque<WaitingCard> waiting = new ArrayDeque<>();
    private Passage.State state = new Passage.State.Locked();
    private long lastGrantSequence;
    private boolean journalBroken;
    private OptionalLong readyAtNs = OptionalLong.empty();
    private OptionalLong journalRetryAtNs = OptionalLong.empty();

    /**
     * @param recorder puts events into {@code journal}
     * @param notices  tells of the gate itself
     * @param sealer   signs what is in {@code journal}
     */
    GateLoop(
            DecisionBasis basis,
            Passage passage,
            Clock clock,
            EventJournal journal,
            EventRecorder recorder,
            Turnstile turnstile,
            Notices notices,
            Sealer sealer) {
        this.basis = basis;
        this.passage = passage;
        this.clock = clock;
        this.journal = journal;
        this.recorder = recorder;
        this.turnstile = new RetryingTurnstile(turnstile, detail -> notices.alarm("TURNSTILE_FAULT", detail));
        this.front = new Front(this.turnstile, basis.policy().direction() == Direction.IN);
        this.notices = notices;
        this.sealer = sealer;
        this.journalWatch = new JournalWatch(journal, notices);
    }

    /** Before {@link #started} only. */
    void showOn(Display display) {
        front.display(display);
    }

    void started(String firmware, JournalOpening opening) {
        recorder.record(recorder.facts(clock.now())
                .setGateStarted(GateStarted.newBuilder()
                        .setFirmware(firmware)
                        .setJournalCutBytes(opening.cutBytes())
                        .setGoesOnAfterSequence(opening.goesOnAfter())));
        // The second event, and no later one: by its being there the next start knows that it was told.
        opening.setAside().ifPresent(detail -> notices.alarm("JOURNAL_SET_ASIDE", detail));
        sealer.seal(clock.now());
        front.ready();
        tellFront();
    }

    /** Takes one signal wholly: all its effects are done when it returns. */
    void on(Signal signal) {
        switch (signal) {
            case Signal.FromReader(ReaderSignal.Presented presented) -> presented(presented);
            case Signal.FromReader(ReaderSignal.Ready ready) -> reader(ready.reader(), true, ready.detail());
            case Signal.FromReader(ReaderSignal.Lost lost) -> reader(lost.reader(), false, lost.detail());
            case Signal.FromTurnstile(TurnstileSignal.ArmTurned _) -> step(new Passage.Event.ArmTurned());
            case Signal.FromTurnstile(TurnstileSignal.RequestToExit _) -> step(new Passage.Event.RequestToExit());
            case Signal.FromTurnstile(TurnstileSignal.Fire fire) ->
                step(fire.active() ? new Passage.Event.FireStarted() : new Passage.Event.FireEnded());
            case Signal.FromTurnstile(TurnstileSignal.Fault fault) -> notices.alarm("TURNSTILE_FAULT", fault.detail());
            case Signal.JournalDurable _ -> journalWorks();
            case Signal.JournalFailed failed -> journalFails(failed.cause());
            case Signal.ListInstalled installed -> listInstalled(installed);
            case Signal.ListRefused refused -> notices.listRefused(refused);
            case Signal.EnrolmentsChanged changed -> enrolmentsChanged(changed.enrolments());
            case Signal.PassesChanged changed -> basis.passesChanged(changed.passes());
            case Signal.PolicyChanged changed -> policyChanged(changed.rules());
            case Signal.PassbackHeard heard -> basis.passback().heard(heard.news(), clock.now());
            case Signal.ServerReachable server -> front.server(server.reachable());
            case Signal.FromDisplay(Display.Health health) -> device("display", health.up(), health.detail());
            case Signal.Alarmed alarmed -> notices.alarm(alarmed.kind(), alarmed.detail());
            case Signal.Stop _ -> stop();
        }
        serveWaiting();
        tellFront();
    }

    /** Call when {@link #deadlineNs} is due; early or late does no harm. */
    void tick() {
        GateTime now = clock.now();
        long nowNs = now.uptimeNs();
        clock.faults().forEach(fault -> notices.alarm(fault.kind(), fault.detail()));
        notices.tick(now);
        boolean news = journalWatch.tick(now);
        if (reviewLists(now) || news) {
            report();
        }
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
        tellFront();
    }

    /** For what can wait until nobody does. Call when there is no signal to take. */
    void idle() {
        if (waiting.isEmpty() && Passage.accepts(state)) {
            sealer.sealIfDue(clock.now());
        }
    }

    /** Uptime of the next {@link #tick}, if one is due at all. */
    OptionalLong deadlineNs() {
        OptionalLong deadline = earlier(
                earlier(Passage.deadlineNs(state), turnstile.retryAtNs()),
                earlier(front.deadlineNs(), earlier(readyAtNs, journalRetryAtNs)));
        return waiting.isEmpty()
                ? deadline
                : earlier(deadline, OptionalLong.of(waiting.getFirst().sinceNs() + WAITING_TIME_MAX.toNanos()));
    }

    private void presented(ReaderSignal.Presented presented) {
        if (canDecide()) {
            decide(presented);
            return;
        }
        Optional<Credential> shown =
                basis.decide(presented.read(), clock.now()) instanceof AccessDecision.Granted granted
                        ? Optional.of(granted.credential())
                        : Optional.empty();
        boolean goingThrough = shown.isPresent()
                && Passage.grant(state)
                        .filter(grant -> grant.credential().sameHolder(shown.get()))
                        .isPresent();
        if (goingThrough) {
            // Too late to go on this grant once the arm is locked again: wait for its end, then show the card again.
            if (state instanceof Passage.State.Settling) {
                front.waiting();
            } else {
                front.granted(shown);
            }
        } else if (waiting.size() < WAITING_CARDS_MAX) {
            waiting.add(new WaitingCard(presented, clock.now().uptimeNs()));
            front.waiting();
        } else if (waiting.stream().anyMatch(card -> card.presented().read().equals(presented.read()))) {
            front.waiting();
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
        AccessDecision decision = basis.decide(presented.read(), now);
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
        boolean entrance = basis.policy().direction() == Direction.IN;
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
        LOG.info("Granted {} by {}", Evidence.describe(about), presented.reader());
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
            front.denied(reason, about, clock.now().uptimeNs());
            readyAtNs = OptionalLong.of(clock.now().uptimeNs() + DENIAL_SHOWN_FOR.toNanos());
        }
        LOG.info("Denied {} by {}: {}", Evidence.describe(about), presented.reader(), reason);
    }

    private DecisionEvidence evidence(
            ReaderSignal.Presented presented,
            Optional<Credential> about,
            List<AccessDecision.ListUsed> used,
            long decideNs) {
        return Evidence.of(presented, about, used, basis.policy().version(), decideNs);
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
            case Passage.Effect.Taken taken -> {
                recorder.record(
                        facts.setAccessTaken(AccessTaken.newBuilder()
                                .setGrantedSequence(taken.grant().sequence())),
                        Optional.of(taken.grant().credential()));
                if (basis.policy().direction() == Direction.IN && !(state instanceof Passage.State.Free)) {
                    taken.grant()
                            .credential()
                            .card()
                            .ifPresent(card -> basis.passback().entered(card, now));
                }
            }
            case Passage.Effect.NotTaken notTaken ->
                recorder.record(
                        facts.setAccessNotTaken(AccessNotTaken.newBuilder()
                                .setGrantedSequence(notTaken.grant().sequence())),
                        Optional.of(notTaken.grant().credential()));
            case Passage.Effect.Unattributed unattributed -> {
                recorder.record(facts.setUnattributedPassage(
                        UnattributedPassage.newBuilder().setCause(wire(unattributed.cause()))));
                basis.passback().somebodyLeft();
            }
            case Passage.Effect.ExitRequested _ ->
                recorder.record(facts.setRequestToExit(RequestToExit.getDefaultInstance()));
            case Passage.Effect.FireReleaseStarted _ -> {
                LOG.warn("Fire: the turnstile is free");
                recorder.record(facts.setFireReleaseStarted(FireReleaseStarted.getDefaultInstance()));
                basis.passback().somebodyLeft();
            }
            case Passage.Effect.FireReleaseEnded _ -> {
                recorder.record(facts.setFireReleaseEnded(FireReleaseEnded.getDefaultInstance()));
                basis.passback().somebodyLeft();
            }
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
        switch (state) {
            case Passage.State.Locked _ -> front.ready();
            case Passage.State.Released released ->
                front.granted(Optional.of(released.grant().credential()));
            case Passage.State.ReleasedForExit _ -> front.releasedForExit();
            case Passage.State.Settling _, Passage.State.SettlingForExit _ -> front.waiting();
            case Passage.State.Free _ -> front.free();
        }
    }

    private void tellFront() {
        front.tell(
                clock.now().uptimeNs(),
                state instanceof Passage.State.Locked && readyAtNs.isEmpty(),
                journalBroken,
                basis.listsOld());
    }

    private void reader(String name, boolean works, String detail) {
        front.reader(name, works);
        device(name, works, detail);
    }

    private void device(String name, boolean ready, String detail) {
        notices.device(name, ready, detail);
        report();
    }

    private void journalWorks() {
        if (journalBroken) {
            LOG.info("The journal can be written again");
            journalBroken = false;
            notices.deviceState("journal", true, "");
            report();
        }
    }

    private void journalFails(String cause) {
        if (!journalBroken) {
            journalBroken = true;
            notices.deviceState("journal", false, cause);
            notices.alarm("JOURNAL_UNAVAILABLE", cause);
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
        clock.signed(list.list(), list.epoch(), list.issuedAt());
        GateTime now = clock.now();
        basis.installed(list, installed.newVersion(), now);
        if (installed.newVersion()) {
            notices.listApplied(list);
        }
        installed.notStored().ifPresent(cause -> notices.alarm("LIST_NOT_STORED", cause));
        reviewLists(now);
        report();
    }

    private void enrolmentsChanged(Enrolments enrolments) {
        basis.enrolmentsChanged(enrolments);
        report();
    }

    private void policyChanged(SiteRules rules) {
        LOG.info("Version {} of the site's policy holds from now on", rules.version());
        basis.policyChanged(rules);
        reviewLists(clock.now());
        report();
    }

    /** @return whether a list's state has changed, so that the server should be told */
    private boolean reviewLists(GateTime now) {
        List<DecisionBasis.StateChange> changes = basis.review(now);
        changes.forEach(notices::listState);
        return !changes.isEmpty();
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
        sealer.seal(clock.now());
    }

    private void report() {
        notices.report(basis.applied(), basis.policy().version(), basis.enrolmentsVersion());
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
