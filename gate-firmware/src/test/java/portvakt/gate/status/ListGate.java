package portvakt.gate.status;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import portvakt.gate.access.GateTime;
import portvakt.gate.testing.HandClock;
import portvakt.gate.testing.MemoryDisk;
import portvakt.protocol.Topics;

/** A gate with nothing but one list's replica, driven by hand: what it wants is done at a {@link FakeBroker}. */
final class ListGate {

    static final int KEYS_MAX = 200_000;

    final HandClock clock = new HandClock();
    final List<ListEffect> effects = new ArrayList<>();
    /** Topics of all messages that came, in order. */
    final List<String> received = new ArrayList<>();

    private final FakeBroker broker;
    private final HeadProof trust;
    private MemoryDisk disk = new MemoryDisk();
    private ListReplica replica;
    private Optional<SealedList> decides = Optional.empty();
    private boolean connected;

    ListGate(FakeBroker broker, HeadProof trust) {
        this.broker = broker;
        this.trust = trust;
        start(disk);
    }

    /** Starts with what a disk has. */
    void start(MemoryDisk has) {
        end();
        disk = has;
        connected = false;
        broker.disconnect();
        replica = new ListReplica(Issuer.LIST, trust, Issuer.SECRET, KEYS_MAX, disk);
        try {
            decides = replica.load();
        } catch (ListRefusedException e) {
            decides = Optional.empty();
        }
    }

    /** However a program ends, its files are closed. */
    private void end() {
        try {
            if (replica != null) {
                replica.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    MemoryDisk disk() {
        return disk;
    }

    ListReplica replica() {
        return replica;
    }

    GateTime now() {
        return clock.now();
    }

    Optional<SealedList> decides() {
        return decides;
    }

    long version() {
        return decides.map(SealedList::version).orElse(0L);
    }

    boolean isConnected() {
        return connected;
    }

    void connect() {
        connected = true;
        act(replica.connected(now()));
    }

    void disconnect() {
        connected = false;
        replica.lost();
        broker.disconnect();
    }

    /** Does what is wanted. */
    List<ListEffect> act(List<ListEffect> wanted) {
        for (ListEffect effect : wanted) {
            effects.add(effect);
            switch (effect) {
                case ListEffect.Subscribe subscribe -> broker.subscribe(subscribe.filter(), subscribe.retained());
                case ListEffect.Unsubscribe unsubscribe -> broker.unsubscribe(unsubscribe.filter());
                case ListEffect.Installed installed -> decides = Optional.of(installed.list());
                case ListEffect.Refused _, ListEffect.Alarmed _, ListEffect.Progressed _ -> {}
            }
        }
        return wanted;
    }

    List<ListEffect> give(String topic, byte[] payload) {
        received.add(topic);
        if (Topics.parseHeadTopic(topic).isPresent()) {
            return act(replica.head(payload, now()));
        }
        Optional<Topics.ListVersion> delta = Topics.parseDeltaTopic(topic);
        if (delta.isPresent()) {
            return act(replica.delta(delta.get().version(), payload, now()));
        }
        Optional<Topics.ListVersion> checkpoint = Topics.parseCheckpointTopic(topic);
        if (checkpoint.isPresent()) {
            return act(replica.checkpointHead(checkpoint.get().version(), payload, now()));
        }
        Topics.ChunkTopic chunk = Topics.parseChunkTopic(topic).orElseThrow();
        return act(
                chunk.table()
                        ? replica.tableChunk(chunk.version(), chunk.index(), payload, now())
                        : replica.keyChunk(chunk.version(), chunk.index(), payload, now()));
    }

    /** Takes one message from the broker. @return false if there is none */
    boolean receive() {
        Optional<FakeBroker.Message> next = broker.next();
        next.ifPresent(message -> give(message.topic(), message.payload()));
        return next.isPresent();
    }

    void receiveAll() {
        while (receive()) {}
    }

    List<ListEffect> tick() {
        return act(replica.tick(now()));
    }

    /** Time passes, in which a broker sends so many messages at most. */
    void pass(Duration time, int messages) {
        clock.pass(time);
        tick();
        for (int message = 0; message < messages && receive(); message++) {}
    }

    /** Time passes, in which a healthy broker sends what it has. */
    void pass(Duration time) {
        for (long second = 0; second < time.toSeconds(); second++) {
            clock.pass(Duration.ofSeconds(1));
            tick();
            receiveAll();
        }
    }

    List<ListEffect> refusals() {
        return effects.stream().filter(ListEffect.Refused.class::isInstance).toList();
    }

    long alarms(String kind) {
        return effects.stream()
                .filter(effect -> effect instanceof ListEffect.Alarmed alarmed
                        && alarmed.kind().equals(kind))
                .count();
    }

    /** Changes one byte of a file on the medium, and has it read from there. */
    void damage(String name, int at) {
        try {
            byte[] bytes = disk.read(name);
            bytes[at] ^= 1;
            disk.put(name, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        boolean was = connected;
        start(disk);
        if (was) {
            connect();
        }
    }
}
