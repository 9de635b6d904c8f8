package portvakt.sim.world;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import portvakt.gate.adapter.mqtt.GateBroker;
import portvakt.protocol.mqtt.BrokerException;
import portvakt.protocol.mqtt.BrokerSession;
import portvakt.protocol.mqtt.Rivalry;

/**
 * What {@link BrokerSession} promises its users, in virtual time: connected whenever it can be, with back-off; a publish is answered
 * once the broker has it, or fails. And what links do on bad days. One for each run of a program, but for its client identifier.
 */
final class SimSession implements GateBroker {

    private static final Duration BACK_OFF_MIN = Duration.ofMillis(250);
    private static final Duration BACK_OFF_MAX = Duration.ofSeconds(30);
    private static final int DOUBLINGS_MAX = 7;
    private static final Duration LATENCY_MIN = Duration.ofMillis(1);
    private static final Duration LATENCY_MAX = Duration.ofMillis(40);
    private static final Duration SLOW_MAX = Duration.ofSeconds(8);
    private static final Duration NOTICED_MIN = Duration.ofSeconds(5);
    private static final Duration NOTICED_MAX = Duration.ofSeconds(30);
    /** One and a half times the keep alive (MQTT 5 § 3.1.2.10). */
    private static final Duration KEEP_ALIVE_MAX = Duration.ofSeconds(45);

    private static final int QUEUE_MAX = 500;

    /** Runs whatever comes out of the network, where its owner wants it run. */
    interface Owner {
        void run(Runnable work);
    }

    private record Queued(String topic, byte[] payload) {}

    private final String client;
    private final World world;
    private final SimBroker broker;
    private final Dice dice;
    private final Owner owner;
    private final boolean keepsSession;
    private final Dice willDice;
    private Optional<Queued> will = Optional.empty();
    private boolean willDue;
    private final Map<String, Boolean> filters = new LinkedHashMap<>();
    private final List<CompletableFuture<Void>> inFlight = new ArrayList<>();
    /** What came for a client that was away, and keeps its session. */
    private final List<Queued> queue = new ArrayList<>();

    private BrokerSession.Listener listener;
    private boolean closed = true;
    private boolean connected;
    private boolean cableIn = true;
    private boolean known;
    private int failures;
    private Rivalry rivalry = Rivalry.NONE;
    private long connectedNs;
    /** Of connections: what belongs to an earlier one is nothing to a later one. */
    private int generation;

    /** Of programs: what one began ends with it. */
    private int life;

    private long lastOutNs;
    private long lastInNs;

    /** @param keepsSession whether the broker keeps subscriptions and what came for them while the client is away */
    SimSession(String client, World world, Dice dice, boolean keepsSession, Owner owner) {
        this.client = client;
        this.world = world;
        this.broker = world.broker();
        this.dice = dice;
        this.owner = owner;
        this.keepsSession = keepsSession;
        this.willDice = dice.split();
        broker.join(this);
    }

    /** What the broker publishes, retained, when this client is gone without a good-bye: at once, or when it has missed it for long enough. */
    void leaves(String topic, byte[] payload) {
        will = Optional.of(new Queued(topic, payload));
    }

    private void died(Duration noticedWithin) {
        willDue = will.isPresent();
        world.agenda().in(willDice.between(LATENCY_MIN, noticedWithin), this::publishWill);
    }

    private void publishWill() {
        if (willDue && broker.isUp()) {
            willDue = false;
            will.ifPresent(message -> broker.take(client, message.topic(), message.payload(), true));
        }
    }

    /** A program starts with it. */
    void open(BrokerSession.Listener to) {
        listener = to;
        closed = false;
        failures = 0;
        rivalry = Rivalry.NONE;
        life++;
        connectIn(dice.between(LATENCY_MIN, LATENCY_MAX));
    }

    private void connectIn(Duration delay) {
        int of = life;
        world.agenda().in(delay, () -> {
            if (of == life) {
                connect();
            }
        });
    }

