package portvakt.gate.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import portvakt.gate.port.Disk;
import portvakt.gate.testing.MemoryDisk;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;
import portvakt.protocol.list.BucketTable;
import portvakt.protocol.list.ListDelta;
import portvakt.protocol.list.ListHead;

/** When base and log are written as one, and what that leaves whether or not the disk takes it. */
class StoredListFoldTest {

    private static final String LIST = Issuer.LIST;

    private final Issuer issuer = new Issuer();
    private final IssuedList issued = new IssuedList(issuer, LIST, 900);
    private final MemoryDisk disk = new MemoryDisk();

    private ListDelta next() {
        return issued.randomChange(new Random(issued.version()), 40, 950);
    }

    /** Cards from one number on come to the list. */
    private static ListDelta come(IssuedList list, int from, int count) {
        Map<CardNumber, CardStatus> cards = new HashMap<>();
        for (int card = from; card < from + count; card++) {
            cards.put(list.number(card), CardStatus.REVOKED);
        }
        return list.change(cards);
    }

    private static ListDelta go(IssuedList list, int from, int count) {
        Map<CardNumber, CardStatus> cards = new HashMap<>();
        for (int card = from; card < from + count; card++) {
            cards.put(list.number(card), CardStatus.VALID);
        }
        return list.change(cards);
    }

    private void assertHasOnly(long version, StoredList stored) throws Exception {
        assertThat(disk.names("")).containsExactly(LIST + ".1." + version + ".list", LIST + ".1." + version + ".log");
        assertThat(disk.openFiles()).isEqualTo(1);
        issued.assertAnswers(stored.list(), "in memory");
        MemoryDisk left = disk.afterPowerCut();
        issued.assertAnswers(issued.store(left).open().orElseThrow().list(), "after a power cut");
    }

    @Test
    void aFoldIsDueWhenMoreKeysThanTheBoundDifferFromTheBase() throws Exception {
        IssuedList large = new IssuedList(issuer, LIST, 50_000);
        StoredList stored = large.install(disk);
        int most = ListDelta.KEYS_MAX;
        int from = 50_000;
        for (; from + most <= 50_000 + StoredList.CHANGES_MAX; from += most) {
            stored.apply(come(large, from, most));
        }
        stored.apply(come(large, from, 50_000 + StoredList.CHANGES_MAX - from));
        assertThat(stored.list().keys().changes()).isEqualTo(StoredList.CHANGES_MAX);
        assertThat(stored.foldDue()).isFalse();
        stored.apply(come(large, 50_000 + StoredList.CHANGES_MAX, 1));
        assertThat(stored.foldDue()).isTrue();
        assertThat(stored.fold().notStored()).isEmpty();
        assertThat(stored.foldDue()).isFalse();
    }

    /** What a full disk keeps in memory must have an end: the log's bound, and a fold instead once it can be written. */
    @Test
    void theLogHasABoundOnTheDiskAndInMemory() throws Exception {
        IssuedList large = new IssuedList(issuer, LIST, 14_000);
        StoredList stored = large.install(disk);
        int most = ListDelta.KEYS_MAX;
        String log = LIST + ".1.1.log";
        for (int round = 0; disk.read(log).length <= StoredList.LOG_BYTES_MAX; round++) {
            assertThat(stored.foldDue()).isFalse();
            stored.apply(round % 2 == 0 ? come(large, 14_000, most) : go(large, 14_000, most));
        }
        assertThat(stored.list().keys().changes()).isLessThan(StoredList.CHANGES_MAX);
        assertThat(stored.foldDue()).isTrue();
        assertThat(stored.fold().notStored()).isEmpty();
        long base = large.version();
        disk.setRoomBytes(0);
        boolean listed = large.count() > 14_000;
        int rounds = StoredList.LOG_BYTES_MAX / ListDelta.BYTES_MAX;
        for (int round = 0; round < rounds; round++) {
            stored.apply(listed ? go(large, 14_000, most) : come(large, 14_000, most));
            listed = !listed;
        }
        disk.setRoomBytes(Long.MAX_VALUE);
        assertThat(stored.retryStore()).isEmpty();
        assertThat(disk.names("")).as("folded").doesNotContain(LIST + ".1." + base + ".list");
        assertThat(disk.read(LIST + ".1." + large.version() + ".log")).isEmpty();
        large.assertAnswers(large.store(disk).open().orElseThrow().list(), "restarted");
    }

