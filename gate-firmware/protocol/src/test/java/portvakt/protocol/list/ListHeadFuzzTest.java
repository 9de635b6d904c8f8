package portvakt.protocol.list;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;
import portvakt.protocol.Vectors;

/** Whatever a broker sends as a list's head is refused as malformed, or signs to the same bytes again. */
class ListHeadFuzzTest {

    private static final int SIGNED_BYTES = ListHead.SIZE_BYTES - 64;

    static Stream<byte[]> heads() {
        return Vectors.of("list-head.txt").stream().map(vector -> Vectors.hex(vector[0]));
    }

    @MethodSource("heads")
    @FuzzTest
    void fuzz(byte[] bytes) {
        ListHead head;
        try {
            head = ListHead.parse(bytes);
        } catch (MalformedListException e) {
            return;
        }
        byte[] again = head.sign(Vectors.privateKey());
        assertThat(Arrays.copyOf(again, SIGNED_BYTES)).isEqualTo(Arrays.copyOf(bytes, SIGNED_BYTES));
        // Whoever has not the key cannot make the signature either.
        assertThat(ListHead.isSignedBy(Vectors.publicKey(), bytes)).isEqualTo(Arrays.equals(again, bytes));
    }
}
