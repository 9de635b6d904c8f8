package portvakt.gate.adapter.mqtt;

import java.io.IOException;
import portvakt.gate.status.ListRefusedException;

/**
 * A retained topic with one signed document, of which a gate keeps the newest.
 *
 * @param name how it is called in refusals
 */
public record SignedTopic(String name, String topic, Taker taker) {

    /** Takes each document as it comes, on the session's thread. */
    public interface Taker {

        /**
         * @throws IOException if it cannot be stored, or ({@code InvalidProtocolBufferException}) is no such document
         * @throws ListRefusedException if it does not prove
         */
        void take(byte[] document) throws IOException, ListRefusedException;
    }
}
