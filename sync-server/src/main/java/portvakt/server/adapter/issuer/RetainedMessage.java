package portvakt.server.adapter.issuer;

import java.time.Duration;
import java.util.Optional;

/** What is to lie in the broker. @param payload empty for nothing @param expiry when the broker forgets it by itself */
record RetainedMessage(String topic, byte[] payload, Optional<Duration> expiry) {

    static RetainedMessage lasting(String topic, byte[] payload) {
        return new RetainedMessage(topic, payload, Optional.empty());
    }

    static RetainedMessage cleared(String topic) {
        return lasting(topic, new byte[0]);
    }
}
