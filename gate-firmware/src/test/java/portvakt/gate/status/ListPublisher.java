package portvakt.gate.status;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;
import portvakt.protocol.Topics;
import portvakt.protocol.list.BucketTable;
import portvakt.protocol.list.ListDelta;
import portvakt.protocol.list.ListHead;
import portvakt.protocol.list.SnapshotChunks;

/** Publishes an {@link IssuedList} as the server does: delta, head, longer jumps, and now and then a snapshot. */
public final class ListPublisher {

    /** Where to. */
    public interface Broker {
        /** Retained. */
        void publish(String topic, byte[] payload);

        void takeBack(String topic);
    }

    private static final int PARTS_MAX = 20;

    private final IssuedList issued;
    private final Broker broker;
    private final Map<Long, long[]> keysAt = new TreeMap<>();

    public ListPublisher(IssuedList issued, Broker broker) {
        this.issued = issued;
        this.broker = broker;
        remember();
    }

    IssuedList issued() {
        return issued;
    }

    private void remember() {
        ByteBuffer file = ByteBuffer.wrap(issued.file());
        long[] keys = new long[issued.count()];
        file.position(file.limit() - keys.length * Long.BYTES).asLongBuffer().get(keys);
        keysAt.put(issued.version(), keys);
    }

    public void publishHead() {
        broker.publish(Topics.listHead(Issuer.LIST), issued.head());
    }

    void heartbeat() {
        issued.heartbeat();
        publishHead();
    }

    public void change(RandomGenerator random, int changes, int towards) {
        publish(issued.randomChange(random, changes, towards));
    }

    public void change(CardNumber card, CardStatus status) {
        publish(issued.change(Map.of(card, status)));
    }

    private void publish(ListDelta delta) {
        remember();
        broker.publish(Topics.delta(Issuer.LIST, delta.from()), delta.bytes());
        publishHead();
        for (int jump = 2; issued.version() % jump == 0 && issued.version() > jump; jump *= 2) {
            long from = issued.version() - jump;
            if (keysAt.containsKey(from) && fits(from)) {
                broker.publish(Topics.delta(Issuer.LIST, from), deltaFrom(from));
            }
        }
    }

    private boolean fits(long from) {
        long[] before = keysAt.get(from);
        long[] now = keysAt.get(issued.version());
        return minus(now, before).length + minus(before, now).length <= ListDelta.KEYS_MAX;
    }

    /** The delta that leads from a version to the newest. */
    byte[] deltaFrom(long from) {
        long[] before = keysAt.get(from);
        long[] now = keysAt.get(issued.version());
        return ListDelta.of(issued.head(), from, minus(now, before), minus(before, now))
                .bytes();
    }

    private static long[] minus(long[] some, long[] others) {
        Set<Long> gone = new HashSet<>();
        Arrays.stream(others).forEach(gone::add);
        return Arrays.stream(some).filter(key -> !gone.contains(key)).toArray();
    }

    /** Takes the deltas back that lead on from versions below one. */
    public void prune(long below) {
        for (long from = 0; from < below; from++) {
            broker.takeBack(Topics.delta(Issuer.LIST, from));
        }
    }

    byte[] tableChunk(int index) {
        return SnapshotChunks.tableChunk(issued.table(), index);
    }

    byte[] keyChunk(int index) {
        BucketTable table = issued.table();
        SnapshotChunks.KeyChunk chunk = SnapshotChunks.keyChunks(table).get(index);
        int keysFrom = ListHead.SIZE_BYTES + BucketTable.sizeBytes(table.bits());
        return Arrays.copyOfRange(
                issued.file(),
                keysFrom + table.start(chunk.fromBucket()) * Long.BYTES,
                keysFrom + table.start(chunk.untilBucket()) * Long.BYTES);
    }

    public int keyChunks() {
        return SnapshotChunks.keyChunks(issued.table()).size();
    }

    /** A snapshot of the newest version; the head last. */
    public void checkpoint() {
        long version = issued.version();
        for (int index = 0; index < SnapshotChunks.tableChunks(issued.table().bits()); index++) {
            broker.publish(Topics.tableChunk(Issuer.LIST, version, index), tableChunk(index));
        }
        for (int index = 0; index < keyChunks(); index++) {
            broker.publish(Topics.keyChunk(Issuer.LIST, version, index), keyChunk(index));
        }
        broker.publish(Topics.checkpointHead(Issuer.LIST, version), issued.head());
    }

    void takeBackCheckpoint(long version) {
        broker.takeBack(Topics.checkpointHead(Issuer.LIST, version));
        for (int index = 0; index < PARTS_MAX; index++) {
            broker.takeBack(Topics.tableChunk(Issuer.LIST, version, index));
            broker.takeBack(Topics.keyChunk(Issuer.LIST, version, index));
        }
    }
}
