package portvakt.gate.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import portvakt.gate.adapter.file.FolderDisk;
import portvakt.gate.port.Disk;
import portvakt.gate.testing.MemoryDisk;
import portvakt.protocol.list.ListHead;

/** Whatever comes in whatever order, a list answers as its issuer would, and its file becomes the issuer's, byte for byte. */
class StoredListTest {

    private static final int ROUNDS = 40;
    /** Every round asks for every card. */
    private static final int ROUNDS_OF_A_LARGE_LIST = 12;

    private final Issuer issuer = new Issuer();

    /** Starting sizes, and the sizes that a series swings between: across 384 and 768, where buckets are split and joined. */
    @ParameterizedTest(name = "seed {0}: {1} cards, towards {2} and {3}")
    @CsvSource({
        "1, 0, 5, 0",
        "2, 1, 3, 0",
        "3, 2, 900, 300",
        "4, 10, 400, 350",
        "5, 1000, 760, 800",
        "6, 1000, 3200, 200",
        "7, 384, 390, 380",
        "8, 13000, 12300, 12250",
        "9, 0, 1600, 0",
        "10, 50000, 49000, 50500"
    })
    void aSeriesOfEverythingAgreesWithTheIssuer(long seed, int count, int high, int low) throws Exception {
        SplittableRandom random = new SplittableRandom(seed);
        MemoryDisk disk = new MemoryDisk();
        IssuedList issued = new IssuedList(issuer, Issuer.LIST, count);
        StoredList stored = issued.install(disk);
        int crossings = 0;
        for (int round = 0; round < (count > 10_000 ? ROUNDS_OF_A_LARGE_LIST : ROUNDS); round++) {
            String context = "seed " + seed + ", round " + round;
            int bits = issued.table().bits();
            switch (random.nextInt(8)) {
                case 0 -> renew(stored, issued, random.nextBoolean());
                case 1 -> assertThat(stored.fold().notStored()).as(context).isEmpty();
                case 2 -> {
                    stored.close();
                    stored = issued.store(disk).open().orElseThrow();
                }
                default -> {
                    int changes = 1 + random.nextInt(Math.max(4, high / 2));
                    int towards = round / 8 % 2 == 0 ? high : low;
                    StoredList.Applied applied =
                            stored.apply(issued.randomChange(random, Math.min(changes, 3_000), towards));
                    assertThat(applied.notStored()).as(context).isEmpty();
                    assertThat(applied.list()).isSameAs(stored.list());
                }
            }
            crossings += issued.table().bits() == bits ? 0 : 1;
            issued.assertAnswers(stored.list(), context);
            assertThat(stored.list().damagedBuckets()).isZero();
            assertThat(disk.openFiles()).isEqualTo(1);
        }
        assertThat(stored.fold().notStored()).isEmpty();
        assertCanonical(disk, issued);
        stored.close();
        issued.assertAnswers(issued.store(disk).open().orElseThrow().list(), "seed " + seed + " at the end");
        System.out.println(
                "seed " + seed + ": " + issued.version() + " versions, " + crossings + " changes of buckets");
    }

    private static void renew(StoredList stored, IssuedList issued, boolean persist) throws Exception {
        byte[] head = issued.heartbeat();
        assertThat(stored.renew(ListHead.parse(head), head, persist).list().issuedAt())
                .isEqualTo(issued.now().issuedAt());
    }

    private static void assertCanonical(Disk disk, IssuedList issued) throws IOException {
        String base = Issuer.LIST + ".1." + issued.version() + ".list";
        assertThat(disk.names("")).containsExactly(base, base.replace(".list", ".log"));
        byte[] file = disk.read(base);
        // An unpersisted sign of life is lost in a restart; the set is the same.
        System.arraycopy(issued.head(), 0, file, 0, ListHead.SIZE_BYTES);
        assertThat(file).isEqualTo(issued.file());
    }

    @Test
    void aRealFolderHoldsIt(@TempDir Path folder) throws Exception {
        SplittableRandom random = new SplittableRandom(1);
        Disk disk = new FolderDisk(folder);
        IssuedList issued = new IssuedList(issuer, Issuer.LIST, 5_000);
        StoredList stored = issued.install(disk);
        for (int round = 0; round < 3; round++) {
            assertThat(stored.apply(issued.randomChange(random, 200, 5_000)).notStored())
                    .isEmpty();
            renew(stored, issued, true);
            issued.assertAnswers(stored.list(), "applied");
            stored.close();
            stored = issued.store(disk).open().orElseThrow();
            assertThat(stored.list().heardInThisRun()).isFalse();
            issued.assertAnswers(stored.list(), "reopened");
        }
        assertThat(stored.fold().notStored()).isEmpty();
        issued.assertAnswers(stored.list(), "folded");
        assertThat(disk.read(Issuer.LIST + ".1." + issued.version() + ".list")).isEqualTo(issued.file());
        assertThat(disk.names("")).hasSize(2);
        stored.close();
        issued.assertAnswers(issued.store(disk).open().orElseThrow().list(), "folded and reopened");
    }
}
