package portvakt.protocol.pass;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.upokecenter.cbor.CBORObject;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;
import portvakt.protocol.Vectors;
import portvakt.protocol.sign.KeyId;

/** Whatever bytes a key that counts has signed as a pass's claims: refused, or a pass that its issuer writes with the same bytes. */
class PassClaimsFuzzTest {

    private static final KeyId KEY = KeyId.of(Vectors.publicKey());
    private static final byte[] HEADER = Vectors.hex("a201270444" + KEY.hex());

    static Stream<byte[]> claims() {
        return Vectors.of("pass.txt").stream()
                .map(vector -> CBORObject.DecodeFromBytes(Vectors.hex(vector[5]))
                        .get(2)
                        .GetByteString());
    }

    @MethodSource("claims")
    @FuzzTest
    void fuzz(byte[] claims) {
        CoseSign1 signed = CoseSign1.sign(HEADER, claims, Vectors.privateKey());
        String text = PassCode.PREFIX + Base45.encode(signed.encode());
        Pass pass;
        try {
            pass = PassCode.read(text).prove(Vectors.publicKey());
        } catch (PassRefusedException e) {
            assertThat(e.refusal()).isNotEqualTo(PassRefusal.SIGNATURE);
            return;
        }
        assertThat(PassCode.issue(pass, Vectors.privateKey(), KEY).text()).isEqualTo(text);
    }
}
