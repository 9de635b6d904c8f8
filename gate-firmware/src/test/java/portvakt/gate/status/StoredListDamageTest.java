package portvakt.gate.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import portvakt.gate.access.AccessDecision;
import portvakt.gate.access.AccessPolicy;
import portvakt.gate.access.CardRead;
import portvakt.gate.access.Decision;
import portvakt.gate.access.Enrolments;
import portvakt.gate.access.GateTime;
import portvakt.gate.access.Passes;
import portvakt.gate.adapter.file.FolderDisk;
import portvakt.gate.testing.MemoryDisk;
import portvakt.protocol.Assurance;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;
import portvakt.protocol.DenialReason;
import portvakt.protocol.Direction;
import portvakt.protocol.Uid;
import portvakt.protocol.list.BucketTable;
import portvakt.protocol.list.ListDelta;
import portvakt.protocol.list.ListHead;
import portvakt.protocol.list.MalformedListException;
import portvakt.protocol.v1.ClockTrust;

/** What is damaged or tampered with never decides: it is refused, it is an older signed version, or it is said to be damaged. */
class StoredListDamageTest {

    private static final int FLIPS = 100_000;

    private final Issuer issuer = new Issuer();
    private final IssuedList issued = new IssuedList(issuer, Issuer.LIST, 900);
    private final MemoryDisk disk = new MemoryDisk();

    @Test
    @Tag("long")
    void noFlippedBitMakesAWrongAnswer() throws Exception {
        long seed = 5;
        SplittableRandom random = new SplittableRandom(seed);
        IssuedList small = new IssuedList(issuer, Issuer.LIST, 500);
        StoredList stored = small.install(disk);
        List<IssuedList.Version> versions = new ArrayList<>(List.of(small.now()));
        for (int step = 0; step < 3; step++) {
            stored.apply(small.randomChange(random, 60, 650));
            versions.add(small.now());
        }
        byte[] base = disk.read("hms-kort.1.1.list");
        byte[] log = disk.read("hms-kort.1.1.log");
        HeadProof trust = new RememberingProof(small.trust());
        int refused = 0;
        int older = 0;
        int damaged = 0;
        int harmless = 0;
        for (int flip = 0; flip < FLIPS; flip++) {
            long bit = random.nextLong((base.length + log.length) * 8L);
            byte[] flippedBase = base.clone();
            byte[] flippedLog = log.clone();
            int at = (int) (bit / 8);
            if (at < base.length) {
                flippedBase[at] ^= (byte) (1 << bit % 8);
            } else {
                flippedLog[at - base.length] ^= (byte) (1 << bit % 8);
            }
            MemoryDisk flipped = new MemoryDisk();
            flipped.put("hms-kort.1.1.list", flippedBase);
            flipped.put("hms-kort.1.1.log", flippedLog);
            String context = "seed " + seed + ", flip " + flip + " of bit " + bit;
            SealedList list;
            try {
                list = new ListStore(flipped, Issuer.LIST, trust, Issuer.SECRET)
                        .open()
                        .orElseThrow()
                        .list();
            } catch (ListRefusedException e) {
                refused++;
                continue;
            }
            IssuedList.Version version = versions.get((int) list.version() - 1);
            assertThat(list.issuedAt()).as(context).isEqualTo(version.issuedAt());
            int unanswered = small.assertAnswers(list, version, 40, context);
            // The bucket may be one that none of the cards is in.
            for (int bucket = 0; bucket < list.table().buckets(); bucket++) {
                list.prove(bucket);
            }
            if (list.damagedBuckets() > 0) {
                damaged++;
            } else if (version.version() < small.version()) {
                older++;
            } else {
                harmless++;
                assertThat(unanswered).as(context).isZero();
            }
        }
        System.out.println(FLIPS + " bit flips, seed " + seed + ": 0 wrong answers, " + refused + " refused, " + older
                + " at an older version, " + damaged + " with a damaged bucket, " + harmless + " without effect");
        assertThat(List.of(refused, older, damaged)).allMatch(count -> count > 100);
    }

