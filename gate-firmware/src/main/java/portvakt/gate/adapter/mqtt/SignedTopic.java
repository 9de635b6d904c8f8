package portvakt.gate.adapter.mqtt;

import java.io.IOException;
import java.util.function.Consumer;
import portvakt.gate.loop.Signal;
import portvakt.gate.status.EnrolmentReplica;
import portvakt.gate.status.ListRefusedException;
import portvakt.gate.status.PolicyReplica;
import portvakt.protocol.Topics;
import portvakt.protocol.sign.SignedFacts;

/**
 * A retained topic with one signed document, of which a gate keeps the newest.
 *
 * @param name how it is called in refusals
 */
public record SignedTopic(String name, String topic, Taker taker) {

    /** @param inbox the loop's; does not block */
    public static SignedTopic enrolments(String site, EnrolmentReplica replica, Consumer<Signal> inbox) {
        return new SignedTopic(
                SignedFacts.ENROLMENTS,
                Topics.enrolments(site),
                bytes -> replica.document(bytes).ifPresent(known -> inbox.accept(new Signal.EnrolmentsChanged(known))));
    }

    /** @param inbox the loop's; does not block */
    public static SignedTopic policy(String site, PolicyReplica replica, Consumer<Signal> inbox) {
        return new SignedTopic(
                SignedFacts.POLICY,
                Topics.policy(site),
                bytes -> replica.document(bytes).ifPresent(rules -> inbox.accept(new Signal.PolicyChanged(rules))));
    }

    /** Takes each document as it comes, on the session's thread. */
    public interface Taker {

        /**
         * @throws IOException if it cannot be stored, or ({@code InvalidProtocolBufferException}) is no such document
         * @throws ListRefusedException if it does not prove
         */
        void take(byte[] document) throws IOException, ListRefusedException;
    }
}
