package portvakt.gate.loop;

import java.util.List;
import java.util.Optional;
import portvakt.gate.access.AccessDecision;
import portvakt.gate.access.Credential;
import portvakt.gate.port.ReaderSignal;
import portvakt.protocol.Assurance;
import portvakt.protocol.v1.DecisionEvidence;
import portvakt.protocol.v1.ListEvidence;

/** What a decision carries, so that it can be played back. */
final class Evidence {

    private Evidence() {}

    static DecisionEvidence of(
            ReaderSignal.Presented presented,
            Optional<Credential> about,
            List<AccessDecision.ListUsed> used,
            long policyVersion,
            long decideNs) {
        DecisionEvidence.Builder evidence = DecisionEvidence.newBuilder()
                .setReader(presented.reader())
                .setReadNs(presented.readNs())
                .setDecideNs(decideNs)
                .setPolicyVersion(policyVersion);
        about.ifPresent(
                credential -> evidence.setAssurance(credential.assurance().wire()));
        for (AccessDecision.ListUsed list : used) {
            evidence.addLists(ListEvidence.newBuilder()
                    .setList(list.list())
                    .setEpoch(list.epoch())
                    .setVersion(list.version())
                    .setAgeMs(list.age().toMillis())
                    .setState(list.state().wire()));
        }
        return evidence.build();
    }

    /** For a log line. Card numbers and UIDs mask themselves; a name is never among them. */
    static String describe(Optional<Credential> about) {
        return about.map(credential -> credential
                        .card()
                        .map(card -> (credential.assurance() == Assurance.SIGNED_PASS ? "pass " : "card ") + card)
                        .orElse("UID " + credential.uid().map(Object::toString).orElse("none")))
                .orElse("nobody");
    }
}
