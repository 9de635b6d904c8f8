package portvakt.gate.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import portvakt.gate.testing.MemoryDisk;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;
import portvakt.protocol.list.BucketTable;
import portvakt.protocol.list.ListDelta;
import portvakt.protocol.list.ListHead;

/**
 * Whoever has the storage card in another computer, or a key of the issuer's, can write what looks right: checksums are his, and
 * heads may be signed. Each test forges one thing and leaves the rest as it should be.
 */
class StoredListForgeryTest {

    private static final String LIST = Issuer.LIST;
    private static final String BASE = LIST + ".1.1.list";
    private static final String LOG = LIST + ".1.1.log";

    private final Issuer issuer = new Issuer();
    private final IssuedList issued = new IssuedList(issuer, LIST, 900);
    private final MemoryDisk disk = new MemoryDisk();
    private final byte[] base = issued.file();
    private final ListHead first = honest();
    private final BucketTable table = issued.table();

    private ListHead honest() {
        return issued.headOf(issued.table(), issued.count());
    }

    private static void assertRefused(ListRefusal refusal, ThrowingCallable what) {
        assertThatThrownBy(what)
                .isInstanceOfSatisfying(
                        ListRefusedException.class,
                        refused -> assertThat(refused.refusal()).isEqualTo(refusal));
    }

    private SealedList opened() throws IOException, ListRefusedException {
        return issued.store(disk).open().orElseThrow().list();
    }

    private void assertThatTheDiskHasNoList() {
        assertRefused(ListRefusal.DAMAGED_FILE, this::opened);
    }

    // The base

    @Test
    void aBaseThatAStrangerSignedIsNone() {
        disk.put(BASE, new IssuedList(new Issuer(), LIST, 900).file());
        assertThatTheDiskHasNoList();
        assertThat(disk.openFiles()).isZero();
    }

    @Test
    void aBaseUnderTheNameOfAnotherVersionIsNone() throws Exception {
        disk.put(LIST + ".1.9.list", base);
        assertThatTheDiskHasNoList();
        disk.delete(LIST + ".1.9.list");
        disk.put(LIST + ".2.1.list", base);
        assertThatTheDiskHasNoList();
    }

    @Test
    void aBaseWithAnotherTableIsNone() {
        byte[] bent = base.clone();
        bent[ListHead.SIZE_BYTES + BucketTable.sizeBytes(first.bits()) - 1] ^= 1;
        disk.put(BASE, bent);
        assertThatTheDiskHasNoList();
    }

    @Test
    void aBaseThatIsCutOrHasBytesBehindItIsNone() {
        for (int length : new int[] {base.length - 8, base.length - 1, base.length + 1, base.length + 8}) {
            disk.put(BASE, Arrays.copyOf(base, length));
            assertThatTheDiskHasNoList();
        }
    }

    @Test
    void ofTwoBasesThatProveTheLaterDecides() throws Exception {
        disk.put(BASE, base);
        issued.randomChange(new Random(1), 40, 950);
        disk.put(LIST + ".1.2.list", issued.file());
        assertThat(opened().version()).isEqualTo(2);
    }

    @Test
    void aDamagedBucketAnswersNothing() throws Exception {
        byte[] bent = base.clone();
        bent[bent.length - 1] ^= 1;
        disk.put(BASE, bent);
        assertThat(issued.assertAnswers(opened(), issued.now(), Integer.MAX_VALUE, "one key bent"))
                .isPositive();
    }

    @Test
    void otherBucketsAreNotMadeFromADamagedOne() throws Exception {
        IssuedList full = new IssuedList(issuer, LIST, 768);
        byte[] bent = full.file();
        bent[bent.length - 1] ^= 1;
        disk.put(BASE, bent);
        StoredList stored = full.store(disk).open().orElseThrow();
        CardNumber card = IntStream.range(768, 900)
                .mapToObj(full::number)
                .filter(each -> BucketTable.bucketOf(full.key(each, CardStatus.REVOKED), 1) == 0)
                .findFirst()
                .orElseThrow();
        ListDelta delta = full.change(Map.of(card, CardStatus.REVOKED));
        assertThat(delta.head().bits()).isEqualTo(2);
        assertRefused(ListRefusal.DAMAGED_FILE, () -> stored.apply(delta));
        assertThat(stored.list().version()).isEqualTo(1);
    }

