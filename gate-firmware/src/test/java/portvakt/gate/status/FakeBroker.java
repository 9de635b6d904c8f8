package portvakt.gate.status;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/**
 * A broker with one client, in memory: it keeps retained messages, and, if told so, loses some of what it sends, sends it twice, or
 * in another order.
 */
final class FakeBroker implements ListPublisher.Broker {

    record Message(String topic, byte[] payload) {}

    private final Map<String, byte[]> retained = new TreeMap<>();
    private final Set<String> filters = new TreeSet<>();
    private final List<Message> queue = new ArrayList<>();
    private final RandomGenerator random;
    private boolean faulty;

    FakeBroker(RandomGenerator random) {
        this.random = random;
    }

    void setFaulty(boolean now) {
        faulty = now;
    }

    @Override
    public void publish(String topic, byte[] payload) {
        retained.put(topic, payload);
        filters.stream().filter(filter -> matches(filter, topic)).forEach(_ -> send(topic, payload));
    }

    @Override
    public void takeBack(String topic) {
        retained.remove(topic);
    }

    Set<String> retainedTopics() {
        return retained.keySet();
    }

    byte[] retained(String topic) {
        return retained.get(topic);
    }

    void subscribe(String filter, boolean withRetained) {
        filters.add(filter);
        if (withRetained) {
            retained.forEach((topic, payload) -> {
                if (matches(filter, topic)) {
                    send(topic, payload);
                }
            });
        }
    }

    void unsubscribe(String filter) {
        filters.remove(filter);
    }

    Set<String> filters() {
        return filters;
    }

    /** What was on its way is lost, and the client's subscriptions are gone. */
    void disconnect() {
        filters.clear();
        queue.clear();
    }

    Optional<Message> next() {
        return queue.isEmpty() ? Optional.empty() : Optional.of(queue.removeFirst());
    }

    private void send(String topic, byte[] payload) {
        int dice = faulty ? random.nextInt(12) : 12;
        if (dice == 0) {
            return;
        }
        queue.add(new Message(topic, payload));
        if (dice == 1) {
            queue.add(new Message(topic, payload));
        } else if (dice == 2) {
            queue.add(random.nextInt(queue.size()), queue.removeLast());
        }
    }

    private static boolean matches(String filter, String topic) {
        return topic.matches(filter.replace("+", "[^/]+"));
    }
}
