package portvakt.gate.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import portvakt.gate.testing.MemoryDisk;
import portvakt.protocol.list.BucketTable;
import portvakt.protocol.list.ListDelta;
import portvakt.protocol.list.ListHead;

/** The power may go at any point, and the medium may keep or lose whatever was not forced: a signed version opens, exactly. */
class StoredListCutTest {

    private static final int CARDS = 700;

    private final Issuer issuer = new Issuer();

    @Test
    @Tag("long")
    void aLogCutAtAnyLengthOpensAtASignedVersion() throws Exception {
        SplittableRandom random = new SplittableRandom(1);
        MemoryDisk disk = new MemoryDisk();
        IssuedList issued = new IssuedList(issuer, Issuer.LIST, CARDS);
        StoredList stored = issued.install(disk);
        List<IssuedList.Version> versions = new ArrayList<>(List.of(issued.now()));
        for (int step = 0; step < 5; step++) {
            stored.apply(issued.randomChange(random, 25, CARDS));
            versions.add(issued.now());
            byte[] head = issued.heartbeat();
            stored.renew(ListHead.parse(head), head, true);
            versions.add(issued.now());
        }
        byte[] base = disk.read("hms-kort.1.1.list");
        byte[] log = disk.read("hms-kort.1.1.log");
        int opened = 0;
        int before = -1;
        for (int length = 0; length <= log.length; length++) {
            MemoryDisk cut = new MemoryDisk();
            cut.put("hms-kort.1.1.list", base);
            cut.put("hms-kort.1.1.log", Arrays.copyOf(log, length));
            StoredList reopened = issued.store(cut).open().orElseThrow();
            int found = indexOf(versions, reopened.list());
            assertThat(found).as("cut at %s", length).isGreaterThanOrEqualTo(before);
            before = found;
            IssuedList.Version version = versions.get(found);
            int unanswered =
                    issued.assertAnswers(reopened.list(), version, length % 16 == 0 ? 2_000 : 60, "cut at " + length);
            assertThat(unanswered).isZero();
            assertThat(cut.read("hms-kort.1.1.log").length).isLessThanOrEqualTo(length);
            opened++;
        }
        assertThat(before).isEqualTo(versions.size() - 1);
        System.out.println("log cut at " + opened + " lengths: 0 wrong answers");
    }

    private static int indexOf(List<IssuedList.Version> versions, SealedList list) {
        for (int at = 0; at < versions.size(); at++) {
            if (versions.get(at).version() == list.version()
                    && versions.get(at).issuedAt().equals(list.issuedAt())) {
                return at;
            }
        }
        throw new AssertionError("version " + list.version() + " issued " + list.issuedAt() + " was never signed");
    }

    /** An act on a stored list that writes. */
    private interface Act {
        void on(MemoryDisk disk, StoredList stored) throws Exception;
    }

    @Test
    void thePowerMayGoAtAnyWriteOfAnApply() throws Exception {
        IssuedList issued = new IssuedList(issuer, Issuer.LIST, CARDS);
        Prepared prepared = prepare(issued);
        ListDelta delta = issued.randomChange(new SplittableRandom(2), 30, CARDS);
        cutEverywhere("apply", issued, prepared, issued.now(), (_, stored) -> stored.apply(delta));
    }

    @Test
    void thePowerMayGoAtAnyWriteOfAnApplyThatSplitsBuckets() throws Exception {
        IssuedList issued = new IssuedList(issuer, Issuer.LIST, CARDS);
        Prepared prepared = prepare(issued);
        ListDelta delta = issued.randomChange(new SplittableRandom(3), 400, 2 * CARDS);
        assertThat(delta.head().bits())
                .isGreaterThan(BucketTable.bitsFor(prepared.version.cards().size()));
        cutEverywhere("apply with other buckets", issued, prepared, issued.now(), (_, stored) -> stored.apply(delta));
    }

    @Test
    void thePowerMayGoAtAnyWriteOfAFold() throws Exception {
        IssuedList issued = new IssuedList(issuer, Issuer.LIST, CARDS);
        Prepared prepared = prepare(issued);
        cutEverywhere("fold", issued, prepared, prepared.version, (_, stored) -> stored.fold());
    }

