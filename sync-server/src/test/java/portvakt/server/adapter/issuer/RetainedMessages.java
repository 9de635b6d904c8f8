package portvakt.server.adapter.issuer;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import portvakt.protocol.Topics;
import portvakt.protocol.list.BucketTable;
import portvakt.protocol.list.ListHead;
import portvakt.protocol.list.MalformedListException;
import portvakt.protocol.list.SnapshotChunks;
import portvakt.protocol.mqtt.BrokerException;
import portvakt.server.port.RetainedPublisher;

/** A broker that keeps retained messages, can be away, and can be read as a gate reads it. */
final class RetainedMessages implements RetainedPublisher {

    final Map<String, byte[]> retained = new TreeMap<>();
    final List<String> published = new ArrayList<>();
    boolean away;
    /** After so many messages it goes away. */
    int takes = Integer.MAX_VALUE;

    @Override
    public synchronized CompletableFuture<Void> publishRetained(String topic, byte[] payload) {
        if (away || takes-- <= 0) {
            return CompletableFuture.failedFuture(new BrokerException("away"));
        }
        published.add(topic);
        if (payload.length == 0) {
            retained.remove(topic);
        } else {
            retained.put(topic, payload);
        }
        return CompletableFuture.completedFuture(null);
    }

    synchronized ListHead head(String list) throws MalformedListException {
        return ListHead.parse(retained.get(Topics.listHead(list)));
    }

    /** Fetches and proves the set that the head names, as a gate does. */
    synchronized long[] fetch(String list, ListKeys keys) throws MalformedListException {
        byte[] signed = retained.get(Topics.listHead(list));
        if (!ListHead.isSignedBy(keys.publicKey(), signed)) {
            throw new AssertionError("the head is not signed");
        }
        ListHead head = ListHead.parse(signed);
        ByteArrayOutputStream tableBytes = new ByteArrayOutputStream();
        for (int index = 0; index < SnapshotChunks.tableChunks(head.bits()); index++) {
            tableBytes.writeBytes(retained.get(Topics.tableChunk(list, head.version(), index)));
        }
        BucketTable table = BucketTable.parse(head.bits(), head.count(), tableBytes.toByteArray());
        if (!java.util.HexFormat.of().formatHex(table.root()).equals(head.rootHex())) {
            throw new AssertionError("the table is not the head's");
        }
        long[] all = new long[head.count()];
        int at = 0;
        List<SnapshotChunks.KeyChunk> chunks = SnapshotChunks.keyChunks(table);
        for (int index = 0; index < chunks.size(); index++) {
            LongBuffer buffer = ByteBuffer.wrap(retained.get(Topics.keyChunk(list, head.version(), index)))
                    .asLongBuffer();
            int size = buffer.remaining();
            buffer.get(all, at, size);
            at += size;
        }
        for (int bucket = 0; bucket < table.buckets(); bucket++) {
            if (!table.proves(
                    bucket, java.util.Arrays.copyOfRange(all, table.start(bucket), table.start(bucket + 1)))) {
                throw new AssertionError("bucket " + bucket + " does not prove");
            }
        }
        return all;
    }
}
