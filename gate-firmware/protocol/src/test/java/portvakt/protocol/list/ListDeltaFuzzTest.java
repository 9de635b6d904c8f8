package portvakt.protocol.list;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;
import portvakt.protocol.Vectors;

/** Whatever a broker sends as a delta is refused as malformed, or is made of its parts again; it holds no key that it has no bytes for. */
class ListDeltaFuzzTest {

    static Stream<byte[]> deltas() {
        return Vectors.of("list-delta.txt").stream()
                .map(vector -> Vectors.hex(vector[vector.length - 1]))
                .filter(bytes -> bytes.length < 4096);
    }

    @MethodSource("deltas")
    @FuzzTest
    void fuzz(byte[] bytes) {
        ListDelta delta;
        try {
            delta = ListDelta.parse(bytes);
        } catch (MalformedListException e) {
            return;
        }
        assertThat(delta.bytes()).isEqualTo(bytes);
        assertThat(ListDelta.of(delta.headBytes(), delta.from(), delta.added(), delta.removed())
                        .bytes())
                .isEqualTo(bytes);
    }
}
