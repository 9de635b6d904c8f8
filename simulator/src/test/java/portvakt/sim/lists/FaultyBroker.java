package portvakt.sim.lists;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import portvakt.protocol.Topics;
import portvakt.protocol.list.ListHead;
import portvakt.protocol.mqtt.BrokerException;
import portvakt.server.port.RetainedPublisher;

/**
 * A broker with retained messages, in memory, that does what brokers and links do on bad days: it loses some of what it sends to
 * gates, sends it twice or in another order; answers the server late, or takes a message and never says so; forgets everything;
 * or stops hard and comes back as it was some messages before. For one thread.
 */
final class FaultyBroker implements RetainedPublisher {

    /** Messages that a hard stop may cost, at most. */
    private static final int UNDONE_MAX = 40;

    /** Of twelve messages to a gate one is lost, one comes twice and one overtakes others. */
    private static final int DICE = 12;

    record Message(String topic, byte[] payload) {}

    private record OnItsWay(Message message, CompletableFuture<Void> answer) {}

    /** What lay at a topic before. */
    private record Before(String topic, Optional<byte[]> payload) {}

    private final Map<String, byte[]> retained = new TreeMap<>();
    private final Deque<Before> undo = new ArrayDeque<>();
    private final List<Session> sessions = new ArrayList<>();
    private final List<OnItsWay> fromServer = new ArrayList<>();
    private final Set<String> heads = new HashSet<>();
    private final SplittableRandom random;
    private boolean faulty;
    private boolean slow;
    private boolean linked;
    private boolean knowsServer;

    FaultyBroker(SplittableRandom random) {
        this.random = random;
    }

    /** A gate's connection. */
    final class Session {
        private final Map<String, Pattern> filters = new TreeMap<>();
        private final List<Message> queue = new ArrayList<>();
        private boolean open = true;

        private Session() {}

        boolean isOpen() {
            return open;
        }

        void subscribe(String filter, boolean withRetained) {
            Pattern pattern = Pattern.compile(filter.replace("+", "[^/]+"));
            filters.put(filter, pattern);
            if (withRetained) {
                retained.forEach((topic, payload) -> {
                    if (pattern.matcher(topic).matches()) {
                        send(new Message(topic, payload));
                    }
                });
            }
        }

        void unsubscribe(String filter) {
            filters.remove(filter);
        }

        /** What was on its way is lost. */
        void close() {
            open = false;
            queue.clear();
            sessions.remove(this);
        }

        Optional<Message> next() {
            return queue.isEmpty() ? Optional.empty() : Optional.of(queue.removeFirst());
        }

        private void send(Message message) {
            int dice = faulty ? random.nextInt(DICE) : DICE;
            if (dice == 0) {
                return;
            }
            queue.add(message);
            if (dice == 1) {
                queue.add(message);
            } else if (dice == 2) {
                queue.add(random.nextInt(queue.size()), queue.removeLast());
            }
        }
    }

    void setFaulty(boolean now) {
        faulty = now;
    }

    /** Whether the server's messages stay on their way until {@link #deliver}. */
    void setSlow(boolean now) {
        slow = now;
    }

    Session connect() {
        Session session = new Session();
        sessions.add(session);
        return session;
    }

    /** Whether the server has a connection. */
    boolean isLinked() {
        return linked;
    }

    /** The server connects. @return whether its session is still known */
    boolean link() {
        linked = true;
        boolean known = knowsServer;
        knowsServer = true;
        return known;
    }

    /** Versions whose checkpoint's head lies here. */
    List<Long> checkpointsThere(String list) {
        return retained.keySet().stream()
                .flatMap(topic -> Topics.parseCheckpointTopic(topic).stream())
                .filter(checkpoint -> checkpoint.list().equals(list))
                .map(Topics.ListVersion::version)
                .toList();
    }

    /** The server's connection breaks: some of what was on its way has come, and of none does the server hear. */
    void cutLink() {
        linked = false;
        deliver(fromServer.isEmpty() ? 0 : random.nextInt(fromServer.size() + 1), false);
        fromServer.forEach(each -> each.answer().completeExceptionally(new BrokerException("connection lost")));
        fromServer.clear();
    }

    /** So many of the server's messages arrive, at most. @return whether one did */
    boolean deliver(int count) {
        return deliver(count, true);
    }

    private boolean deliver(int count, boolean answers) {
        int due = Math.min(count, fromServer.size());
        List<OnItsWay> come = List.copyOf(fromServer.subList(0, due));
        fromServer.subList(0, answers ? due : 0).clear();
        come.forEach(each -> take(each.message()));
        if (answers) {
            come.forEach(each -> each.answer().complete(null));
        }
        return due > 0;
    }

    /** It has lost its disk: every message and every session. */
    void forget() {
        stop();
        retained.clear();
        undo.clear();
        knowsServer = false;
    }

    /** It stops between two writes to its disk, and starts again with what it had some messages before, and all sessions. */
    void stopHard() {
        stop();
        for (int count = random.nextInt(UNDONE_MAX + 1); count > 0 && !undo.isEmpty(); count--) {
            Before before = undo.removeLast();
            before.payload()
                    .ifPresentOrElse(
                            payload -> retained.put(before.topic(), payload), () -> retained.remove(before.topic()));
        }
        undo.clear();
    }

    private void stop() {
        cutLink();
        List.copyOf(sessions).forEach(Session::close);
    }

    @Override
    public CompletableFuture<Void> publishRetained(String topic, byte[] payload) {
        if (!linked) {
            return CompletableFuture.failedFuture(new BrokerException("no connection"));
        }
        OnItsWay message = new OnItsWay(new Message(topic, payload), new CompletableFuture<>());
        fromServer.add(message);
        if (!slow) {
            deliver(fromServer.size());
        }
        return message.answer();
    }

    /** Whether the server ever sent this as a list's or snapshot's head, or in a delta. */
    boolean hasCarried(byte[] head) {
        return heads.contains(HexFormat.of().formatHex(head));
    }

    private static List<String> signedHeads(Message message) {
        boolean has = message.topic().endsWith("/head")
                || Topics.parseDeltaTopic(message.topic()).isPresent();
        return has && message.payload().length > 0
                ? List.of(HexFormat.of().formatHex(message.payload(), 0, ListHead.SIZE_BYTES))
                : List.of();
    }

    private void take(Message message) {
        heads.addAll(signedHeads(message));
        undo.add(new Before(message.topic(), Optional.ofNullable(retained.get(message.topic()))));
        if (undo.size() > UNDONE_MAX) {
            undo.removeFirst();
        }
        if (message.payload().length == 0) {
            retained.remove(message.topic());
        } else {
            retained.put(message.topic(), message.payload());
        }
        for (Session session : sessions) {
            boolean wanted = session.filters.values().stream()
                    .anyMatch(filter -> filter.matcher(message.topic()).matches());
            if (wanted) {
                session.send(message);
            }
        }
    }
}
