package portvakt.gate.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import portvakt.gate.testing.MemoryDisk;
import portvakt.protocol.CardStatus;
import portvakt.protocol.list.BucketTable;
import portvakt.protocol.list.ListHead;

/** What a part file holds from before a restart counts for nothing until it has proved. */
class PartFileTest {

    private static final String NAME = "hms-kort.1.1.part";

    private final IssuedList issued = new IssuedList(new Issuer(), Issuer.LIST, 900);
    private final ListHead head = issued.headOf(issued.table(), issued.count());
    private final byte[] whole = issued.file();
    private final MemoryDisk disk = new MemoryDisk();

    private PartFile open() throws IOException {
        return PartFile.open(disk, NAME, head, issued.head());
    }

    private byte[] flipped(int at) {
        byte[] bytes = whole.clone();
        bytes[at] ^= 1;
        return bytes;
    }

    @Test
    void aTableThatTheHeadDoesNotSignIsNone() throws Exception {
        disk.put(NAME, whole);
        try (PartFile part = open()) {
            assertThat(part.table()).isPresent();
        }
        int tableEnd = ListHead.SIZE_BYTES + BucketTable.sizeBytes(head.bits());
        for (int at = ListHead.SIZE_BYTES; at < tableEnd; at++) {
            disk.put(NAME, flipped(at));
            try (PartFile part = open()) {
                assertThat(part.table()).as("byte %d", at).isEmpty();
            }
        }
    }

    @Test
    void aBucketThatDoesNotProveIsLacking() throws Exception {
        disk.put(NAME, flipped(whole.length - 1));
        try (PartFile part = open()) {
            int last = issued.table().buckets() - 1;
            assertThat(part.has(last)).isFalse();
            for (int bucket = 0; bucket < last; bucket++) {
                assertThat(part.has(bucket)).isTrue();
            }
        }
    }

    @Test
    void whatALongerFileHadMoreIsCutOff() throws Exception {
        disk.put(NAME, Arrays.copyOf(whole, whole.length + 800));
        try (PartFile part = open()) {
            part.finish();
        }
        assertThat(disk.read(NAME)).isEqualTo(whole);
    }

    @Test
    void anotherContentIsBegunAnew() throws Exception {
        disk.put(NAME, whole);
        issued.change(Map.of(issued.number(0), CardStatus.VALID));
        ListHead newer = issued.headOf(issued.table(), issued.count());
        try (PartFile part = PartFile.open(disk, NAME, newer, issued.head())) {
            assertThat(part.table()).isEmpty();
        }
        assertThat(disk.read(NAME)).isEqualTo(issued.head());
    }

    @Test
    void aFileThatTheDiskHasNoRoomForIsNotBegun() throws Exception {
        disk.setFreeBytes(whole.length - 1);
        assertThatThrownBy(this::open).isInstanceOf(IOException.class).hasMessageContaining("needs");
        assertThat(disk.openFiles()).isZero();
        disk.setFreeBytes(whole.length);
        try (PartFile part = open()) {
            assertThat(part.table()).isEmpty();
        }
    }

    /** What has come takes no more room. */
    @Test
    void aFileThatHasBeenBegunNeedsRoomForTheRest() throws Exception {
        int keysAt = ListHead.SIZE_BYTES + BucketTable.sizeBytes(head.bits());
        disk.put(NAME, Arrays.copyOf(whole, keysAt));
        disk.setFreeBytes(whole.length - keysAt);
        try (PartFile part = open()) {
            assertThat(part.table()).isPresent();
            assertThat(part.has(0)).isFalse();
        }
        disk.setFreeBytes(whole.length - keysAt - 1);
        assertThatThrownBy(this::open).isInstanceOf(IOException.class);
    }

    @Test
    void whatIsWholeIsOnTheMediumAtItsEnd() throws Exception {
        try (PartFile part = open()) {
            part.put(issued.table());
            for (int bucket = 0; bucket < issued.table().buckets(); bucket++) {
                int from = whole.length - (issued.count() - issued.table().start(bucket)) * Long.BYTES;
                long[] keys = new long
                        [issued.table().start(bucket + 1) - issued.table().start(bucket)];
                ByteBuffer.wrap(whole).position(from).asLongBuffer().get(keys);
                assertThat(part.has(bucket)).isFalse();
                part.put(bucket, keys);
                assertThat(part.has(bucket)).isTrue();
            }
            part.finish();
        }
        assertThat(disk.afterPowerCut(true, _ -> 0).read(NAME)).isEqualTo(whole);
        disk.setReadBytesMax(7);
        try (PartFile part = open()) {
            assertThat(part.table()).as("in small pieces").isPresent();
            assertThat(part.has(0)).isTrue();
        }
    }

    @Test
    void whatIsNoPartFileIsBegunAnew() throws Exception {
        disk.put(NAME, new byte[300]);
        open().close();
        assertThat(disk.read(NAME)).isEqualTo(issued.head());
    }
}
