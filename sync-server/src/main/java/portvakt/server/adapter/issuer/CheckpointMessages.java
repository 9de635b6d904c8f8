package portvakt.server.adapter.issuer;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import portvakt.protocol.Topics;
import portvakt.protocol.list.SnapshotChunks;
import portvakt.server.list.ListContent;
import portvakt.server.port.CardStatuses.Checkpoint;

/** The messages of a checkpoint, each made when it is asked for: all of them may be 80 MB. */
final class CheckpointMessages {

    private CheckpointMessages() {}

    static Checkpoint describe(long version, byte[] signedHead, ListContent content) {
        return new Checkpoint(
                version,
                Optional.of(signedHead),
                SnapshotChunks.tableChunks(content.table().bits()),
                SnapshotChunks.keyChunks(content.table()).size(),
                false);
    }

    /** Table, then keys. */
    static Iterator<RetainedMessage> chunks(String list, Checkpoint checkpoint, ListContent content) {
        List<SnapshotChunks.KeyChunk> keys = SnapshotChunks.keyChunks(content.table());
        Stream<RetainedMessage> table = IntStream.range(0, checkpoint.tableChunks())
                .mapToObj(index -> RetainedMessage.lasting(
                        Topics.tableChunk(list, checkpoint.version(), index),
                        SnapshotChunks.tableChunk(content.table(), index)));
        return Stream.concat(
                        table,
                        IntStream.range(0, keys.size())
                                .mapToObj(index -> RetainedMessage.lasting(
                                        Topics.keyChunk(list, checkpoint.version(), index),
                                        bytes(content, keys.get(index)))))
                .iterator();
    }

    private static byte[] bytes(ListContent content, SnapshotChunks.KeyChunk chunk) {
        long[] keys = content.keys(chunk.fromBucket(), chunk.untilBucket());
        ByteBuffer bytes = ByteBuffer.allocate(keys.length * Long.BYTES);
        bytes.asLongBuffer().put(keys);
        return bytes.array();
    }

    static RetainedMessage head(String list, Checkpoint checkpoint) {
        return RetainedMessage.lasting(
                Topics.checkpointHead(list, checkpoint.version()),
                checkpoint.signedHead().orElseThrow());
    }

    /** The head first, so that no gate begins to fetch what is going away. */
    static Iterator<RetainedMessage> cleared(String list, Checkpoint checkpoint) {
        List<String> topics = new ArrayList<>();
        topics.add(Topics.checkpointHead(list, checkpoint.version()));
        for (int index = 0; index < checkpoint.tableChunks(); index++) {
            topics.add(Topics.tableChunk(list, checkpoint.version(), index));
        }
        for (int index = 0; index < checkpoint.keyChunks(); index++) {
            topics.add(Topics.keyChunk(list, checkpoint.version(), index));
        }
        return topics.stream().map(RetainedMessage::cleared).iterator();
    }
}
