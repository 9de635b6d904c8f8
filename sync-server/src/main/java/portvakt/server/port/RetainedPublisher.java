package portvakt.server.port;

import java.util.concurrent.CompletableFuture;

/** Puts retained messages into the broker, QoS 1. Safe for any thread, does not block. */
public interface RetainedPublisher {

    /**
     * @param payload empty to clear the topic
     * @return completes when the broker has it; fails if the broker is away or refuses
     */
    CompletableFuture<Void> publishRetained(String topic, byte[] payload);
}
