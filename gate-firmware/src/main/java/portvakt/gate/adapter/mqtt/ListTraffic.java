package portvakt.gate.adapter.mqtt;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.gate.loop.Signal;
import portvakt.gate.port.Clock;
import portvakt.gate.status.ListEffect;
import portvakt.gate.status.ListReplica;
import portvakt.protocol.Topics;

/**
 * Carries messages to the list replicas, and does at the broker what they want.
 *
 * <p>Two threads work on the replicas, one at a time: the session's with what comes, and one of low priority, here, with what is
 * due by the clock: a scrub, a fold, what was not stored. A fold of ten million cards takes seconds on a Raspberry Pi; a message
 * that comes meanwhile waits for it, the loop's thread and the connection's keep-alive do not. Nothing here is interrupted, since
 * Java closes a file under a thread that is.
 */
final class ListTraffic implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ListTraffic.class);

    private final Map<String, ListReplica> replicas = new TreeMap<>();
    private final Consumer<Signal> inbox;
    private final Clock clock;
    private final GateBroker broker;
    private final Runnable progressed;
    private final Map<String, ListEffect.Progressed> progress = new ConcurrentSkipListMap<>();
    /** Fair: neither of the two threads may wait while the other comes again and again. */
    private final ReentrantLock lock = new ReentrantLock(true);
    /** Let go of at the next tick: a broker may not like the acknowledgement of a message whose subscription is gone. */
    private final Set<String> leaving = new TreeSet<>();

    private final Semaphore wake = new Semaphore(0);
    private final Thread keeper = Thread.ofPlatform()
            .name("lists")
            .daemon()
            .priority(Thread.MIN_PRIORITY)
            .unstarted(this::keep);
    private volatile boolean closed;

    /**
     * @param inbox      the loop's; does not block
     * @param progressed told when {@link #progress} has changed
     */
    ListTraffic(
            List<ListReplica> replicas, Consumer<Signal> inbox, Clock clock, GateBroker broker, Runnable progressed) {
        replicas.forEach(replica -> this.replicas.put(replica.list(), replica));
        this.inbox = inbox;
        this.clock = clock;
        this.broker = broker;
        this.progressed = progressed;
    }

    void start() {
        keeper.start();
    }

    /** Of each list that is being fetched or repaired, or was. Any thread. */
    Map<String, ListEffect.Progressed> progress() {
        return progress;
    }

    void connected() {
        locked(() -> {
            leaving.clear();
            replicas.values().forEach(replica -> act(replica, replica.connected(clock.now())));
        });
    }

    void lost() {
        locked(() -> replicas.values().forEach(ListReplica::lost));
    }

    /** Other keys or epochs count now: what was refused may prove, and comes again. */
    void trustChanged() {
        locked(() -> replicas.values().forEach(replica -> act(replica, replica.trustChanged(clock.now()))));
    }

    /** @return false if it is no topic that this gate can have asked for */
    boolean message(String topic, byte[] payload) {
        Optional<Message> message = parse(topic);
        if (message.isEmpty()) {
            return false;
        }
        ListReplica replica = replicas.get(message.get().list());
        if (replica == null) {
            return false;
        }
        // An empty one is a retained message taken back.
        if (payload.length > 0) {
            locked(() -> act(replica, message.get().given().to(replica, payload)));
        }
        return true;
    }

    private interface Given {
        List<ListEffect> to(ListReplica replica, byte[] payload);
    }

    private record Message(String list, Given given) {}

    private Optional<Message> parse(String topic) {
        return Topics.parseHeadTopic(topic)
                .map(list -> new Message(list, (replica, bytes) -> replica.head(bytes, clock.now())))
                .or(() -> Topics.parseDeltaTopic(topic)
                        .map(from -> new Message(
                                from.list(), (replica, bytes) -> replica.delta(from.version(), bytes, clock.now()))))
                .or(() -> Topics.parseCheckpointTopic(topic)
                        .map(of -> new Message(
                                of.list(),
                                (replica, bytes) -> replica.checkpointHead(of.version(), bytes, clock.now()))))
                .or(() -> Topics.parseChunkTopic(topic).map(chunk -> new Message(chunk.list(), given(chunk))));
    }

    private Given given(Topics.ChunkTopic chunk) {
        return (replica, bytes) -> chunk.table()
                ? replica.tableChunk(chunk.version(), chunk.index(), bytes, clock.now())
                : replica.keyChunk(chunk.version(), chunk.index(), bytes, clock.now());
    }

    private void keep() {
        while (!closed) {
            try {
                if (!isBusy()) {
                    boolean _ = wake.tryAcquire(1, TimeUnit.SECONDS);
                }
                keepOnce();
            } catch (InterruptedException e) {
                LOG.warn("The lists' keeper was interrupted; it goes on until it is told to stop");
            } catch (RuntimeException e) {
                LOG.error("The lists' keeper failed and goes on", e);
            }
        }
    }

    /** What is due by the clock. */
    void keepOnce() {
        locked(this::leave);
        for (ListReplica replica : replicas.values()) {
            locked(() -> act(replica, replica.tick(clock.now())));
        }
    }

    /** Whether {@link #keepOnce} should follow without a pause. */
    boolean isBusy() {
        lock.lock();
        try {
            return replicas.values().stream().anyMatch(ListReplica::isBusy);
        } finally {
            lock.unlock();
        }
    }

    private void leave() {
        for (String filter : new ArrayList<>(leaving)) {
            broker.unsubscribe(filter).exceptionally(ListTraffic::later);
        }
        leaving.clear();
    }

    private void locked(Runnable work) {
        lock.lock();
        try {
            if (!closed) {
                work.run();
            }
        } finally {
            lock.unlock();
        }
    }

    private void act(ListReplica replica, List<ListEffect> effects) {
        String list = replica.list();
        for (ListEffect effect : effects) {
            switch (effect) {
                case ListEffect.Subscribe subscribe -> {
                    leaving.remove(subscribe.filter());
                    broker.subscribe(subscribe.filter(), subscribe.retained()).exceptionally(ListTraffic::later);
                }
                case ListEffect.Unsubscribe unsubscribe -> leaving.add(unsubscribe.filter());
                case ListEffect.Installed installed ->
                    inbox.accept(
                            new Signal.ListInstalled(installed.list(), installed.newVersion(), installed.notStored()));
                case ListEffect.Refused refused ->
                    inbox.accept(new Signal.ListRefused(list, refused.cause(), refused.detail()));
                case ListEffect.Alarmed alarmed -> inbox.accept(new Signal.Alarmed(alarmed.kind(), alarmed.detail()));
                case ListEffect.Progressed changed -> {
                    progress.put(list, changed);
                    progressed.run();
                }
            }
        }
    }

    /** A lost connection brings a new one, which subscribes again; a refusal is for the installer to see. */
    static Void later(Throwable failure) {
        LOG.warn("{}", failure.getMessage());
        return null;
    }

    /** Returns when no replica is worked on any more, unless a fold takes longer than some seconds. */
    @Override
    public void close() {
        closed = true;
        wake.release();
        try {
            keeper.join(Duration.ofSeconds(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
