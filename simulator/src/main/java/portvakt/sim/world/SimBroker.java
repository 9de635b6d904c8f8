package portvakt.sim.world;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * An MQTT 5 broker: what it retains, and who is connected. It comes back from a hard stop as it was some messages before, or with
 * nothing. What happens on the way to and from it is {@link SimSession}'s.
 */
final class SimBroker {

    /** Messages that a hard stop may cost, at most. */
    private static final int UNDONE_MAX = 20;

    /** A message that a client sent. */
    interface Watch {
        void taken(String client, String topic, byte[] payload);
    }

    private record Before(String topic, Optional<byte[]> payload) {}

    private final Map<String, byte[]> retained = new TreeMap<>();
    private final Deque<Before> undo = new ArrayDeque<>();
    private final List<SimSession> sessions = new ArrayList<>();
    private final Dice dice;
    private final Watch watch;
    private boolean up = true;
    private String swallowed = "";
    private int swallows;

    SimBroker(Dice dice, Watch watch) {
        this.dice = dice;
        this.watch = watch;
    }

    boolean isUp() {
        return up;
    }

    void join(SimSession session) {
        sessions.add(session);
    }

    /** A client that is gone for good. */
    void leave(SimSession session) {
        sessions.remove(session);
    }

    /** A client connects: no other connection by its identifier stays (MQTT 5 § 3.1.4). */
    void takeOver(SimSession by) {
        List.copyOf(sessions).forEach(session -> session.takenOver(by));
    }

    Map<String, byte[]> retained() {
        return retained;
    }

    /** A message of a client has arrived. */
    void take(String client, String topic, byte[] payload, boolean retain) {
        if (swallows > 0 && topic.equals(swallowed)) {
            swallows--;
            return;
        }
        watch.taken(client, topic, payload);
        if (retain) {
            undo.add(new Before(topic, Optional.ofNullable(retained.get(topic))));
            if (undo.size() > UNDONE_MAX) {
                undo.removeFirst();
            }
            if (payload.length == 0) {
                retained.remove(topic);
            } else {
                retained.put(topic, payload);
            }
        }
        for (SimSession session : List.copyOf(sessions)) {
            if (session.wants(topic)) {
                session.deliver(topic, payload, false);
            }
        }
    }

    /** It stops between two writes to its disk. @param forgets whether it loses all that it had */
    void stop(boolean forgets) {
        up = false;
        sessions.forEach(session -> session.brokerGone(forgets));
        for (int count = dice.below(UNDONE_MAX + 1); count > 0 && !undo.isEmpty(); count--) {
            Before before = undo.removeLast();
            before.payload()
                    .ifPresentOrElse(
                            payload -> retained.put(before.topic(), payload), () -> retained.remove(before.topic()));
        }
        undo.clear();
        if (forgets) {
            retained.clear();
        }
    }

    /** The next so many messages of a topic are taken and go nowhere. */
    void swallow(String topic, int count) {
        swallowed = topic;
        swallows = count;
    }

    void start() {
        up = true;
    }
}
