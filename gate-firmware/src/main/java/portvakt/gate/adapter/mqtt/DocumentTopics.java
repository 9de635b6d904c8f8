package portvakt.gate.adapter.mqtt;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/** Asks for the signed documents, in their order: at each new connection, once more soon after, and when one could not be stored. Any thread. */
final class DocumentTopics {

    /** A retained message that is published while the broker subscribes us can be missed; a starting server publishes many. */
    static final Duration AGAIN = Duration.ofSeconds(2);

    /** One that could not be stored is asked for again so much later, and so on: a full disk may have room by then. */
    static final Duration STORE_AGAIN = Duration.ofMinutes(1);

    private final Map<String, SignedTopic> documents = new LinkedHashMap<>();
    private final Consumer<String> subscribe;
    /** Uptime at which all is to be asked for once more. */
    private OptionalLong askAtNs = OptionalLong.empty();

    /** @param subscribe to a topic, with what is retained there; returns at once */
    DocumentTopics(List<SignedTopic> documents, Consumer<String> subscribe) {
        documents.forEach(document -> this.documents.put(document.topic(), document));
        this.subscribe = subscribe;
    }

    Optional<SignedTopic> find(String topic) {
        return Optional.ofNullable(documents.get(topic));
    }

    synchronized void connected(long nowNs) {
        askAtNs = OptionalLong.of(nowNs + AGAIN.toNanos());
        ask();
    }

    synchronized void lost() {
        askAtNs = OptionalLong.empty();
    }

    /** A document has come and could not be stored, so it counts for nothing. */
    synchronized void notStored(long nowNs) {
        if (askAtNs.isEmpty()) {
            askAtNs = OptionalLong.of(nowNs + STORE_AGAIN.toNanos());
        }
    }

    /** To be called about once a second. */
    synchronized void tick(long nowNs) {
        if (askAtNs.isPresent() && nowNs - askAtNs.getAsLong() >= 0) {
            askAtNs = OptionalLong.empty();
            ask();
        }
    }

    /** Subscribing anew brings what is retained once more (MQTT 5 § 3.8.4). */
    synchronized void ask() {
        documents.keySet().forEach(subscribe);
    }
}
