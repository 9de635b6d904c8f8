package portvakt.server.evidence;

import java.security.cert.X509Certificate;
import java.util.Optional;
import portvakt.protocol.Topics.GateAddress;
import portvakt.protocol.event.EventChain;
import portvakt.protocol.event.JournalSeal;
import portvakt.protocol.v1.ChainedEvent;
import portvakt.protocol.v1.EventFacts;
import portvakt.protocol.v1.JournalSealed;

/** Whether a seal in a gate's journal is the gate's. */
public final class SealCheck {

    /** What a seal is worth. */
    public sealed interface Verdict {
        /** The gate vouches for everything before it. */
        record Proves(X509Certificate by) implements Verdict {}

        /** Nothing is known to check it with. */
        record Unchecked() implements Verdict {}

        /** @param cause plain English, names the sequence */
        record Wrong(String cause) implements Verdict {}
    }

    private SealCheck() {}

    /** @param facts those of the event, with a {@link JournalSealed} as their body */
    public static Verdict of(GateAddress gate, ChainedEvent event, EventFacts facts, GateCertificates known) {
        if (known.isEmpty()) {
            return new Verdict.Unchecked();
        }
        JournalSealed seal = facts.getJournalSealed();
        Optional<X509Certificate> certificate = known.find(seal.getCertificateSha256());
        if (certificate.isEmpty()) {
            return new Verdict.Wrong(
                    "the seal at event " + event.getSequence() + " names a certificate that this gate was not given");
        }
        boolean proves = event.getPreviousHash().size() == EventChain.HASH_BYTES
                && JournalSeal.proves(
                        certificate.get().getPublicKey(),
                        seal.getSignature(),
                        gate,
                        event.getSequence(),
                        event.getPreviousHash(),
                        facts.getOccurredAtMs());
        return proves
                ? new Verdict.Proves(certificate.get())
                : new Verdict.Wrong("the seal at event " + event.getSequence() + " is not the gate's signature");
    }
}
