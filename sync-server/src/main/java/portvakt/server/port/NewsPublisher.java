package portvakt.server.port;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Publishes what is worth something only now, QoS 1, not retained. Safe for any thread, does not block. */
@FunctionalInterface
public interface NewsPublisher {

    /**
     * @param expiry after which the broker gives the message to nobody any more (MQTT 5 § 3.3.2.3.3)
     * @return completes when the broker has it; fails if the broker is away or refuses
     */
    CompletableFuture<Void> publish(String topic, byte[] payload, Duration expiry);
}
