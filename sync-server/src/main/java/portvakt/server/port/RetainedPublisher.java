package portvakt.server.port;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Puts retained messages into the broker, QoS 1. Safe for any thread, does not block. */
public interface RetainedPublisher {

    /**
     * @param payload empty to clear the topic
     * @return completes when the broker has it; fails if the broker is away or refuses
     */
    CompletableFuture<Void> publishRetained(String topic, byte[] payload);

    /**
     * As {@link #publishRetained(String, byte[])}, and the broker forgets the message by itself after this time (MQTT 5 §
     * 3.3.2.3.3). Where that cannot be asked for it stays until it is cleared: whoever calls this clears it too.
     */
    default CompletableFuture<Void> publishRetained(String topic, byte[] payload, Duration expiry) {
        return publishRetained(topic, payload);
    }
}