    @Test
    void whatIsDamagedAfterItsProofLetsNobodyIn() throws Exception {
        issued.install(disk);
        byte[] file = disk.read("hms-kort.1.1.list");
        SealedList list = SealedList.over(ByteBuffer.wrap(file), issued.trust(), Issuer.SECRET, true);
        CardNumber revoked = issued.number(1);
        assertThat(list.statusOf(revoked)).contains(CardStatus.REVOKED);
        int keys = ListHead.SIZE_BYTES + BucketTable.sizeBytes(list.head().bits());
        for (int at = keys + Long.BYTES - 1; at < file.length; at += Long.BYTES) {
            file[at] ^= 1;
        }
        assertThat(list.statusOf(revoked)).as("what was proved once").contains(CardStatus.VALID);
        AccessDecision decision = Decision.decide(
                new CardRead.ChipData(revoked, new Uid("04a1b2c3d4e5f6"), Optional.empty(), Optional.empty()),
                List.of(list),
                Enrolments.NONE,
                Passes.NONE,
                new AccessPolicy(
                        Direction.IN,
                        List.of(Issuer.LIST),
                        Assurance.UNSIGNED_CODE,
                        Duration.ofHours(1),
                        Duration.ofHours(24),
                        Duration.ofHours(72),
                        false,
                        false,
                        false,
                        ZoneId.of("Europe/Oslo")),
                new GateTime(list.issuedAt(), 1, ClockTrust.CLOCK_TRUST_SYNCHRONISED));
        assertThat(decision)
                .isInstanceOfSatisfying(
                        AccessDecision.Denied.class,
                        denied -> assertThat(denied.reason()).isEqualTo(DenialReason.LIST_DAMAGED));
        assertThat(list.statusOf(revoked)).isEmpty();
        assertThat(list.damagedBuckets()).isPositive();
    }

    /** Knows a head again that proved before, byte for byte: 100,000 signatures of the same four heads take a minute. */
    private record RememberingProof(HeadProof trust, Map<ByteBuffer, ListHead> proved) implements HeadProof {

        RememberingProof(HeadProof trust) {
            this(trust, new java.util.HashMap<>());
        }

        @Override
        public ListHead proveNew(byte[] headBytes) throws ListRefusedException {
            return trust.proveNew(headBytes);
        }

        @Override
        public ListHead proveStored(byte[] headBytes) throws ListRefusedException {
            ListHead known = proved.get(ByteBuffer.wrap(headBytes));
            if (known == null) {
                known = trust.proveStored(headBytes);
                proved.put(ByteBuffer.wrap(headBytes.clone()), known);
            }
            return known;
        }
    }

    private void assertRefused(StoredList stored, ListRefusal refusal, ListDelta delta) {
        SealedList before = stored.list();
        Map<String, String> files = disk.contents();
        assertThatThrownBy(() -> stored.apply(delta))
                .isInstanceOfSatisfying(
                        ListRefusedException.class,
                        refused -> assertThat(refused.refusal()).isEqualTo(refusal));
        assertThat(stored.list()).isSameAs(before);
        assertThat(disk.contents()).isEqualTo(files);
        assertThat(before.damagedBuckets()).isZero();
    }

    @Test
    void aTamperedDeltaLeavesAllAsItWas() throws Exception {
        StoredList stored = issued.install(disk);
        IssuedList.Version before = issued.now();
        ListDelta honest = issued.randomChange(new SplittableRandom(6), 40, 1_000);
        long[] added = honest.added();
        long[] removed = honest.removed();
        byte[] head = honest.headBytes();
        long absent = issued.key(issued.number(99_999), CardStatus.REVOKED);
        long[] withOther = SortedKeys.plus(added, new long[] {absent});
        long[] fewer = Arrays.copyOf(added, added.length - 1);
        long[] changed = added.clone();
        changed[3]++;
        for (ListDelta tampered : List.of(
                ListDelta.of(head, 1, withOther, removed),
                ListDelta.of(head, 1, fewer, removed),
                ListDelta.of(head, 1, changed, removed),
                ListDelta.of(head, 1, added, new long[0]),
                ListDelta.of(head, 1, added, SortedKeys.plus(removed, new long[] {absent})),
                ListDelta.of(head, 1, SortedKeys.plus(added, new long[] {present(added, removed)}), removed),
                ListDelta.of(head, 1, new long[0], new long[0]))) {
            assertRefused(stored, ListRefusal.NOT_PROVED, tampered);
        }
        assertRefused(stored, ListRefusal.ROLLBACK, ListDelta.of(head, 0, added, removed));
        ListDelta later = issued.randomChange(new SplittableRandom(7), 40, 1_000);
        assertRefused(stored, ListRefusal.NOT_PROVED, later);
        IssuedList other = new IssuedList(issuer, "site-a", 10);
        assertRefused(stored, ListRefusal.WRONG_LIST, other.randomChange(new SplittableRandom(8), 4, 20));
        issued.assertAnswers(stored.list(), before, 2_000, "after the tampered ones");
        stored.apply(honest);
        stored.apply(later);
        issued.assertAnswers(stored.list(), "after the honest ones");
    }