    /** The program is gone, or says good-bye. */
    void close() {
        closed = true;
        life++;
        if (connected) {
            died(LATENCY_MAX);
        }
        drop();
    }

    void plug(boolean in) {
        cableIn = in;
        if (!in) {
            lose("the cable is out");
        }
    }

    boolean isConnected() {
        return connected;
    }

    boolean isConnectedSince(Duration ago) {
        return connected && world.agenda().nowNs() - connectedNs >= ago.toNanos();
    }

    /** @param forgets whether the broker does not know the session any more */
    void brokerGone(boolean forgets) {
        if (forgets) {
            known = false;
            filters.clear();
            queue.clear();
        }
        lose("the broker is gone");
    }

    private void connect() {
        if (closed || connected) {
            return;
        }
        if (!cableIn || !broker.isUp()) {
            failures++;
            if (failures == 1) {
                owner.run(() -> listener.lost("cannot connect"));
            }
            retry();
            return;
        }
        // The broker ends the connection that it still has of this client before it takes another.
        publishWill();
        broker.takeOver(this);
        connected = true;
        connectedNs = world.agenda().nowNs();
        generation++;
        lastOutNs = 0;
        lastInNs = 0;
        boolean present = keepsSession && known;
        known = true;
        if (!present) {
            filters.clear();
            queue.clear();
        }
        world.trace().line(client, "connected" + (present ? ", session known" : ""));
        owner.run(() -> listener.connected(present));
        List<Queued> waiting = List.copyOf(queue);
        queue.clear();
        waiting.forEach(message -> deliver(message.topic(), message.payload(), false));
    }

    private void retry() {
        long full = Math.min(BACK_OFF_MAX.toMillis(), BACK_OFF_MIN.toMillis() << Math.min(failures, DOUBLINGS_MAX));
        connectIn(dice.between(Duration.ofMillis(full / 2), Duration.ofMillis(full)));
    }

    private void lose(String cause) {
        if (connected) {
            if (broker.isUp()) {
                died(KEEP_ALIVE_MAX);
            }
            ended(cause, false);
        }
    }

    /** Another program has connected by this client's identifier. */
    void takenOver(SimSession by) {
        if (by != this && by.client.equals(client) && connected) {
            world.marks().reached("two programs with one name interrupted each other");
            willDue = will.isPresent();
            publishWill();
            ended("somebody else has connected by this name", true);
        }
    }

    private void ended(String cause, boolean takenOver) {
        drop();
        world.trace().line(client, "lost its connection: " + cause);
        rivalry = rivalry.after(Duration.ofNanos(world.agenda().nowNs() - connectedNs), takenOver);
        failures = rivalry.takeovers();
        if (!closed) {
            if (takenOver && rivalry.isNews()) {
                owner.run(listener::rivalled);
            }
            owner.run(() -> listener.lost(cause));
            retry();
        }
    }

    private void drop() {
        connected = false;
        generation++;
        List<CompletableFuture<Void>> failing = List.copyOf(inFlight);
        inFlight.clear();
        if (!closed) {
            failing.forEach(each -> owner.run(() -> each.completeExceptionally(new BrokerException("lost"))));
        }
        if (!keepsSession) {
            filters.clear();
        }
    }

    private boolean faulty(Fault fault) {
        return world.isFaulty(fault) && dice.chance(world.options().share(fault));
    }

    private long delayNs(boolean out) {
        Duration most = faulty(Fault.BROKER_SLOW) ? SLOW_MAX : LATENCY_MAX;
        long at = world.agenda().nowNs() + dice.between(LATENCY_MIN, most).toNanos();
        if (faulty(Fault.BROKER_REORDERS)) {
            return at + dice.between(LATENCY_MIN, Duration.ofSeconds(2)).toNanos();
        }
        long after = Math.max(at, out ? lastOutNs : lastInNs);
        if (out) {
            lastOutNs = after;
        } else {
            lastInNs = after;
        }
        return after;
    }

    private void later(boolean out, Consumer<Integer> work) {
        int of = generation;
        world.agenda().at(delayNs(out), () -> {
            if (of == generation && connected) {
                work.accept(of);
            }
        });
    }

