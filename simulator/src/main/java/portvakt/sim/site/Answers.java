package portvakt.sim.site;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import portvakt.protocol.DenialReason;
import portvakt.protocol.v1.AccessGranted;
import portvakt.protocol.v1.DecisionEvidence;
import portvakt.protocol.v1.EventFacts;
import portvakt.protocol.v1.ListEvidence;
import portvakt.sim.device.SimulatedTurnstile;

/** Makes of a gate's events the answers to whoever did something to it. @param since when it was done: the relay is told from there on */
record Answers(String gate, SimulatedTurnstile turnstile, Instant since) {

    GateAnswer decision(GateEvent decision) {
        EventFacts facts = decision.facts();
        boolean granted = facts.hasAccessGranted();
        DecisionEvidence evidence = granted
                ? facts.getAccessGranted().getEvidence()
                : facts.getAccessDenied().getEvidence();
        Optional<ListEvidence> list = evidence.getListsList().stream().findFirst();
        return new GateAnswer(
                gate,
                Optional.of(granted ? "GRANTED" : "DENIED"),
                granted
                        ? Optional.empty()
                        : Optional.of(
                                DenialReason.ofCode(facts.getAccessDenied().getReason())
                                        .name()),
                granted ? flags(facts.getAccessGranted()) : List.of(),
                Optional.of(decision.sequence()),
                list.map(ListEvidence::getList),
                list.map(ListEvidence::getVersion),
                list.map(ListEvidence::getAgeMs),
                Optional.of(TimeUnit.NANOSECONDS.toMicros(evidence.getDecideNs())),
                granted ? Optional.of("PENDING") : Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                relay(granted));
    }

    private static List<String> flags(AccessGranted granted) {
        return granted.getFlagsList().stream()
                .map(code -> DenialReason.ofCode(code).name())
                .toList();
    }

    /** Of an arm that turned. */
    GateAnswer passage(Optional<GateEvent> passage) {
        Optional<EventFacts> facts = passage.map(GateEvent::facts);
        return passage(
                passage.map(GateEvent::sequence),
                facts.map(each -> each.hasAccessTaken() ? "TAKEN" : "UNATTRIBUTED"),
                facts.filter(EventFacts::hasUnattributedPassage)
                        .map(each ->
                                each.getUnattributedPassage().getCause().name().replace("CAUSE_", "")),
                Optional.of(true));
    }

    /** The gate said nothing of it. @param turned whether the arm turned, if it was pushed */
    GateAnswer nothing(Optional<Boolean> turned) {
        return passage(Optional.empty(), Optional.empty(), Optional.empty(), turned);
    }

    private GateAnswer passage(
            Optional<Long> sequence, Optional<String> what, Optional<String> cause, Optional<Boolean> turned) {
        return new GateAnswer(
                gate,
                Optional.empty(),
                Optional.empty(),
                List.of(),
                sequence,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                what,
                cause,
                turned,
                relay(false));
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
                .filter(change -> !change.at().isBefore(since))
                .map(change -> new GateAnswer.Relay(change.on(), change.at()))
                .toList();
    }
}
