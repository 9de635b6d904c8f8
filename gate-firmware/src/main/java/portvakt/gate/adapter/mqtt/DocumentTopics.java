package portvakt.gate.adapter.mqtt;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/** Asks for the signed documents, in their order: at each new connection, and once more soon after. Any thread. */
final class DocumentTopics {

    /** A retained message that is published while the broker subscribes us can be missed; a starting server publishes many. */
    static final Duration AGAIN = Duration.ofSeconds(2);

    private final Map<String, SignedTopic> documents = new LinkedHashMap<>();
    private final Consumer<String> subscribe;
    /** Uptime of a connection that is so new that all is to be asked for once more. */
    private OptionalLong connectedNs = OptionalLong.empty();

    /** @param subscribe to a topic, with what is retained there; returns at once */
    DocumentTopics(List<SignedTopic> documents, Consumer<String> subscribe) {
        documents.forEach(document -> this.documents.put(document.topic(), document));
        this.subscribe = subscribe;
    }

    Optional<SignedTopic> find(String topic) {
        return Optional.ofNullable(documents.get(topic));
    }

    synchronized void connected(long nowNs) {
        connectedNs = OptionalLong.of(nowNs);
        ask();
    }

    synchronized void lost() {
        connectedNs = OptionalLong.empty();
    }

    /** To be called about once a second. */
    synchronized void tick(long nowNs) {
        if (connectedNs.isPresent() && nowNs - connectedNs.getAsLong() >= AGAIN.toNanos()) {
            connectedNs = OptionalLong.empty();
            ask();
        }
    }

    /** Subscribing anew brings what is retained once more (MQTT 5 § 3.8.4). */
    synchronized void ask() {
        documents.keySet().forEach(subscribe);
    }
}
