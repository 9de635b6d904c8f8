package portvakt.protocol.list;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import portvakt.protocol.Vectors;

/** The canonical file of a list, head | table | keys, is the same bytes for ever, and each part of it proves. */
class ListFileTest {

    @Test
    void thePinnedVectors() throws MalformedListException {
        for (String[] vector : Vectors.of("list-file.txt")) {
            long[] keys = Vectors.keys(Integer.parseInt(vector[0]));
            byte[] file = Vectors.hex(vector[1]);

            byte[] headBytes = Arrays.copyOf(file, ListHead.SIZE_BYTES);
            ListHead head = ListHead.parse(headBytes);
            assertThat(ListHead.isSignedBy(Vectors.publicKey(), headBytes)).isTrue();
            assertThat(head.count()).isEqualTo(keys.length);
            assertThat(head.bits()).isEqualTo(BucketTable.bitsFor(keys.length));
            assertThat(head.sign(Vectors.privateKey())).isEqualTo(headBytes);

            int keysAt = ListHead.SIZE_BYTES + BucketTable.sizeBytes(head.bits());
            BucketTable table =
                    BucketTable.parse(head.bits(), head.count(), Arrays.copyOfRange(file, ListHead.SIZE_BYTES, keysAt));
            assertThat(table.root()).isEqualTo(Vectors.hex(head.rootHex()));
            assertThat(table.bytes()).isEqualTo(BucketTable.of(keys).bytes());

            assertThat(file).hasSize(keysAt + keys.length * Long.BYTES);
            long[] inFile = new long[keys.length];
            ByteBuffer.wrap(file, keysAt, file.length - keysAt).asLongBuffer().get(inFile);
            assertThat(inFile).isEqualTo(keys);
            for (int bucket = 0; bucket < table.buckets(); bucket++) {
                assertThat(table.proves(
                                bucket, Arrays.copyOfRange(inFile, table.start(bucket), table.start(bucket + 1))))
                        .isTrue();
            }
        }
    }
}
