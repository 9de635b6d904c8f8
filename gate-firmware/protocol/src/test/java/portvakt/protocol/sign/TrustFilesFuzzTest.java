package portvakt.protocol.sign;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.InvalidProtocolBufferException;
import java.security.KeyPair;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;
import portvakt.protocol.Vectors;
import portvakt.protocol.v1.TrustFile;

/** Whatever comes as a trust file, and whatever a root key has signed as one's content: refused, or what can be signed once more and is the same. */
class TrustFilesFuzzTest {

    private static final KeyPair ROOT = new KeyPair(Vectors.publicKey(), Vectors.privateKey());
    private static final RootKeys ROOTS = new RootKeys(List.of(ROOT.getPublic()), 1);

    static Stream<byte[]> files() throws InvalidProtocolBufferException {
        byte[] file = Vectors.hex(Vectors.of("trust-file.txt").getFirst()[0]);
        return Stream.of(file, TrustFile.parseFrom(file).getContent().toByteArray());
    }

    @MethodSource("files")
    @FuzzTest
    void fuzz(byte[] bytes) {
        prove(bytes);
        prove(TrustFilesTest.signed(bytes, ROOT));
    }

    private static void prove(byte[] file) {
        Trust trust;
        try {
            trust = TrustFiles.prove(file, ROOTS);
        } catch (UnprovedTrustException | MalformedTrustException e) {
            assertThat(e.getMessage()).isNotBlank();
            return;
        }
        try {
            assertThat(TrustFiles.prove(TrustFiles.sign(trust, List.of(ROOT)), ROOTS))
                    .isEqualTo(trust);
        } catch (UnprovedTrustException | MalformedTrustException e) {
            throw new AssertionError("signed again, it is refused", e);
        }
    }
}