    /** A key that is listed and that the delta does not touch. */
    private long present(long[] added, long[] removed) {
        return issued.now().cards().entrySet().stream()
                .map(card -> issued.key(card.getKey(), card.getValue()))
                .filter(key -> !SortedKeys.has(added, key) && !SortedKeys.has(removed, key))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void bytesBehindADeltaAreRefused() {
        byte[] bytes = issued.randomChange(new SplittableRandom(9), 10, 900).bytes();
        for (int more : new int[] {1, 4, 8, 100}) {
            assertThatThrownBy(() -> ListDelta.parse(Arrays.copyOf(bytes, bytes.length + more)))
                    .isInstanceOf(MalformedListException.class);
        }
    }

    @Test
    void aFullDiskDelaysTheStoringAndNotTheDenying() throws Exception {
        StoredList stored = issued.install(disk);
        SplittableRandom random = new SplittableRandom(10);
        IssuedList.Version onDisk = issued.now();
        disk.setRoomBytes(100);
        for (int step = 0; step < 3; step++) {
            StoredList.Applied applied = stored.apply(issued.randomChange(random, 30, 900));
            assertThat(applied.notStored().orElseThrow()).contains("hms-kort", "No space left");
            issued.assertAnswers(applied.list(), "not stored");
        }
        MemoryDisk left = disk.afterPowerCut(true, bytes -> bytes);
        issued.assertAnswers(issued.store(left).open().orElseThrow().list(), onDisk, 2_000, "restarted while full");
        disk.setRoomBytes(Long.MAX_VALUE);
        assertThat(stored.retryStore()).isEmpty();
        issued.assertAnswers(issued.store(disk).open().orElseThrow().list(), "restarted");
    }

    @Test
    void aDiskThatCannotSyncOrTruncateIsTriedAgain() throws Exception {
        StoredList stored = issued.install(disk);
        SplittableRandom random = new SplittableRandom(11);
        disk.failForces(1);
        disk.failTruncates(1);
        assertThat(stored.apply(issued.randomChange(random, 30, 900)).notStored())
                .isPresent();
        assertThat(stored.apply(issued.randomChange(random, 30, 900)).notStored())
                .isEmpty();
        MemoryDisk left = disk.afterPowerCut();
        issued.assertAnswers(issued.store(left).open().orElseThrow().list(), "restarted");
    }

    @Test
    void aFullDiskDelaysAChangeOfBucketsToo() throws Exception {
        StoredList stored = issued.install(disk);
        disk.setRoomBytes(5_000);
        ListDelta split = issued.randomChange(new SplittableRandom(12), 2_500, 2_400);
        assertThat(split.head().bits()).isNotEqualTo(stored.list().head().bits());
        StoredList.Applied applied = stored.apply(split);
        assertThat(applied.notStored()).isPresent();
        issued.assertAnswers(applied.list(), "in memory");
        applied = stored.apply(issued.randomChange(new SplittableRandom(13), 20, 2_400));
        assertThat(applied.notStored()).isPresent();
        issued.assertAnswers(applied.list(), "in memory, a version on");
        assertThat(disk.names("")).containsExactly("hms-kort.1.1.list", "hms-kort.1.1.log");
        disk.setRoomBytes(Long.MAX_VALUE);
        assertThat(stored.retryStore()).isEmpty();
        assertThat(disk.read("hms-kort.1.3.list")).isEqualTo(issued.file());
        issued.assertAnswers(issued.store(disk).open().orElseThrow().list(), "restarted");
    }

    @Test
    void theScrubFindsDamageAndADeltaThatTouchesItWaits() throws Exception {
        issued.install(disk).close();
        byte[] file = disk.read("hms-kort.1.1.list");
        file[file.length - 4] ^= 1;
        disk.put("hms-kort.1.1.list", file);
        StoredList stored = issued.store(disk).open().orElseThrow();
        SealedList list = stored.list();
        int last = issued.table().buckets() - 1;
        assertThat(stored.scrub(last)).isEqualTo(1);
        assertThat(list.damagedBuckets()).isZero();
        assertThat(stored.scrub(100)).isZero();
        assertThat(list.damaged()).containsExactly(last);
        assertThat(issued.assertAnswers(list, issued.now(), 2_000, "damaged")).isPositive();
        ListDelta delta = issued.randomChange(new SplittableRandom(14), 200, 900);
        assertThatThrownBy(() -> stored.apply(delta))
                .isInstanceOfSatisfying(
                        ListRefusedException.class,
                        refused -> assertThat(refused.refusal()).isEqualTo(ListRefusal.DAMAGED_FILE));
        assertThat(stored.list()).isSameAs(list);
        assertThat(stored.fold().notStored().orElseThrow()).contains("bucket " + last);
    }

    @Test
    void aMediumThatCannotReadIsADamagedBucket(@TempDir Path folder) throws Exception {
        FolderDisk real = new FolderDisk(folder);
        IssuedList large = new IssuedList(issuer, Issuer.LIST, 20_000);
        SealedList list = large.install(real).list();
        try (FileChannel file = FileChannel.open(folder.resolve("hms-kort.1.1.list"), StandardOpenOption.WRITE)) {
            file.truncate(8_192);
        }
        int unanswered = large.assertAnswers(list, large.now(), 20_000, "cut short");
        assertThat(unanswered).isPositive();
        assertThat(list.damagedBuckets()).isPositive();
        assertThat(list.keysIn(-2L, -1L)).isEmpty();
    }

    @Test
    void ownKeysOfARangeAreThoseOfTheIssuersTable() throws Exception {
        StoredList stored = issued.install(disk);
        stored.apply(issued.randomChange(new SplittableRandom(15), 100, 900));
        SealedList list = stored.list();
        for (int bucket = 0; bucket < issued.table().buckets(); bucket++) {
            assertThat(issued.table()
                            .proves(
                                    bucket,
                                    list.keysIn(bucket, issued.table().bits()).orElseThrow()))
                    .isTrue();
        }
        long[] all = list.keysIn(0, -1L).orElseThrow();
        assertThat(all).hasSize(issued.count());
        for (int bits : new int[] {0, 1, 5}) {
            int found = 0;
            for (int bucket = 0; bucket < 1 << bits; bucket++) {
                found += list.keysIn(bucket, bits).map(keys -> keys.length).orElseThrow();
            }
            assertThat(found).isEqualTo(all.length);
        }
        assertThat(BucketTable.of(all).root()).isEqualTo(issued.table().root());
    }

    @Test
    void aListWhoseNameBeginsLikeAnothersIsLeftAlone() throws Exception {
        IssuedList shorter = new IssuedList(issuer, "site-a", 20);
        IssuedList longer = new IssuedList(issuer, "site-a-b", 30);
        shorter.install(disk);
        longer.install(disk);
        longer.store(disk).keepOnly(longer.store(disk).open().orElseThrow());
        shorter.randomChange(new SplittableRandom(16), 10, 30);
        StoredList newer = shorter.install(disk);
        shorter.store(disk).keepOnly(newer);
        longer.assertAnswers(longer.store(disk).open().orElseThrow().list(), "longer");
        shorter.assertAnswers(shorter.store(disk).open().orElseThrow().list(), "shorter");
        assertThat(disk.names("")).hasSize(4);
    }

    @Test
    void whatASyncHasBroughtOutlivesARestartAndAFoldDoesNot() throws Exception {
        issued.install(disk).close();
        disk.put("hms-kort.1.7.part", new byte[10]);
        disk.put("hms-kort.1.6.fold", new byte[10]);
        disk.put("hms-kort.1.5.log", new byte[10]);
        disk.put("hms-kort.signed", new byte[10]);
        ListStore store = issued.store(disk);
        store.open().orElseThrow();
        assertThat(store.parts()).containsExactly("hms-kort.1.7.part");
        assertThat(disk.names(""))
                .containsExactly("hms-kort.1.1.list", "hms-kort.1.1.log", "hms-kort.1.7.part", "hms-kort.signed");
        assertThatThrownBy(() -> store.adopt("hms-kort.1.7.part", true)).isInstanceOf(ListRefusedException.class);
        assertThat(new ListStore(new MemoryDisk(), "hms-kort", issued.trust(), Issuer.SECRET).open())
                .isEqualTo(Optional.empty());
    }

    @Test
    void aDiskThatCannotReadNowLosesNothing() throws Exception {
        StoredList stored = issued.install(disk);
        stored.apply(issued.randomChange(new SplittableRandom(17), 20, 900));
        stored.close();
        Map<String, String> before = disk.contents();
        disk.failReads(1);
        assertThatThrownBy(() -> issued.store(disk).open()).isInstanceOf(java.io.IOException.class);
        assertThat(disk.contents()).isEqualTo(before);
        issued.assertAnswers(issued.store(disk).open().orElseThrow().list(), "readable again");
    }

    @Test
    void anotherSetUnderTheSameVersionIsNoSignOfLife() throws Exception {
        StoredList stored = issued.install(disk);
        ListHead mine = stored.list().head();
        long[] twin = {1, 2, 3};
        byte[] other = issued.sign(issued.headOf(BucketTable.of(twin), twin.length));
        assertThatThrownBy(() -> stored.renew(ListHead.parse(other), other, true))
                .isInstanceOf(ListRefusedException.class);
        assertThat(stored.list().head()).isEqualTo(mine);
        assertThat(ByteBuffer.wrap(stored.list().headBytes())).isEqualTo(ByteBuffer.wrap(issued.head()));
    }
}
