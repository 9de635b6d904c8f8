package portvakt.gate.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import portvakt.gate.testing.MemoryDisk;
import portvakt.protocol.Topics;
import portvakt.protocol.list.BucketTable;
import portvakt.protocol.list.ListHead;
import portvakt.protocol.list.SnapshotChunks;

/** How a snapshot is chosen, asked for, given up and put together, from one moment to the next. */
class ListSyncTest {

    private static final String LIST = Issuer.LIST;
    private static final long LEARN_NS = ListSync.LEARN.toNanos();
    private static final long AGAIN_NS = Fetches.ASK_AGAIN.toNanos();
    private static final ListEffect ASKS_FOR_HEADS = new ListEffect.Subscribe(Topics.checkpointHeadFilter(LIST), true);
    private static final ListEffect LETS_GO_OF_HEADS = new ListEffect.Unsubscribe(Topics.checkpointHeadFilter(LIST));

    private final IssuedList issued = new IssuedList(new Issuer(), LIST, 500);
    private final MemoryDisk disk = new MemoryDisk();
    private final ListStore store = issued.store(disk);
    private final ListSync sync = new ListSync(LIST, disk, store, 0);

    private List<ListEffect> tick(long nowNs, boolean useful, Optional<ListHead> newest) throws IOException {
        List<ListEffect> out = new ArrayList<>();
        sync.tick(new ListSync.Moment(nowNs, true, Optional.empty(), _ -> useful, newest), out);
        return out;
    }

    private List<ListEffect> tick(long nowNs) throws IOException {
        return tick(nowNs, true, Optional.empty());
    }

    private ListHead honest() {
        return issued.headOf(issued.table(), issued.count());
    }

    private void offer(ListHead head, long nowNs) {
        sync.offer(head, issued.sign(head), nowNs);
    }

    private void offer(long version, long nowNs) {
        offer(ForgedHeads.of(honest(), version), nowNs);
    }

    private static ListEffect asksForTable(long version, int index) {
        return new ListEffect.Subscribe(Topics.tableChunk(LIST, version, index), true);
    }

    // Learning

    @Test
    void nothingIsAskedForBeforeItMayBegin() throws Exception {
        ListSync later = new ListSync(LIST, disk, store, 100);
        List<ListEffect> out = new ArrayList<>();
        later.tick(new ListSync.Moment(99, true, Optional.empty(), _ -> true, Optional.empty()), out);
        assertThat(out).isEmpty();
        later.tick(new ListSync.Moment(100, true, Optional.empty(), _ -> true, Optional.empty()), out);
        assertThat(out).containsExactly(ASKS_FOR_HEADS);
    }

    @Test
    void headsAreAskedForAgainAfterTwiceAsLongEachTimeUpToHalfAMinute() throws Exception {
        assertThat(tick(0)).containsExactly(ASKS_FOR_HEADS);
        long askedNs = 0;
        for (int seconds : new int[] {2, 4, 8, 16, 30, 30}) {
            long dueNs = askedNs + Duration.ofSeconds(seconds).toNanos();
            assertThat(tick(dueNs - 1)).as("%d s", seconds).isEmpty();
            assertThat(tick(dueNs)).as("%d s", seconds).containsExactly(ASKS_FOR_HEADS);
            askedNs = dueNs;
        }
        List<ListEffect> out = new ArrayList<>();
        sync.connected(askedNs, out);
        assertThat(out).isEmpty();
        assertThat(tick(askedNs)).as("a new connection").containsExactly(ASKS_FOR_HEADS);
        long minNs = ListSync.LEARN_AGAIN_MIN.toNanos();
        assertThat(tick(askedNs + minNs - 1)).isEmpty();
        assertThat(tick(askedNs + minNs)).containsExactly(ASKS_FOR_HEADS);
    }

    @Test
    void ofWhatIsOfferedInASecondTheNewestIsTaken() throws Exception {
        tick(0);
        offer(3, 10);
        offer(7, 20);
        offer(5, 30);
        assertThat(tick(10 + LEARN_NS - 1)).isEmpty();
        assertThat(tick(10 + LEARN_NS)).containsExactly(LETS_GO_OF_HEADS, asksForTable(7, 0));
        assertThat(sync.fetchingVersion()).isEqualTo(7);
    }

    /** A gate that is often cut off would else begin anew with each snapshot. */
    @Test
    void whatHasBeenBegunIsPreferred() throws Exception {
        disk.put(store.partName(2, 7), new byte[10]);
        disk.put(store.partName(1, 3), new byte[10]);
        offer(3, 0);
        offer(7, 0);
        tick(LEARN_NS);
        assertThat(sync.fetchingVersion()).isEqualTo(3);
    }

    // Giving up