    @Test
    void whatHasBeenDamagedOnceAnswersNothingUntilItIsReplaced() throws Exception {
        ByteBuffer file = ByteBuffer.wrap(base.clone());
        SealedList list = SealedList.over(file, issued.trust(), Issuer.SECRET, false);
        int last = table.buckets() - 1;
        assertThat(list.prove(last)).isPresent();
        file.put(base.length - 1, (byte) (base[base.length - 1] ^ 1));
        assertThat(list.prove(last)).isEmpty();
        file.put(base.length - 1, base[base.length - 1]);
        assertThat(list.prove(last)).isEmpty();
        assertThat(list.prove(0)).isPresent();
        assertThat(issued.assertAnswers(list, issued.now(), Integer.MAX_VALUE, "damaged once"))
                .isPositive();
    }

    // Adoption

    private void assertNotAdopted(ListRefusal refusal, byte[] file) throws Exception {
        ListStore store = issued.store(disk);
        String part = store.partName(1, 1);
        disk.put(BASE, base);
        disk.put(LOG, new byte[0]);
        disk.put(part, file);
        Map<String, String> before = disk.contents();
        assertRefused(refusal, () -> store.adopt(part, true));
        assertThat(disk.contents()).isEqualTo(before);
    }

    @Test
    void whatDoesNotProveIsNotAdoptedAndReplacesNothing() throws Exception {
        assertNotAdopted(ListRefusal.BAD_SIGNATURE, new IssuedList(new Issuer(), LIST, 900).file());
        assertNotAdopted(ListRefusal.WRONG_LIST, new IssuedList(issuer, "site-a", 900).file());
        byte[] bent = base.clone();
        bent[ListHead.SIZE_BYTES + BucketTable.sizeBytes(first.bits()) - 1] ^= 1;
        assertNotAdopted(ListRefusal.DAMAGED_FILE, bent);
        assertNotAdopted(ListRefusal.DAMAGED_FILE, Arrays.copyOf(base, base.length - 8));
    }

    // The log