    @Test
    void thePowerMayGoAtAnyWriteOfAnAdoption() throws Exception {
        IssuedList issued = new IssuedList(issuer, Issuer.LIST, CARDS);
        Prepared prepared = prepare(issued);
        issued.randomChange(new SplittableRandom(4), 50, CARDS);
        cutEverywhere("adopt", issued, prepared, issued.now(), (disk, _) -> issued.install(disk));
    }

    @Test
    void thePowerMayGoAtAnyWriteOfARepairOfTheSameBase() throws Exception {
        IssuedList issued = new IssuedList(issuer, Issuer.LIST, CARDS);
        byte[] canonical = issued.file();
        Prepared prepared = prepare(issued);
        cutEverywhere("repair", issued, prepared, prepared.version, (disk, _) -> {
            ListStore store = issued.store(disk);
            String part = store.partName(1, 1);
            try (var file = disk.open(part)) {
                file.append(java.nio.ByteBuffer.wrap(canonical));
            }
            StoredList adopted = store.adopt(part, true);
            store.keepOnly(adopted);
        });
    }

    /** A disk's files, and the version that they hold. */
    private record Prepared(Map<String, byte[]> files, IssuedList.Version version) {
        MemoryDisk disk() {
            MemoryDisk disk = new MemoryDisk();
            files.forEach(disk::put);
            return disk;
        }
    }

    private static Prepared prepare(IssuedList issued) throws Exception {
        MemoryDisk disk = new MemoryDisk();
        StoredList stored = issued.install(disk);
        for (int step = 0; step < 2; step++) {
            stored.apply(issued.randomChange(new SplittableRandom(step), 20, CARDS));
        }
        Map<String, byte[]> files = new HashMap<>();
        for (String name : disk.names("")) {
            files.put(name, disk.read(name));
        }
        return new Prepared(files, issued.now());
    }

    private static void cutEverywhere(
            String what, IssuedList issued, Prepared before, IssuedList.Version after, Act act) throws Exception {
        MemoryDisk whole = before.disk();
        StoredList opened = issued.store(whole).open().orElseThrow();
        long begun = whole.operations();
        act.on(whole, opened);
        long steps = whole.operations() - begun;
        assertThat(steps).isPositive();
        int points = 0;
        int reachedAfter = 0;
        for (long step = 0; step <= steps; step++) {
            for (boolean keepNames : new boolean[] {false, true}) {
                for (int part = 0; part <= 4; part++) {
                    int quarters = part;
                    MemoryDisk cut = before.disk();
                    StoredList stored = issued.store(cut).open().orElseThrow();
                    cut.cutPowerAfter(step);
                    boolean completed = completes(act, cut, stored);
                    MemoryDisk left = cut.afterPowerCut(keepNames, bytes -> bytes * quarters / 4);
                    String context =
                            what + " cut at " + step + " of " + steps + ", names " + keepNames + ", " + quarters + "/4";
                    StoredList reopened = issued.store(left).open().orElseThrow();
                    long version = reopened.list().version();
                    assertThat(version).as(context).isIn(before.version.version(), after.version());
                    if (completed) {
                        assertThat(version).as(context).isEqualTo(after.version());
                    }
                    IssuedList.Version expected = version == after.version() ? after : before.version;
                    assertThat(issued.assertAnswers(reopened.list(), expected, 200, context))
                            .isZero();
                    reachedAfter += version == after.version() ? 1 : 0;
                    assertGoesOn(issued, left, reopened, context);
                    points++;
                }
            }
        }
        assertThat(reachedAfter).isPositive();
        System.out.println(what + ": power cut at " + points + " points: 0 wrong answers");
    }

    private static boolean completes(Act act, MemoryDisk disk, StoredList stored) throws Exception {
        try {
            act.on(disk, stored);
            return true;
        } catch (MemoryDisk.PowerCut e) {
            return false;
        }
    }

    /** Leftovers are gone, and a fold and a restart change nothing. */
    private static void assertGoesOn(IssuedList issued, MemoryDisk disk, StoredList stored, String context)
            throws Exception {
        assertThat(disk.names("").stream().filter(name -> !name.endsWith(".part")))
                .as(context)
                .hasSize(2);
        SealedList before = stored.list();
        Optional<String> notStored = stored.fold().notStored();
        assertThat(notStored).as(context).isEmpty();
        SealedList again = issued.store(disk).open().orElseThrow().list();
        assertThat(again.version()).as(context).isEqualTo(before.version());
        assertThat(again.head()).as(context).isEqualTo(before.head());
    }
}