    private long begunAndGivenUp() throws IOException {
        offer(1, 0);
        tick(LEARN_NS);
        for (int tries = 1; tries < Fetches.TRIES_MAX; tries++) {
            assertThat(tick(LEARN_NS + tries * AGAIN_NS)).containsExactly(asksForTable(1, 0));
        }
        long nowNs = LEARN_NS + Fetches.TRIES_MAX * AGAIN_NS;
        assertThat(tick(nowNs - 1)).isEmpty();
        assertThat(sync.fetchingVersion()).isEqualTo(1);
        assertThat(tick(nowNs)).containsExactly(new ListEffect.Unsubscribe(Topics.tableChunk(LIST, 1, 0)));
        assertThat(sync.fetchingVersion()).isZero();
        assertThat(disk.openFiles()).isZero();
        return nowNs;
    }

    @Test
    void whatDoesNotComeIsNotTriedForFiveMinutesAndAnotherIs() throws Exception {
        long nowNs = begunAndGivenUp();
        long againNs = nowNs + ListSync.GIVEN_UP_FOR.toNanos();
        offer(1, nowNs);
        tick(againNs - 1);
        assertThat(sync.fetchingVersion()).isZero();
        tick(againNs);
        assertThat(sync.fetchingVersion()).isEqualTo(1);
    }

    @Test
    void anotherIsTriedAtOnce() throws Exception {
        long nowNs = begunAndGivenUp();
        offer(1, nowNs);
        offer(2, nowNs);
        tick(nowNs + LEARN_NS);
        assertThat(sync.fetchingVersion()).isEqualTo(2);
    }

    /** The broker may have taken it back meanwhile. */
    @Test
    void whatWasOfferedBeforeCountsNoMore() throws Exception {
        long nowNs = begunAndGivenUp();
        tick(nowNs + ListSync.GIVEN_UP_FOR.toNanos(), true, Optional.of(honest()));
        assertThat(sync.fetchingVersion()).isZero();
    }

    @Test
    void whatIsOfNoUseAnyMoreIsDroppedAndSaysNothingOfTheNext() throws Exception {
        offer(1, 0);
        tick(LEARN_NS);
        sync.tableChunk(1, 0, SnapshotChunks.tableChunk(issued.table(), 0), LEARN_NS);
        tick(LEARN_NS);
        List<ListEffect> dropped = tick(LEARN_NS, false, Optional.empty());
        assertThat(dropped).contains(new ListEffect.Unsubscribe(Topics.keyChunk(LIST, 1, 0)));
        assertThat(sync.fetchingVersion()).isZero();
        assertThat(disk.openFiles()).isZero();
        disk.put(store.partName(1, 2), issued.file());
        offer(2, LEARN_NS);
        tick(2 * LEARN_NS);
        assertThat(tick(2 * LEARN_NS)).as("the part file has all").isEmpty();
        assertThat(sync.isComplete()).isTrue();
        tick(2 * LEARN_NS, false, Optional.empty());
        assertThat(sync.isComplete()).as("what is whole costs nothing more").isTrue();
    }

    @Test
    void afterAFailureItWaitsForHalfAMinute() throws Exception {
        offer(1, 0);
        tick(LEARN_NS);
        assertThat(disk.openFiles()).isEqualTo(1);
        List<ListEffect> out = new ArrayList<>();
        sync.failed(100, out);
        assertThat(out).containsExactly(new ListEffect.Unsubscribe(Topics.tableChunk(LIST, 1, 0)));
        assertThat(disk.openFiles()).isZero();
        assertThat(tick(100 + ListSync.AFTER_FAILURE.toNanos() - 1)).isEmpty();
        assertThat(tick(100 + ListSync.AFTER_FAILURE.toNanos())).containsExactly(ASKS_FOR_HEADS);
    }

    @Test
    void whoeverStopsItFindsNothingOpen() throws Exception {
        tick(0);
        List<ListEffect> out = new ArrayList<>();
        sync.stop(out);
        assertThat(out).containsExactly(LETS_GO_OF_HEADS);
        offer(1, 0);
        tick(LEARN_NS);
        out.clear();
        sync.stop(out);
        assertThat(out).containsExactly(new ListEffect.Unsubscribe(Topics.tableChunk(LIST, 1, 0)));
        assertThat(disk.openFiles()).isZero();
        ListSync second = new ListSync(LIST, disk, store, 0);
        second.offer(honest(), issued.head(), 0);
        second.tick(new ListSync.Moment(LEARN_NS, true, Optional.empty(), _ -> true, Optional.empty()), out);
        assertThat(disk.openFiles()).isEqualTo(1);
        second.close();
        assertThat(disk.openFiles()).isZero();
    }

    // Putting together

