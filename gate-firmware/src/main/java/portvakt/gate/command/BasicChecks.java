package portvakt.gate.command;

import java.io.IOException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import portvakt.gate.GateConfig;
import portvakt.gate.GateIdentity;
import portvakt.gate.check.Finding;
import portvakt.gate.check.Finding.Check;
import portvakt.gate.check.Judge;
import portvakt.gate.check.Machine;

/** What selftest and rescue both look at: identity, clock, disk, board and the way to the server. */
final class BasicChecks {

    private final GateConfig settings;
    private final InstantSource time;
    private final Consumer<Finding> told;
    private final List<Finding> findings = new ArrayList<>();

    /** @param told hears of each as it comes */
    BasicChecks(GateConfig settings, InstantSource time, Consumer<Finding> told) {
        this.settings = settings;
        this.time = time;
        this.told = told;
    }

    void add(Finding finding) {
        findings.add(finding);
        told.accept(finding);
    }

    List<Finding> findings() {
        return List.copyOf(findings);
    }

    /**
     * @param write whether the disk may be written to
     * @return the machine, by whose word the rest is judged
     */
    Machine run(boolean write) {
        Optional<GateIdentity> identity = Optional.empty();
        Optional<String> fault = Optional.empty();
        try {
            identity = Optional.of(GateIdentity.load(settings.identityFolder(), settings.lists()));
        } catch (IOException e) {
            fault = Optional.of(e.getMessage());
        }
        Machine machine = new ThisMachine(settings, identity, time);
        Machine.Clock clock = machine.clock();
        add(
                fault.isPresent()
                        ? Finding.fail(Check.IDENTITY, "bad", fault.get())
                        : identity(identity.orElseThrow().key().certificate(), clock));
        add(Judge.clock(clock));
        add(Judge.disk(machine.disk(write)));
        add(Judge.board(machine.board()));
        if (fault.isEmpty()) {
            add(Judge.server(machine.server(), clock.right()));
        }
        return machine;
    }

    private Finding identity(X509Certificate certificate, Machine.Clock clock) {
        String named = certificate.getSubjectX500Principal().getName();
        String wanted = "CN=" + settings.address().clientId();
        return named.equals(wanted)
                ? Judge.certificate(
                        certificate.getNotBefore().toInstant(),
                        certificate.getNotAfter().toInstant(),
                        clock.now(),
                        clock.right())
                : Finding.fail(Check.IDENTITY, "other", named, wanted);
    }
}
