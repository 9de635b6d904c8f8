package portvakt.sim.lists;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import portvakt.gate.port.Disk;
import portvakt.gate.status.HeadProof;
import portvakt.gate.status.ListEffect;
import portvakt.gate.status.ListRefusal;
import portvakt.gate.status.ListRefusedException;
import portvakt.gate.status.ListReplica;
import portvakt.gate.status.ListStore;
import portvakt.gate.status.SealedList;
import portvakt.gate.status.StoredList;
import portvakt.gate.testing.HandClock;
import portvakt.gate.testing.MemoryDisk;
import portvakt.protocol.Topics;

/** A gate with nothing but its copy of one list, on a disk whose power can be cut, stepped by hand. For one thread. */
final class ReplicaGate {

    private static final int KEYS_MAX = 200_000;

    /** What a gate is given when it is provisioned. @param secret of the list's keys */
    record Provisioned(String list, HeadProof trust, byte[] secret) {}

    private final Provisioned provisioned;
    private final FaultyBroker broker;
    private final HandClock clock;
    private final Set<ListRefusal> refusals = EnumSet.noneOf(ListRefusal.class);
    private final List<String> alarms = new ArrayList<>();
    private MemoryDisk disk = new MemoryDisk();
    private ListReplica replica;
    private Optional<FaultyBroker.Session> session = Optional.empty();
    private Optional<SealedList> decides = Optional.empty();
    private long tickedNs;

    ReplicaGate(Provisioned provisioned, FaultyBroker broker, HandClock clock) {
        this.provisioned = provisioned;
        this.broker = broker;
        this.clock = clock;
        start(disk);
    }

    /** Starts, with what a disk has. */
    void start(MemoryDisk has) {
        disk = has;
        disconnect();
        replica = new ListReplica(provisioned.list(), provisioned.trust(), provisioned.secret(), KEYS_MAX, disk);
        try {
            decides = replica.load();
        } catch (ListRefusedException e) {
            throw new AssertionError("the gate does not take what it had stored", e);
        }
    }

    void restart() {
        start(disk);
    }

    MemoryDisk disk() {
        return disk;
    }

    /** What it decides by. */
    Optional<SealedList> decides() {
        return decides;
    }

    long version() {
        return decides.map(SealedList::version).orElse(0L);
    }

    Set<ListRefusal> refusals() {
        return refusals;
    }

    List<String> alarms() {
        return alarms;
    }

    boolean isConnected() {
        return session.filter(FaultyBroker.Session::isOpen).isPresent();
    }

    void connect() {
        session = Optional.of(broker.connect());
        act(replica.connected(clock.now()));
    }

    void disconnect() {
        session.ifPresent(FaultyBroker.Session::close);
        if (session.isPresent()) {
            replica.lost();
        }
        session = Optional.empty();
    }

    /** Takes what the broker has for it, so many messages at most, and ticks about once a second. */
    void step(int messagesMax) {
        if (session.isPresent() && !isConnected()) {
            disconnect();
        }
        for (int message = 0; message < messagesMax && receive(); message++) {}
        if (clock.now().uptimeNs() - tickedNs >= Duration.ofMillis(900).toNanos()) {
            tickedNs = clock.now().uptimeNs();
            act(replica.tick(clock.now()));
        }
    }

    private boolean receive() {
        Optional<FaultyBroker.Message> next = session.flatMap(FaultyBroker.Session::next);
        // An empty one is a retained message taken back.
        next.filter(message -> message.payload().length > 0)
                .ifPresent(message -> act(given(message.topic(), message.payload())));
        return next.isPresent();
    }

    private List<ListEffect> given(String topic, byte[] payload) {
        if (Topics.parseHeadTopic(topic).isPresent()) {
            return replica.head(payload, clock.now());
        }
        Optional<Topics.ListVersion> delta = Topics.parseDeltaTopic(topic);
        if (delta.isPresent()) {
            return replica.delta(delta.get().version(), payload, clock.now());
        }
        Optional<Topics.ListVersion> checkpoint = Topics.parseCheckpointTopic(topic);
        if (checkpoint.isPresent()) {
            return replica.checkpointHead(checkpoint.get().version(), payload, clock.now());
        }
        Topics.ChunkTopic chunk = Topics.parseChunkTopic(topic).orElseThrow();
        return chunk.table()
                ? replica.tableChunk(chunk.version(), chunk.index(), payload, clock.now())
                : replica.keyChunk(chunk.version(), chunk.index(), payload, clock.now());
    }

    private void act(List<ListEffect> wanted) {
        for (ListEffect effect : wanted) {
            switch (effect) {
                case ListEffect.Subscribe subscribe ->
                    session.orElseThrow().subscribe(subscribe.filter(), subscribe.retained());
                case ListEffect.Unsubscribe unsubscribe -> session.orElseThrow().unsubscribe(unsubscribe.filter());
                case ListEffect.Installed installed -> decides = Optional.of(installed.list());
                case ListEffect.Refused refused -> refusals.add(refused.cause());
                case ListEffect.Alarmed alarmed -> alarms.add(alarmed.kind() + ": " + alarmed.detail());
                case ListEffect.Progressed _ -> {}
            }
        }
    }

    /** What a power cut now would leave of the list, folded into one file by the gate's own code. */
    byte[] foldedFile() throws IOException, ListRefusedException {
        Disk left = disk.afterPowerCut();
        ListStore store = new ListStore(left, provisioned.list(), provisioned.trust(), provisioned.secret());
        try (StoredList stored = store.open().orElseThrow()) {
            Optional<String> notStored = stored.fold().notStored();
            if (notStored.isPresent()) {
                throw new AssertionError(notStored.get());
            }
        }
        List<String> files = left.names(provisioned.list() + ".").stream()
                .filter(name -> name.endsWith(".list"))
                .toList();
        if (files.size() != 1) {
            throw new AssertionError("a folded list has one file, here are " + files);
        }
        return left.read(files.getFirst());
    }
}