    @Test
    void aNameIsForcedOnceAndRecordsEachTime() throws Exception {
        StoredList stored = issued.install(disk);
        long begun = disk.operations();
        stored.apply(next());
        assertThat(disk.operations() - begun).as("append, force, names").isEqualTo(3);
        stored.apply(next());
        assertThat(disk.operations() - begun).as("append, force").isEqualTo(5);
        stored.fold();
        begun = disk.operations();
        stored.apply(next());
        assertThat(disk.operations() - begun)
                .as("a fold has forced the new name")
                .isEqualTo(2);
    }

    @Test
    void whatLiesThereUnderTheNewNamesIsNotTakenForItsOwn() throws Exception {
        StoredList stored = issued.install(disk);
        stored.apply(next());
        disk.put(LIST + ".1.2.fold", new byte[100_000]);
        disk.put(LIST + ".1.2.log", ListLog.renewal(issued.head()));
        assertThat(stored.fold().notStored()).isEmpty();
        assertThat(disk.read(LIST + ".1.2.list")).isEqualTo(issued.file());
        assertThat(disk.read(LIST + ".1.2.log")).isEmpty();
        assertHasOnly(2, stored);
    }

    /** Else it would be written behind the new base, where it leads nowhere, and all that follows with it. */
    @Test
    void aFoldTakesInWhatCouldNotBeWritten() throws Exception {
        StoredList stored = issued.install(disk);
        disk.setRoomBytes(0);
        assertThat(stored.apply(next()).notStored()).isPresent();
        disk.setRoomBytes(Long.MAX_VALUE);
        assertThat(stored.fold().notStored()).isEmpty();
        assertThat(disk.read(LIST + ".1.2.list")).isEqualTo(issued.file());
        stored.apply(next());
        assertHasOnly(2, stored);
    }

    /** As a card at its end does: it says nothing, and reads other bytes than were written. */
    private static final class LyingDisk implements Disk {
        private final MemoryDisk under;
        private boolean lies;

        LyingDisk(MemoryDisk under) {
            this.under = under;
        }

        @Override
        public ByteBuffer map(String name) throws IOException {
            byte[] bytes = under.read(name);
            bytes[ListHead.SIZE_BYTES + BucketTable.sizeBytes(2) - 1] ^= (byte) (lies ? 1 : 0);
            return ByteBuffer.wrap(bytes);
        }

        @Override
        public List<String> names(String prefix) throws IOException {
            return under.names(prefix);
        }

        @Override
        public File open(String name) throws IOException {
            return under.open(name);
        }

        @Override
        public byte[] read(String name) throws IOException {
            return under.read(name);
        }

        @Override
        public void replace(String from, String to) throws IOException {
            under.replace(from, to);
        }

        @Override
        public void delete(String name) {
            under.delete(name);
        }

        @Override
        public void forceNames() throws IOException {
            under.forceNames();
        }

        @Override
        public long freeBytes() {
            return under.freeBytes();
        }
    }

    @Test
    void aNewBaseIsReadOnceMoreBeforeTheOldOneGoes() throws Exception {
        LyingDisk lying = new LyingDisk(disk);
        StoredList stored = issued.install(lying);
        assertThat(issued.table().bits()).isEqualTo(2);
        stored.apply(next());
        lying.lies = true;
        assertThat(stored.fold().notStored().orElseThrow()).contains("not the one that the head signs");
        assertHasOnly(1, stored);
    }

