package portvakt.gate.status;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.params.provider.MethodSource;
import portvakt.gate.testing.MemoryDisk;
import portvakt.protocol.CardStatus;

/**
 * Whatever an SD card gives back as a list's files: refused, or one of the versions that were signed, with its answers. The input is a
 * choice, then a file: 0 the log as it lies there, 1 the log's bodies (each a length of two bytes and so many bytes) under good
 * checksums, 2 the base.
 */
class StoredListFuzzTest {

    private static final IssuedList ISSUED = new IssuedList(new Issuer(), Issuer.LIST, 12);
    private static final List<IssuedList.Version> VERSIONS = new ArrayList<>();
    private static final byte[] BASE;
    private static final byte[] LOG;

    static {
        try {
            MemoryDisk disk = new MemoryDisk();
            StoredList stored = ISSUED.install(disk);
            VERSIONS.add(ISSUED.now());
            for (int step = 0; step < 3; step++) {
                stored.apply(ISSUED.change(
                        Map.of(ISSUED.number(step), CardStatus.VALID, ISSUED.number(30 + step), CardStatus.REVOKED)));
                VERSIONS.add(ISSUED.now());
            }
            BASE = disk.read("hms-kort.1.1.list");
            LOG = disk.read("hms-kort.1.1.log");
        } catch (IOException | ListRefusedException e) {
            throw new AssertionError(e);
        }
    }

    static Stream<byte[]> files() {
        ByteBuffer bodies = ByteBuffer.allocate(LOG.length);
        for (ByteBuffer log = ByteBuffer.wrap(LOG); log.hasRemaining(); ) {
            byte[] body = new byte[log.getInt()];
            log.getInt();
            log.get(body);
            bodies.putShort((short) body.length).put(body);
        }
        return Stream.of(chosen(0, LOG), chosen(1, Arrays.copyOf(bodies.array(), bodies.position())), chosen(2, BASE));
    }

    private static byte[] chosen(int file, byte[] bytes) {
        return ByteBuffer.allocate(1 + bytes.length).put((byte) file).put(bytes).array();
    }

    @MethodSource("files")
    @FuzzTest
    void fuzz(byte[] input) throws IOException {
        if (input.length == 0) {
            return;
        }
        byte[] bytes = Arrays.copyOfRange(input, 1, input.length);
        MemoryDisk disk = new MemoryDisk();
        disk.put("hms-kort.1.1.list", input[0] == 2 ? bytes : BASE);
        disk.put("hms-kort.1.1.log", input[0] == 2 ? LOG : input[0] == 1 ? checksummed(bytes) : bytes);
        SealedList list;
        try {
            list = ISSUED.store(disk).open().orElseThrow().list();
        } catch (ListRefusedException e) {
            assertThat(input[0]).as("the base is whole, so it proves").isEqualTo((byte) 2);
            return;
        }
        assertThat(list.version()).isBetween(1L, (long) VERSIONS.size());
        ISSUED.assertAnswers(list, VERSIONS.get((int) list.version() - 1), 40, "whatever the file");
    }

    private static byte[] checksummed(byte[] bodies) {
        ByteBuffer rest = ByteBuffer.wrap(bodies);
        ByteBuffer log = ByteBuffer.allocate(8 * bodies.length + 16);
        while (rest.remaining() > 2) {
            byte[] body = new byte[Math.min(rest.getShort() & 0xffff, rest.remaining())];
            rest.get(body);
            CRC32C crc = new CRC32C();
            crc.update(body);
            log.putInt(body.length).putInt((int) crc.getValue()).put(body);
        }
        return Arrays.copyOf(log.array(), log.position());
    }
}
