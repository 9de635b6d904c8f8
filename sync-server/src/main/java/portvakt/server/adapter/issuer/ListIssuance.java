package portvakt.server.adapter.issuer;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.protocol.Topics;
import portvakt.protocol.list.CardKeys;
import portvakt.protocol.list.ListHead;
import portvakt.protocol.list.SnapshotChunks;
import portvakt.server.list.ListContent;
import portvakt.server.port.CardStatuses;
import portvakt.server.port.CardStatuses.Issued;
import portvakt.server.port.CardStatuses.Snapshot;
import portvakt.server.port.RetainedPublisher;

/**
 * Brings one list's signed state up to the committed statuses, and the broker up to that. Not thread-safe: the issuer's thread
 * alone calls it.
 *
 * <p>A version is committed before anything of it is published, so a server that starts again never signs another set under a
 * version that a gate may have. Order in the broker: table, keys, head; a gate that sees a head finds all that it names.
 */
final class ListIssuance {

    static final int EPOCH = 1;
    static final Duration VALIDITY = Duration.ofHours(24);
    static final Duration HEARTBEAT = Duration.ofMinutes(10);
    /** Versions whose chunks stay in the broker: the newest, and the one that a gate may be in the middle of fetching. */
    static final int VERSIONS_KEPT = 2;

    private static final Logger LOG = LoggerFactory.getLogger(ListIssuance.class);

    private final String list;
    private final ListKeys keys;
    private final CardKeys cardKeys;
    private final CardStatuses statuses;
    private final RetainedPublisher publisher;
    private final Duration patience;
    private final CompletableFuture<Void> stopped = new CompletableFuture<>();
    private boolean chunksPending = true;
    private boolean headPending = true;
    private boolean signedInThisRun;

    /** @param patience how long to wait for the broker to take a version */
    ListIssuance(String list, ListKeys keys, CardStatuses statuses, RetainedPublisher publisher, Duration patience) {
        this.list = list;
        this.keys = keys;
        this.cardKeys = keys.cardKeys();
        this.statuses = statuses;
        this.publisher = publisher;
        this.patience = patience;
    }

    /** The broker may have lost everything: publish all again in the next round. */
    void brokerForgot() {
        chunksPending = true;
        headPending = true;
    }

    /** For any thread: a round that waits for the broker ends at once, as if the broker were away. */
    void stop() {
        stopped.complete(null);
    }

    /**
     * One round: a new version if the set changed, a new signature if it is time, and whatever the broker lacks.
     *
     * @return what is issued now
     * @throws BrokerAway if the broker did not take all of it; the next round goes on
     */
    Issued round(Instant now) throws BrokerAway, InterruptedException {
        ListContent content = ListContent.of(statuses.listed(list), cardKeys);
        Optional<Issued> before = statuses.issued(list);
        boolean changed = before.isEmpty()
                || !before.get().head().rootHex().equals(content.rootHex())
                || before.get().head().epoch() != EPOCH;
        Issued issued;
        if (changed || !signedInThisRun || isHeartbeatDue(before.get().head(), now)) {
            // Owed from before the commit on: one that fails may be in the database all the same, and then nothing has
            // changed
            // any more in the next round.
            headPending = true;
            chunksPending |= changed;
            issued = sign(content, before, changed, now);
            signedInThisRun = true;
        } else {
            issued = before.get();
        }
        publish(content, issued);
        return issued;
    }

    static boolean isHeartbeatDue(ListHead head, Instant now) {
        return !now.isBefore(head.issuedAt().plus(HEARTBEAT));
    }

    private Issued sign(ListContent content, Optional<Issued> before, boolean changed, Instant now) {
        long version = before.map(issued -> issued.head().version()).orElse(0L) + (changed ? 1 : 0);
        // Gates refuse an issue time that falls: a clock that was set back must not stop the list.
        Instant issuedAt = before.map(issued -> issued.head().issuedAt())
                .filter(now::isBefore)
                .orElse(now)
                .truncatedTo(ChronoUnit.MILLIS);
        ListHead head = new ListHead(
                list,
                EPOCH,
                version,
                content.table().bits(),
                content.keys().length,
                issuedAt,
                issuedAt.plus(VALIDITY),
                content.rootHex(),
                keys.keyId());
        Issued issued =
                new Issued(head, head.sign(keys.privateKey()), content.revokedCount(), content.suspendedCount());
        statuses.issue(issued, snapshot(version, content));
        if (changed) {
            LOG.info("list {} version {}: {} cards", list, version, content.keys().length);
        }
        return issued;
    }

    private static Snapshot snapshot(long version, ListContent content) {
        return new Snapshot(
                version,
                SnapshotChunks.tableChunks(content.table().bits()),
                SnapshotChunks.keyChunks(content.table()).size());
    }

    private void publish(ListContent content, Issued issued) throws BrokerAway, InterruptedException {
        long version = issued.head().version();
        if (chunksPending) {
            List<CompletableFuture<Void>> chunks = new ArrayList<>();
            Snapshot snapshot = snapshot(version, content);
            for (int index = 0; index < snapshot.tableChunks(); index++) {
                chunks.add(publisher.publishRetained(
                        Topics.tableChunk(list, version, index), SnapshotChunks.tableChunk(content.table(), index)));
            }
            List<SnapshotChunks.KeyChunk> keyChunks = SnapshotChunks.keyChunks(content.table());
            for (int index = 0; index < keyChunks.size(); index++) {
                chunks.add(publisher.publishRetained(
                        Topics.keyChunk(list, version, index), keyBytes(content, keyChunks.get(index))));
            }
            await(chunks);
            chunksPending = false;
            headPending = true;
        }
        if (headPending) {
            await(List.of(publisher.publishRetained(Topics.listHead(list), issued.signedHead())));
            headPending = false;
        }
        clearOld(version);
    }

    private void clearOld(long version) throws BrokerAway, InterruptedException {
        for (Snapshot old : statuses.snapshots(list)) {
            if (old.version() > version - VERSIONS_KEPT) {
                continue;
            }
            List<CompletableFuture<Void>> cleared = new ArrayList<>();
            for (int index = 0; index < old.tableChunks(); index++) {
                cleared.add(publisher.publishRetained(Topics.tableChunk(list, old.version(), index), new byte[0]));
            }
            for (int index = 0; index < old.keyChunks(); index++) {
                cleared.add(publisher.publishRetained(Topics.keyChunk(list, old.version(), index), new byte[0]));
            }
            await(cleared);
            statuses.forgetSnapshot(list, old.version());
        }
    }

    private static byte[] keyBytes(ListContent content, SnapshotChunks.KeyChunk chunk) {
        long[] keys = Arrays.copyOfRange(
                content.keys(),
                content.table().start(chunk.fromBucket()),
                content.table().start(chunk.untilBucket()));
        ByteBuffer bytes = ByteBuffer.allocate(keys.length * Long.BYTES);
        bytes.asLongBuffer().put(keys);
        return bytes.array();
    }

    private void await(List<CompletableFuture<Void>> publishes) throws BrokerAway, InterruptedException {
        try {
            CompletableFuture<Void> taken = CompletableFuture.allOf(publishes.toArray(CompletableFuture[]::new));
            CompletableFuture.anyOf(taken, stopped).get(patience.toMillis(), TimeUnit.MILLISECONDS);
            if (!taken.isDone()) {
                throw new BrokerAway("nobody waits for its answer any more");
            }
        } catch (ExecutionException e) {
            throw new BrokerAway(String.valueOf(e.getCause().getMessage()));
        } catch (TimeoutException e) {
            throw new BrokerAway("no answer within " + patience);
        }
    }
}