    @Test
    void aFoldThatFailsAtItsNamesLeavesThePairOfBefore() throws Exception {
        StoredList stored = issued.install(disk);
        stored.apply(next());
        disk.failNameForces(1);
        assertThat(stored.fold().notStored().orElseThrow()).contains(LIST, "cannot be folded");
        assertHasOnly(1, stored);
        stored.apply(next());
        assertHasOnly(1, stored);
        assertThat(stored.fold().notStored()).isEmpty();
        assertHasOnly(3, stored);
    }

    /** Of the same version the base is replaced by one that says the same. */
    @Test
    void aFoldOfTheSameVersionTakesTheSigningsInAndKeepsItsLog() throws Exception {
        StoredList stored = issued.install(disk);
        byte[] head = issued.heartbeat();
        stored.renew(ListHead.parse(head), head, true);
        disk.failNameForces(1);
        assertThat(stored.fold().notStored()).isPresent();
        assertHasOnly(1, stored);
        assertThat(stored.fold().notStored()).isEmpty();
        assertThat(disk.read(LIST + ".1.1.list")).isEqualTo(issued.file());
        assertThat(disk.read(LIST + ".1.1.log")).isEmpty();
        stored.apply(next());
        assertHasOnly(1, stored);
    }

    @Test
    void aFoldThatTheDiskHasNoRoomForIsNotBegunAndOneThatTearsLeavesNothing() throws Exception {
        StoredList stored = issued.install(disk);
        stored.apply(next());
        int bytes = issued.file().length;
        disk.setFreeBytes(bytes - 1);
        assertThat(stored.fold().notStored().orElseThrow()).contains("needs " + bytes + " bytes");
        assertHasOnly(1, stored);
        disk.setFreeBytes(bytes);
        disk.setRoomBytes(bytes - 1);
        assertThat(stored.fold().notStored().orElseThrow()).contains("No space left");
        assertHasOnly(1, stored);
        disk.setRoomBytes(Long.MAX_VALUE);
        assertThat(stored.fold().notStored()).isEmpty();
        assertHasOnly(2, stored);
    }

    @Test
    void aScrubGoesRoundAndBeginsAnewAfterAFold() throws Exception {
        IssuedList eight = new IssuedList(issuer, LIST, 2_000);
        StoredList stored = eight.install(disk);
        assertThat(eight.table().buckets()).isEqualTo(8);
        assertThat(stored.scrub(3)).isEqualTo(5);
        assertThat(stored.scrub(3)).isEqualTo(2);
        assertThat(stored.scrub(3)).isZero();
        assertThat(stored.scrub(3)).isEqualTo(5);
        assertThat(stored.scrub(0)).as("it always goes on").isEqualTo(4);
        stored.fold();
        assertThat(stored.scrub(1)).isEqualTo(7);
    }

    /** Other buckets have to be written anew at once; a log cannot say it. */
    @Test
    void aListWithOtherBucketsIsWrittenAnewAtOnce() throws Exception {
        IssuedList list = new IssuedList(issuer, LIST, 384);
        StoredList stored = list.install(disk);
        assertThat(stored.list().table().bits()).isZero();
        stored.apply(come(list, 384, 1));
        assertThat(stored.list().table().bits()).isEqualTo(1);
        assertThat(disk.read(LIST + ".1.2.list")).isEqualTo(list.file());
        stored.apply(go(list, 0, 1));
        assertThat(stored.list().table().bits()).isZero();
        assertThat(disk.read(LIST + ".1.3.list")).isEqualTo(list.file());
        stored.apply(go(list, 1, 384));
        list.assertAnswers(list.store(disk).open().orElseThrow().list(), "empty");
        assertThat(disk.read(LIST + ".1.3.list")).hasSize(ListHead.SIZE_BYTES + BucketTable.sizeBytes(0) + 384 * 8);
        assertThat(stored.list().damagedBuckets()).isZero();
    }
}
