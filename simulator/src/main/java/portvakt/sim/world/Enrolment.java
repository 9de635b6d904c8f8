package portvakt.sim.world;

import portvakt.gate.journal.SealKey;
import portvakt.gate.status.TrustReplica;
import portvakt.protocol.Topics.GateAddress;
import portvakt.protocol.event.JournalStart;

/**
 * What a gate's computer was enrolled with.
 *
 * @param computer from 1: which one of this name it is; a copy of its card is the same one
 */
record Enrolment(GateAddress address, int computer, JournalStart journal, TrustReplica.Start trust) {

    static Enrolment first(GateAddress address) {
        return new Enrolment(address, 1, JournalStart.NONE, WorldKeys.get().start());
    }

    /** Of the computer that takes this one's place. @param end the newest event that the server has of the gate */
    Enrolment next(JournalStart end, byte[] trustFile) {
        return new Enrolment(address, computer + 1, end, WorldKeys.get().start(trustFile));
    }

    SealKey sealKey() {
        return GateSeals.of(address, computer);
    }

    byte[] certificate() {
        return GateSeals.certificate(address, computer);
    }
}
