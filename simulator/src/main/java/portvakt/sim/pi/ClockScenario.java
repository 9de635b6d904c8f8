package portvakt.sim.pi;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import portvakt.protocol.v1.ChainedEvent;
import portvakt.protocol.v1.EventFacts;
import portvakt.server.port.LogEntry;

/** A Pi has no clock that runs without power: one is switched on in 1970, and the network that would tell it the time is not heard. */
final class ClockScenario {

    private static final String EPOCH = "1970-01-01T00:00:00";

    private ClockScenario() {}

    /** @param disk of a gate that has had a list and the right time before */
    static String run(PiImages images, PiServer server, Path disk, Path folder)
            throws IOException, InterruptedException {
        try (PiMachine machine =
                        PiMachine.on(images, new PiMachine.Parts(disk, Optional.empty(), Optional.of(EPOCH)), folder);
                PiGate gate = new PiGate(machine, server, folder)) {
            gate.awaitReady();
            String told = machine.run("date -u +%Y-%m-%d", PiGate.PATIENCE);
            long before = gate.journal().events().size();
            long rowsBefore = server.newest();
            gate.lay(PassageScenarios.WORKER);
            EventFacts decision = Wait.until(
                    PiGate.PATIENCE,
                    500,
                    () -> "a decision in the journal; the gate said: " + gate.log(),
                    () -> decisionAfter(gate, before));
            gate.takeCardAway();
            FailedException.unless(
                    !decision.getClockTrust().name().endsWith("SYNCHRONISED"),
                    "the gate trusts a clock that nobody has set");
            machine.run("date -u -s @" + Instant.now().getEpochSecond(), PiGate.PATIENCE);
            gate.clockIsRight();
            LogEntry late = server.await(
                    rowsBefore,
                    decision.hasAccessGranted() ? "AccessGranted" : "AccessDenied",
                    PiGate.PATIENCE,
                    any -> true);
            long rightBefore = server.newest();
            gate.passage(PassageScenarios.WORKER);
            LogEntry right = server.await(rightBefore, "AccessGranted", PiGate.PATIENCE, any -> true);
            FailedException.unless(
                    right.clockTrust().endsWith("SYNCHRONISED"), "with the right time: " + right.clockTrust());
            machine.shutDown();
            return "the Pi takes it for " + told + "; trust " + late.clockTrust() + ", " + late.kind()
                    + late.reason().map(reason -> " " + reason).orElse("") + " with " + late.flags()
                    + "; with the time set: " + right.clockTrust() + ", " + right.flags();
        }
    }

    private static Optional<EventFacts> decisionAfter(PiGate gate, long sequence)
            throws IOException, InterruptedException {
        List<ChainedEvent> events = gate.journal().events();
        return events.stream()
                .skip(sequence)
                .map(PiJournal::facts)
                .filter(facts -> facts.hasAccessGranted() || facts.hasAccessDenied())
                .findFirst();
    }
}