    private static byte[] leaves(BucketTable before, BucketTable after) {
        ByteArrayOutputStream leaves = new ByteArrayOutputStream();
        int leavesAt = (after.buckets() + 1) * Integer.BYTES;
        for (int bucket = 0; bucket < after.buckets(); bucket++) {
            int at = leavesAt + bucket * BucketTable.LEAF_BYTES;
            leaves.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(bucket).array());
            leaves.writeBytes(Arrays.copyOfRange(after.bytes(), at, at + BucketTable.LEAF_BYTES));
        }
        assertThat(after.bits()).isEqualTo(before.bits());
        return leaves.toByteArray();
    }

    private SealedList openedWith(byte[]... records) throws Exception {
        disk.put(BASE, base);
        disk.put(LOG, ListLog.join(Arrays.asList(records)));
        return opened();
    }

    private void assertCut(byte[]... records) throws Exception {
        SealedList list = openedWith(records);
        assertThat(list.head()).isEqualTo(first);
        assertThat(disk.read(LOG)).isEmpty();
    }

    @Test
    void aLoggedDeltaCountsOnlyAsItWasSigned() throws Exception {
        ListDelta delta = issued.randomChange(new Random(1), 40, 950);
        byte[] leaves = leaves(table, issued.table());
        assertThat(openedWith(ListLog.delta(delta, leaves)).version()).isEqualTo(2);

        byte[] strange = honest().sign(new Issuer().keys.getPrivate());
        assertCut(ListLog.delta(ListDelta.of(strange, 1, delta.added(), delta.removed()), leaves));
        byte[] bent = leaves.clone();
        bent[bent.length - 1] ^= 1;
        assertCut(ListLog.delta(delta, bent));
        assertCut(ListLog.delta(ListDelta.of(delta.headBytes(), 0, delta.added(), delta.removed()), leaves));
        byte[] epoch = issued.sign(ForgedHeads.of(honest(), 2, 2, honest().issuedAt()));
        assertCut(ListLog.delta(ListDelta.of(epoch, 1, delta.added(), delta.removed()), leaves));
        // The same cards in another list of the same issuer: everything proves but the name.
        byte[] other = issued.sign(ForgedHeads.ofList(honest(), "site-a"));
        assertCut(ListLog.delta(ListDelta.of(other, 1, delta.added(), delta.removed()), leaves));
    }

    @Test
    void whatComesBeforeARecordThatDoesNotFollowCounts() throws Exception {
        ListDelta delta = issued.randomChange(new Random(1), 40, 950);
        byte[] second = ListLog.delta(delta, leaves(table, issued.table()));
        for (byte[] strange : new byte[][] {second, ListLog.renewal(issued.sign(ForgedHeads.of(honest(), 9)))}) {
            assertThat(openedWith(second, strange, second).version()).isEqualTo(2);
            assertThat(disk.read(LOG)).isEqualTo(second);
        }
    }

    @Test
    void aLoggedDeltaThatCannotBeIsCutAndStopsNothing() throws Exception {
        ListDelta delta = issued.randomChange(new Random(1), 40, 950);
        byte[] leaves = leaves(table, issued.table());
        byte[] outside = leaves.clone();
        ByteBuffer.wrap(outside).putInt(0, table.buckets());
        assertCut(ListLog.delta(delta, outside));
        ByteBuffer.wrap(outside).putInt(0, -1);
        assertCut(ListLog.delta(delta, outside));
        long[] more = new long[table.start(1) + 1];
        Arrays.setAll(more, at -> at);
        assertCut(ListLog.delta(ListDelta.of(delta.headBytes(), 1, new long[0], more), leaves));
        for (int length : new int[] {-1, 0, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
            assertCut(ByteBuffer.allocate(100).putInt(length).array());
        }
    }

    @Test
    void aLoggedSigningIsOfTheSameVersionAndTheNewestCounts() throws Exception {
        byte[] half = issued.heartbeat();
        byte[] hour = issued.heartbeat();
        assertThat(openedWith(ListLog.renewal(hour), ListLog.renewal(half)).issuedAt())
                .isEqualTo(first.issuedAt().plus(Duration.ofMinutes(30)));
        assertCut(ListLog.renewal(issued.sign(ForgedHeads.of(first, 9))));
        assertCut(ListLog.renewal(
                issued.sign(ForgedHeads.of(first, 2, 1, first.issuedAt().plusSeconds(1)))));
        assertCut(ListLog.renewal(issued.sign(ForgedHeads.withRoot(honest(), "ab".repeat(32)))));
        assertCut(ListLog.renewal(issued.sign(ForgedHeads.withCount(honest(), first.count() + 1, first.bits()))));
        assertCut(ListLog.renewal(honest().sign(new Issuer().keys.getPrivate())));
    }

    // What is signed and yet makes no sense

    private void assertNotApplied(ListRefusal refusal, ListHead head, long[] added, long[] removed) throws Exception {
        StoredList stored = issued.store(disk).open().orElseThrow();
        Map<String, String> before = disk.contents();
        ListDelta delta = ListDelta.of(issued.sign(head), 1, added, removed);
        assertRefused(refusal, () -> stored.apply(delta));
        assertThat(stored.list().version()).isEqualTo(1);
        assertThat(disk.contents()).isEqualTo(before);
    }

    @Test
    void aDeltaLeadsToTheCountBitsAndEpochThatItsHeadSigns() throws Exception {
        disk.put(BASE, base);
        disk.put(LOG, new byte[0]);
        ListDelta delta = issued.randomChange(new Random(1), 40, 950);
        ListHead head = honest();
        long[] added = delta.added();
        long[] removed = delta.removed();
        assertNotApplied(
                ListRefusal.NOT_PROVED, ForgedHeads.withCount(head, head.count() + 1, head.bits()), added, removed);
        assertNotApplied(
                ListRefusal.MALFORMED, ForgedHeads.withCount(head, head.count(), head.bits() + 1), added, removed);
        assertNotApplied(ListRefusal.NOT_PROVED, ForgedHeads.of(head, 2, 2, head.issuedAt()), added, removed);
    }

    /** A key that stands twice: canonical for nobody, and the cards behind it could never be taken out again. */
    @Test
    void aDeltaThatAddsAKeyOnceMoreIsRefusedEvenIfItsOutcomeIsSigned() throws Exception {
        disk.put(BASE, base);
        disk.put(LOG, new byte[0]);
        long[] bucket = opened().prove(0).orElseThrow();
        long[] twice = new long[bucket.length + 1];
        twice[0] = bucket[0];
        System.arraycopy(bucket, 0, twice, 1, bucket.length);
        BucketTable.Edit edit = table.edit();
        edit.put(0, twice.length, BucketTable.leafOf(twice));
        ListHead signed = ForgedHeads.of(issued.headOf(edit.table(), first.count() + 1), 2);
        assertNotApplied(ListRefusal.NOT_PROVED, signed, new long[] {bucket[0]}, new long[0]);
    }

    @Test
    void aSignOfLifeIsOfTheSameVersionAndNotOlder() throws Exception {
        StoredList stored = issued.install(disk);
        Map<String, String> before = disk.contents();
        ListHead next = ForgedHeads.of(first, 2);
        assertRefused(ListRefusal.NOT_PROVED, () -> stored.renew(next, issued.sign(next), true));
        ListHead epoch = ForgedHeads.of(first, 2, 1, first.issuedAt());
        assertRefused(ListRefusal.NOT_PROVED, () -> stored.renew(epoch, issued.sign(epoch), true));
        ListHead twin = ForgedHeads.withRoot(first, "ab".repeat(32));
        assertRefused(ListRefusal.NOT_PROVED, () -> stored.renew(twin, issued.sign(twin), true));
        ListHead other = ForgedHeads.ofList(first, "site-a");
        assertRefused(ListRefusal.NOT_PROVED, () -> stored.renew(other, issued.sign(other), true));
        ListHead more = ForgedHeads.withCount(first, first.count() + 1, first.bits());
        assertRefused(ListRefusal.NOT_PROVED, () -> stored.renew(more, issued.sign(more), true));
        ListHead finer = ForgedHeads.withCount(first, first.count(), first.bits() + 1);
        assertRefused(ListRefusal.NOT_PROVED, () -> stored.renew(finer, issued.sign(finer), true));
        ListHead older = ForgedHeads.of(first, 1, 1, first.issuedAt().minusMillis(1));
        assertRefused(ListRefusal.ROLLBACK, () -> stored.renew(older, issued.sign(older), true));
        assertThat(stored.list().head()).isEqualTo(first);
        assertThat(disk.contents()).isEqualTo(before);
        assertThat(stored.renew(first, issued.head(), false).list().head()).isEqualTo(first);
    }

    @Test
    void aListWithADamagedBucketIsNotFolded() throws Exception {
        byte[] bent = base.clone();
        bent[bent.length - 1] ^= 1;
        disk.put(BASE, bent);
        disk.put(LOG, new byte[0]);
        StoredList stored = issued.store(disk).open().orElseThrow();
        stored.apply(ListDelta.of(issued.sign(ForgedHeads.of(first, 2)), 1, new long[0], new long[0]));
        assertThat(stored.fold().notStored()).isPresent();
        assertThat(disk.contents()).doesNotContainKey(LIST + ".1.2.list");
        assertThat(disk.read(BASE)).isEqualTo(bent);
    }
}
