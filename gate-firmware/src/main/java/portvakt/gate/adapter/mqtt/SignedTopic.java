package portvakt.gate.adapter.mqtt;

import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import portvakt.gate.loop.Signal;
import portvakt.gate.status.EnrolmentReplica;
import portvakt.gate.status.ListRefusedException;
import portvakt.gate.status.PassbackReader;
import portvakt.gate.status.PolicyReplica;
import portvakt.gate.status.TrustReplica;
import portvakt.protocol.Topics;
import portvakt.protocol.sign.SignedFacts;

/**
 * A topic with signed documents: of those that are retained a gate keeps the newest.
 *
 * @param name how it is called in refusals
 */
public record SignedTopic(String name, String topic, Taker taker) {

    /** All that a gate keeps besides lists; the trust file first, since the others are believed by it. */
    public static List<SignedTopic> all(
            String site,
            TrustReplica trust,
            EnrolmentReplica enrolments,
            PolicyReplica policy,
            PassbackReader passback,
            Consumer<Signal> inbox) {
        return List.of(
                new SignedTopic(TrustReplica.NAME, Topics.trust(), bytes -> {
                    boolean changed = trust.document(bytes);
                    if (changed) {
                        inbox.accept(new Signal.PassesChanged(trust.passes(site)));
                    }
                    return changed;
                }),
                new SignedTopic(SignedFacts.ENROLMENTS, Topics.enrolments(site), bytes -> {
                    enrolments.document(bytes).ifPresent(known -> inbox.accept(new Signal.EnrolmentsChanged(known)));
                    return false;
                }),
                new SignedTopic(SignedFacts.POLICY, Topics.policy(site), bytes -> {
                    policy.document(bytes).ifPresent(rules -> inbox.accept(new Signal.PolicyChanged(rules)));
                    return false;
                }),
                new SignedTopic(SignedFacts.PASSBACK, Topics.passback(site), bytes -> {
                    inbox.accept(new Signal.PassbackHeard(passback.read(bytes)));
                    return false;
                }));
    }

    /** Takes each document as it comes, on the session's thread. */
    public interface Taker {

        /**
         * @return whether something that was refused before may be believed now: then all is asked for once more
         * @throws IOException if it cannot be stored, or ({@code InvalidProtocolBufferException}) is no such document
         * @throws ListRefusedException if it does not prove
         */
        boolean take(byte[] document) throws IOException, ListRefusedException;
    }
}
