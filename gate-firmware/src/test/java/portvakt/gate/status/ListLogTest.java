package portvakt.gate.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import portvakt.gate.testing.MemoryDisk;
import portvakt.protocol.list.BucketTable;
import portvakt.protocol.list.ListDelta;
import portvakt.protocol.list.ListHead;

/** A log is read up to the first record that is none, whatever its checksum says, and nothing in it stops the gate. */
class ListLogTest {

    private static final int LEAF_ENTRY_BYTES = Integer.BYTES + BucketTable.LEAF_BYTES;

    private final IssuedList issued = new IssuedList(new Issuer(), Issuer.LIST, 50);
    private final ListHead first = issued.headOf(issued.table(), issued.count());
    private final byte[] firstBytes = issued.head();
    private final ListDelta delta = issued.randomChange(new Random(1), 10, 60);
    private final MemoryDisk disk = new MemoryDisk();

    private List<ListLog.Entry> read(byte[]... records) throws Exception {
        disk.put("log", ListLog.join(List.of(records)));
        return ListLog.read(disk.open("log"));
    }

    private static byte[] record(byte... body) {
        CRC32C crc = new CRC32C();
        crc.update(body);
        return ByteBuffer.allocate(8 + body.length)
                .putInt(body.length)
                .putInt((int) crc.getValue())
                .put(body)
                .array();
    }

    private static byte[] joined(byte[]... parts) {
        return ListLog.join(List.of(parts));
    }

    @Test
    void whatWasWrittenIsReadInItsOrder() throws Exception {
        byte[] leaves = new byte[2 * LEAF_ENTRY_BYTES];
        leaves[3] = 7;
        byte[] one = ListLog.renewal(firstBytes);
        byte[] two = ListLog.delta(delta, leaves);
        List<ListLog.Entry> entries = read(one, two);
        assertThat(entries).hasSize(2);
        ListLog.Entry.Renewal renewal = (ListLog.Entry.Renewal) entries.get(0);
        assertThat(renewal.head()).isEqualTo(first);
        assertThat(renewal.headBytes()).isEqualTo(firstBytes);
        assertThat(renewal.end()).isEqualTo(one.length);
        ListLog.Entry.Delta step = (ListLog.Entry.Delta) entries.get(1);
        assertThat(step.delta().bytes()).isEqualTo(delta.bytes());
        assertThat(step.leaves()).isEqualTo(ByteBuffer.wrap(leaves));
        assertThat(step.end()).isEqualTo(one.length + two.length);
        assertThat(read(record(joined(new byte[] {2}, firstBytes))))
                .as("its layout")
                .hasSize(1);
        disk.setReadBytesMax(7);
        assertThat(read(one, two)).as("in small pieces").hasSize(2);
    }

    @Test
    void whatIsNoRecordEndsTheLog() throws Exception {
        byte[] good = ListLog.renewal(firstBytes);
        byte[] bytes = delta.bytes();
        byte[] length = ByteBuffer.allocate(4).putInt(bytes.length).array();
        byte[] type = {1};
        for (byte[] body : List.of(
                new byte[0],
                type,
                new byte[] {0},
                new byte[] {3, 1, 2},
                new byte[] {1, 0, 0, 0},
                new byte[] {1, 0, 0, 0, 0},
                new byte[] {1, 0, 0, 0, 3, 1, 2},
                new byte[] {1, -1, -1, -1, -1, 1, 2},
                joined(type, length, Arrays.copyOf(bytes, bytes.length - 1)),
                joined(type, length, bytes, new byte[LEAF_ENTRY_BYTES - 1]),
                joined(type, length, bytes, new byte[LEAF_ENTRY_BYTES + 1]),
                joined(new byte[] {2}, Arrays.copyOf(firstBytes, firstBytes.length - 1)),
                new byte[] {2})) {
            assertThat(read(good, record(body), good)).as(Arrays.toString(body)).hasSize(1);
        }
        assertThat(read(good, record(joined(type, length, bytes)), good)).hasSize(3);
        byte[] bent = good.clone();
        bent[4] ^= 1;
        assertThat(read(good, bent, good)).hasSize(1);
        assertThat(read(good, Arrays.copyOf(good, good.length - 1))).hasSize(1);
        assertThat(read(good, new byte[7])).hasSize(1);
    }

    @Test
    void theLargestDeltaIsARecordAndNothingLargerIs() throws Exception {
        ListDelta most = ListDelta.of(
                issued.sign(ForgedHeads.of(first, 2)),
                1,
                LongStream.range(0, ListDelta.KEYS_MAX).toArray(),
                new long[0]);
        byte[] largest = ListLog.delta(most, new byte[ListDelta.KEYS_MAX * LEAF_ENTRY_BYTES]);
        assertThat(read(largest, largest)).hasSize(2);
        byte[] larger = ListLog.delta(most, new byte[(ListDelta.KEYS_MAX + 1) * LEAF_ENTRY_BYTES]);
        assertThat(read(largest, larger)).hasSize(1);
    }
}