    @Test
    void aPartFileThatIsWholeAndLongerIsCutAndNothingFetched() throws Exception {
        byte[] file = issued.file();
        String part = store.partName(1, 1);
        disk.put(part, Arrays.copyOf(file, file.length + 16));
        tick(0);
        offer(1, 0);
        assertThat(tick(LEARN_NS)).containsExactly(LETS_GO_OF_HEADS);
        assertThat(sync.isBusy()).isTrue();
        assertThat(tick(LEARN_NS)).isEmpty();
        assertThat(sync.isBusy()).isFalse();
        assertThat(sync.isComplete()).isTrue();
        assertThat(sync.partName()).isEqualTo(part);
        assertThat(disk.read(part)).isEqualTo(file);
        assertThat(disk.openFiles()).isZero();
    }

    /** Of buckets that are empty, so many that the table does not fit into one message. */
    private static BucketTable tableOfTwoParts() {
        BucketTable.Edit edit = BucketTable.empty(12);
        for (int bucket = 0; bucket < 1 << 12; bucket++) {
            edit.put(bucket, 0, BucketTable.leafOf(new long[0]));
        }
        return edit.table();
    }

    @Test
    void aTableOfTwoPartsProvesWhenBothHaveCome() throws Exception {
        BucketTable table = tableOfTwoParts();
        tick(0);
        offer(issued.headOf(table, 0), 0);
        assertThat(tick(LEARN_NS)).containsExactly(LETS_GO_OF_HEADS, asksForTable(1, 0), asksForTable(1, 1));
        sync.tableChunk(1, 1, SnapshotChunks.tableChunk(table, 1), LEARN_NS);
        assertThat(sync.isBusy()).isFalse();
        sync.tableChunk(1, 0, SnapshotChunks.tableChunk(table, 0), LEARN_NS);
        for (int scanned = 0; scanned < table.buckets(); scanned += ListSync.SCAN_BUCKETS) {
            assertThat(sync.isBusy()).isTrue();
            assertThat(sync.isComplete()).isFalse();
            tick(LEARN_NS);
        }
        assertThat(sync.isBusy()).isFalse();
        assertThat(sync.isComplete()).isTrue();
    }

    /** Nobody knows which part is the false one. */
    @Test
    void ofATableThatDoesNotProveAllPartsAreAskedForAgain() throws Exception {
        BucketTable table = tableOfTwoParts();
        tick(0);
        offer(issued.headOf(table, 0), 0);
        tick(LEARN_NS);
        byte[] bent = SnapshotChunks.tableChunk(table, 1);
        bent[bent.length - 1] ^= 1;
        sync.tableChunk(1, 0, SnapshotChunks.tableChunk(table, 0), LEARN_NS);
        assertThatThrownBy(() -> sync.tableChunk(1, 1, bent, LEARN_NS))
                .isInstanceOfSatisfying(
                        ListRefusedException.class,
                        refused -> assertThat(refused.refusal()).isEqualTo(ListRefusal.NOT_PROVED));
        assertThat(tick(LEARN_NS + AGAIN_NS)).containsExactly(asksForTable(1, 0), asksForTable(1, 1));
    }

    private static long[] keysOf(int bucket, int bits, int count) {
        long[] keys = new long[count];
        Arrays.setAll(keys, at -> MergedKeys.first(bucket, bits) + at);
        return keys;
    }

    private static byte[] bytes(long[] keys) {
        ByteBuffer bytes = ByteBuffer.allocate(keys.length * Long.BYTES);
        bytes.asLongBuffer().put(keys);
        return bytes.array();
    }

    /** A power cut costs what has come since the last time, and not hours on a slow link. */
    @Test
    void whatHasComeIsForcedToTheMediumEverySixtyFourChunks() throws Exception {
        int bits = 7;
        int chunks = 66;
        int size = SnapshotChunks.CHUNK_BYTES / Long.BYTES / 2 + 1;
        BucketTable.Edit edit = BucketTable.empty(bits);
        for (int bucket = 0; bucket < 1 << bits; bucket++) {
            int keys = bucket < chunks ? size : 0;
            edit.put(bucket, keys, BucketTable.leafOf(keysOf(bucket, bits, keys)));
        }
        BucketTable table = edit.table();
        assertThat(SnapshotChunks.keyChunks(table)).hasSize(chunks);
        offer(issued.headOf(table, chunks * size), 0);
        tick(LEARN_NS);
        sync.tableChunk(1, 0, SnapshotChunks.tableChunk(table, 0), LEARN_NS);
        tick(LEARN_NS);
        String part = store.partName(1, 1);
        for (int chunk = 0; chunk < 65; chunk++) {
            int durable = disk.afterPowerCut(true, _ -> 0).read(part).length;
            assertThat(durable > 0).as("after %d chunks", chunk).isEqualTo(chunk >= 64);
            sync.keyChunk(1, chunk, bytes(keysOf(chunk, bits, size)), LEARN_NS, new ArrayList<>());
        }
        int keysAt = ListHead.SIZE_BYTES + BucketTable.sizeBytes(bits);
        assertThat(disk.afterPowerCut(true, _ -> 0).read(part)).hasSize(keysAt + 64 * size * Long.BYTES);
    }
}
