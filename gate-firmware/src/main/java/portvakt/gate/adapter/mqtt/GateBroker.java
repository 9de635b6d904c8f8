package portvakt.gate.adapter.mqtt;

import java.util.concurrent.CompletableFuture;

/** What a gate asks of its session at the broker, with or without a connection. Any thread. */
public interface GateBroker {

    /**
     * Publishes with QoS 1; may wait while too many are on their way.
     *
     * @return done when the broker has it; failed where there is no connection, it is lost, or the broker refuses
     */
    CompletableFuture<Void> publish(String topic, byte[] payload, boolean retained);

    /** Publishes with QoS 0: lost where there is no connection. Returns at once. */
    void publishAtMostOnce(String topic, byte[] payload);

    /** Returns at once. @param retained whether what is retained there is to come too */
    CompletableFuture<Void> subscribe(String filter, boolean retained);

    /** Returns at once. */
    CompletableFuture<Void> unsubscribe(String filter);
}
