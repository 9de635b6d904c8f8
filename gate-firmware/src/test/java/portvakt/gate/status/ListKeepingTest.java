package portvakt.gate.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import portvakt.gate.adapter.file.FolderDisk;
import portvakt.gate.testing.HandClock;
import portvakt.gate.testing.MemoryDisk;

/** What the clock has done for a list's files: as often as it must be, and no more often, since writing wears the card out. */
class ListKeepingTest {

    private static final String LIST = Issuer.LIST;
    private static final long STORE_AGAIN_NS = ListKeeping.STORE_AGAIN.toNanos();

    private final Issuer issuer = new Issuer();
    private final IssuedList issued = new IssuedList(issuer, LIST, 900);
    private final MemoryDisk disk = new MemoryDisk();
    private final ListKeeping keeping = new ListKeeping(disk, issued.store(disk));

    @Test
    void aSigningIsDueWhenItIsMoreThanAnHourNewerThanTheOneOnTheDisk() {
        Instant stored = HandClock.START;
        assertThat(keeping.isHeartbeatDue(stored)).isTrue();
        keeping.stored(stored, Optional.empty(), 0);
        Instant hour = stored.plus(ListKeeping.HEARTBEAT_STORE_INTERVAL);
        assertThat(keeping.isHeartbeatDue(hour)).isFalse();
        assertThat(keeping.isHeartbeatDue(hour.plusMillis(1))).isTrue();
        keeping.stored(hour.plusMillis(1), Optional.of("no space"), 0);
        assertThat(keeping.isHeartbeatDue(hour.plusMillis(1))).isTrue();
    }

    private List<ListEffect> store(StoredList stored, long nowNs) {
        List<ListEffect> out = new ArrayList<>();
        keeping.store(stored, nowNs, out);
        return out;
    }

    @Test
    void whatCouldNotBeWrittenIsTriedAgainAfterHalfAMinuteAndToldIfItCannotBeThen() throws Exception {
        StoredList stored = issued.install(disk);
        disk.setRoomBytes(0);
        StoredList.Applied applied = stored.apply(issued.randomChange(new Random(1), 20, 950));
        keeping.stored(applied.list().issuedAt(), applied.notStored(), 100);
        assertThat(store(stored, 100 + STORE_AGAIN_NS - 1)).isEmpty();
        assertThat(store(stored, 100 + STORE_AGAIN_NS))
                .containsExactly(new ListEffect.Installed(applied.list(), false, applied.notStored()));
        disk.setRoomBytes(Long.MAX_VALUE);
        assertThat(store(stored, 100 + 2 * STORE_AGAIN_NS - 1)).isEmpty();
        assertThat(disk.read(LIST + ".1.1.log")).isEmpty();
        assertThat(store(stored, 100 + 2 * STORE_AGAIN_NS)).isEmpty();
        assertThat(disk.read(LIST + ".1.1.log")).isNotEmpty();
    }

    private static void flip(Path file, long at) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            channel.read(one, at);
            one.put(0, (byte) (one.get(0) ^ 1));
            channel.write(one.flip(), at);
        }
    }

    /** Damage in the last bucket is found at the end of a round, damage in the first one at the beginning of the next. */
    @Test
    void aRoundOfTheScrubTakesItsTimeAndRestsForHalfADay(@TempDir Path folder) throws Exception {
        FolderDisk real = new FolderDisk(folder);
        IssuedList large = new IssuedList(issuer, LIST, 50_000);
        assertThat(large.table().buckets()).isEqualTo(2 * ListKeeping.SCRUB_BUCKETS);
        StoredList stored = large.install(real);
        Path base = folder.resolve(LIST + ".1.1.list");
        int bytes = large.file().length;
        flip(base, bytes - 1);
        keeping.scrub(stored, 0);
        assertThat(stored.list().damagedBuckets()).isZero();
        keeping.scrub(stored, 0);
        assertThat(stored.list().damagedBuckets()).isEqualTo(1);
        flip(base, bytes - (long) large.count() * Long.BYTES);
        keeping.scrub(stored, ListKeeping.SCRUB_REST.toNanos() - 1);
        assertThat(stored.list().damagedBuckets()).isEqualTo(1);
        keeping.scrub(stored, ListKeeping.SCRUB_REST.toNanos());
        assertThat(stored.list().damagedBuckets()).isEqualTo(2);
        stored.close();
    }

    @Test
    void leftoversOfItsSnapshotsAreDeletedTwiceAMinute() throws Exception {
        issued.install(disk);
        String part = LIST + ".1.9.part";
        disk.put("another.1.9.part", new byte[1]);
        disk.put(part, new byte[1]);
        keeping.tidy(0);
        assertThat(disk.names("")).containsExactly("another.1.9.part", LIST + ".1.1.list", LIST + ".1.1.log");
        disk.put(part, new byte[1]);
        keeping.tidy(STORE_AGAIN_NS - 1);
        assertThat(disk.names("")).contains(part);
        keeping.tidy(STORE_AGAIN_NS);
        assertThat(disk.names("")).doesNotContain(part);
    }
}
