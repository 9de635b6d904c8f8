package portvakt.protocol.pass;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;
import portvakt.protocol.Vectors;
import portvakt.protocol.sign.KeyId;

/**
 * Whatever text a camera sees: no pass, or one that is spelt in this one way and that only the issuer's own text proves. Base45, COSE
 * and the headers' CBOR; the claims behind the signature have a target of their own.
 */
class PassCodeFuzzTest {

    static Stream<byte[]> texts() {
        return Stream.concat(
                Vectors.of("pass.txt").stream()
                        .map(vector -> PassCode.PREFIX + Base45.encode(Vectors.hex(vector[5])))
                        .map(text -> text.getBytes(StandardCharsets.ISO_8859_1)),
                Stream.of("PV1:", "HC1:BB8", "4388261").map(text -> text.getBytes(StandardCharsets.ISO_8859_1)));
    }

    @MethodSource("texts")
    @FuzzTest
    void fuzz(byte[] input) {
        String text = new String(input, StandardCharsets.ISO_8859_1);
        PassCode code;
        try {
            code = PassCode.read(text);
        } catch (PassRefusedException e) {
            assertThat(e.refusal().reason()).isNotNull();
            return;
        }
        String base45 = text.substring(PassCode.PREFIX.length());
        assertThat(code.text()).isEqualTo(text);
        byte[] bytes = Base45.decode(base45).orElseThrow();
        assertThat(Base45.encode(bytes)).isEqualTo(base45);
        assertThat(bytes).hasSizeLessThanOrEqualTo(PassCode.SIZE_BYTES_MAX);
        Pass pass;
        try {
            assertThat(CoseSign1.decode(bytes).encode()).isEqualTo(bytes);
            pass = code.prove(Vectors.publicKey());
        } catch (PassRefusedException e) {
            return;
        }
        assertThat(PassCode.issue(pass, Vectors.privateKey(), KeyId.of(Vectors.publicKey())))
                .isEqualTo(code);
    }
}
