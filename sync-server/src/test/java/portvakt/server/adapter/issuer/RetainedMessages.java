package portvakt.server.adapter.issuer;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import portvakt.protocol.Topics;
import portvakt.protocol.list.BucketTable;
import portvakt.protocol.list.ListDelta;
import portvakt.protocol.list.ListHead;
import portvakt.protocol.list.MalformedListException;
import portvakt.protocol.list.SnapshotChunks;
import portvakt.protocol.mqtt.BrokerException;
import portvakt.server.port.RetainedPublisher;

/** A broker that keeps retained messages, can be away or slow, and can be read as a gate reads it. */
final class RetainedMessages implements RetainedPublisher {

    final Map<String, byte[]> retained = new TreeMap<>();
    final Map<String, Duration> expiries = new TreeMap<>();
    final List<String> published = new ArrayList<>();
    /** Answers that are held back while {@link #holds}; the message is retained all the same. */
    final Deque<CompletableFuture<Void>> held = new ArrayDeque<>();

    boolean away;
    boolean holds;
    /** After so many messages it goes away. */
    int takes = Integer.MAX_VALUE;

    /** What a gate has of a list. */
    record Copy(long version, long[] keys) {}

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
        CompletableFuture<Void> answer = new CompletableFuture<>();
        if (holds) {
            held.add(answer);
        } else {
            answer.complete(null);
        }
        return answer;
    }

    @Override
    public synchronized CompletableFuture<Void> publishRetained(String topic, byte[] payload, Duration expiry) {
        expiries.put(topic, expiry);
        return publishRetained(topic, payload);
    }

    synchronized boolean hasHead(String list) {
        return retained.containsKey(Topics.listHead(list));
    }

    synchronized ListHead head(String list) throws MalformedListException {
        return ListHead.parse(retained.get(Topics.listHead(list)));
    }

    /** The versions whose heads say that they can be fetched, ascending. */
    synchronized List<Long> checkpoints(String list) {
        return retained.keySet().stream()
                .flatMap(topic -> Topics.parseCheckpointTopic(topic).stream())
                .filter(found -> found.list().equals(list))
                .map(Topics.ListVersion::version)
                .sorted()
                .toList();
    }

    /** The versions that a delta leads on from, ascending. */
    synchronized List<Long> deltas(String list) {
        return retained.keySet().stream()
                .flatMap(topic -> Topics.parseDeltaTopic(topic).stream())
                .filter(found -> found.list().equals(list))
                .map(Topics.ListVersion::version)
                .sorted()
                .toList();
    }

    /** Fetches the newest checkpoint and all deltas from there, and proves that this is the set that the head names. */
    synchronized long[] fetch(String list, ListKeys keys) throws MalformedListException {
        Copy copy = follow(list, keys, checkpoint(list, checkpoints(list).getLast(), keys));
        require(copy.version == head(list).version(), "the deltas lead to " + copy.version + ", not to the head");
        return copy.keys;
    }

    /** Fetches and proves one checkpoint, as a gate does. */
    synchronized Copy checkpoint(String list, long version, ListKeys keys) throws MalformedListException {
        ListHead head = proved(retained.get(Topics.checkpointHead(list, version)), keys);
        require(head.version() == version, "the checkpoint's head is another version's");
        ByteArrayOutputStream tableBytes = new ByteArrayOutputStream();
        for (int index = 0; index < SnapshotChunks.tableChunks(head.bits()); index++) {
            tableBytes.writeBytes(retained.get(Topics.tableChunk(list, version, index)));
        }
        BucketTable table = BucketTable.parse(head.bits(), head.count(), tableBytes.toByteArray());
        require(HexFormat.of().formatHex(table.root()).equals(head.rootHex()), "the table is not the head's");
        long[] all = new long[head.count()];
        int at = 0;
        List<SnapshotChunks.KeyChunk> chunks = SnapshotChunks.keyChunks(table);
        for (int index = 0; index < chunks.size(); index++) {
            LongBuffer buffer = ByteBuffer.wrap(retained.get(Topics.keyChunk(list, version, index)))
                    .asLongBuffer();
            int size = buffer.remaining();
            buffer.get(all, at, size);
            at += size;
        }
        for (int bucket = 0; bucket < table.buckets(); bucket++) {
            require(
                    table.proves(bucket, Arrays.copyOfRange(all, table.start(bucket), table.start(bucket + 1))),
                    "bucket " + bucket + " does not prove");
        }
        return new Copy(version, all);
    }

    /** Takes deltas as long as there is one, and proves where each leads to. */
    synchronized Copy follow(String list, ListKeys keys, Copy from) throws MalformedListException {
        Copy copy = from;
        byte[] bytes = retained.get(Topics.delta(list, copy.version));
        while (bytes != null) {
            ListDelta delta = ListDelta.parse(bytes);
            ListHead head = proved(delta.headBytes(), keys);
            require(delta.from() == copy.version, "a delta lies at another version's topic");
            Set<Long> removed = Arrays.stream(delta.removed()).boxed().collect(Collectors.toSet());
            long[] all = LongStream.concat(
                            Arrays.stream(copy.keys).filter(key -> !removed.contains(key)),
                            Arrays.stream(delta.added()))
                    .map(key -> key ^ Long.MIN_VALUE)
                    .sorted()
                    .map(key -> key ^ Long.MIN_VALUE)
                    .toArray();
            require(
                    HexFormat.of().formatHex(BucketTable.of(all).root()).equals(head.rootHex()),
                    "the delta from " + copy.version + " does not lead to version " + head.version());
            copy = new Copy(head.version(), all);
            bytes = retained.get(Topics.delta(list, copy.version));
        }
        return copy;
    }

    private static ListHead proved(byte[] signed, ListKeys keys) throws MalformedListException {
        require(ListHead.isSignedBy(keys.publicKey(), signed), "the head is not signed");
        return ListHead.parse(signed);
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new AssertionError(otherwise);
        }
    }
}