    @Override
    public CompletableFuture<Void> publish(String topic, byte[] payload, boolean retain) {
        if (!connected) {
            return CompletableFuture.failedFuture(new BrokerException("not connected"));
        }
        CompletableFuture<Void> answer = new CompletableFuture<>();
        inFlight.add(answer);
        if (faulty(Fault.BROKER_LOSES)) {
            world.trace().line(client, "message lost on its way out: " + topic);
            loseSoon();
            return answer;
        }
        boolean falseFailure = faulty(Fault.BROKER_FALSE_FAILURE);
        later(true, of -> {
            broker.take(client, topic, payload, retain);
            if (faulty(Fault.BROKER_DOUBLES)) {
                broker.take(client, topic, payload, retain);
            }
            if (falseFailure) {
                world.marks().reached("a message arrived and its sender was told that it did not");
                lose("before the answer came");
            } else {
                later(false, _ -> {
                    inFlight.remove(answer);
                    owner.run(() -> answer.complete(null));
                });
            }
        });
        return answer;
    }

    private void loseSoon() {
        int of = generation;
        world.agenda().in(dice.between(NOTICED_MIN, NOTICED_MAX), () -> {
            if (of == generation) {
                lose("no answer");
            }
        });
    }

    @Override
    public void publishAtMostOnce(String topic, byte[] payload) {
        if (connected) {
            later(true, _ -> broker.take(client, topic, payload, false));
        }
    }

    @Override
    public CompletableFuture<Void> subscribe(String filter, boolean withRetained) {
        if (!connected) {
            return CompletableFuture.failedFuture(new BrokerException("not connected"));
        }
        CompletableFuture<Void> answer = new CompletableFuture<>();
        inFlight.add(answer);
        later(true, _ -> {
            filters.put(filter, withRetained);
            if (withRetained) {
                new ArrayList<>(broker.retained().entrySet()).forEach(each -> {
                    if (matches(filter, each.getKey())) {
                        deliver(each.getKey(), each.getValue(), true);
                    }
                });
            }
            later(false, _ -> {
                inFlight.remove(answer);
                owner.run(() -> answer.complete(null));
            });
        });
        return answer;
    }

    @Override
    public CompletableFuture<Void> unsubscribe(String filter) {
        if (!connected) {
            return CompletableFuture.failedFuture(new BrokerException("not connected"));
        }
        later(true, _ -> filters.remove(filter));
        return CompletableFuture.completedFuture(null);
    }

    boolean wants(String topic) {
        return filters.keySet().stream().anyMatch(filter -> matches(filter, topic));
    }

    /** A message for this client has come to the broker. */
    void deliver(String topic, byte[] payload, boolean retained) {
        if (!connected) {
            if (keepsSession && known && queue.size() < QUEUE_MAX) {
                queue.add(new Queued(topic, payload));
            }
            return;
        }
        if (faulty(Fault.BROKER_LOSES)) {
            world.trace().line(client, "message lost on its way in: " + topic);
            loseSoon();
            return;
        }
        arrive(topic, payload, retained);
        if (faulty(Fault.BROKER_DOUBLES)) {
            arrive(topic, payload, retained);
        }
    }

    private void arrive(String topic, byte[] payload, boolean retained) {
        later(false, _ -> owner.run(() -> listener.message(topic, payload, retained)));
    }

    /** MQTT 5 § 4.7, without {@code #}. */
    static boolean matches(String filter, String topic) {
        if (filter.indexOf('+') < 0) {
            return filter.equals(topic);
        }
        int at = 0;
        int in = 0;
        while (at < filter.length() && in < topic.length()) {
            if (filter.charAt(at) == '+') {
                int slash = topic.indexOf('/', in);
                in = slash < 0 ? topic.length() : slash;
                at++;
            } else if (filter.charAt(at) == topic.charAt(in)) {
                at++;
                in++;
            } else {
                return false;
            }
        }
        return at == filter.length() && in == topic.length();
    }
}
