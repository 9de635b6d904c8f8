package portvakt.protocol.sign;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;
import portvakt.protocol.Vectors;

/** Whatever stands in a key file: refused as a key, or keys that are written and read as the same ones. */
class PemFuzzTest {

    static Stream<byte[]> texts() {
        String both = Pem.of(Vectors.publicKey()) + Pem.of(Vectors.privateKey());
        return Stream.of(both.getBytes(StandardCharsets.US_ASCII));
    }

    @MethodSource("texts")
    @FuzzTest
    void fuzz(byte[] input) throws GeneralSecurityException {
        String text = new String(input, StandardCharsets.ISO_8859_1);
        List<PublicKey> keys = List.of();
        try {
            keys = Pem.publicKeys(text);
            assertThat(keys).isNotEmpty();
        } catch (GeneralSecurityException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
        for (PublicKey key : keys) {
            assertThat(Pem.publicKeys(Pem.of(key))).containsExactly(key);
        }
        PrivateKey key;
        try {
            key = Pem.privateKey(text);
        } catch (GeneralSecurityException e) {
            return;
        }
        assertThat(Pem.privateKey(Pem.of(key))).isEqualTo(key);
    }
}
