package portvakt.protocol.pass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import portvakt.protocol.Vectors;

/** What is signed is what the standards say, by vectors of others. */
class CoseSign1Test {

    /** cose-wg/Examples, eddsa-examples/eddsa-sig-01.json, after its tag; its key is that of RFC 8032 § 7.1 test 1. */
    private static final String EDDSA_SIG_01 = "8445a201270300a10442313154546869732069732074686520636f6e74656e742e5840"
            + "7142fd2ff96d56db85bee905a76ba1d0b7321a95c8c4d3607c5781932b7afb87"
            + "11497dfa751bf40b58b3bcc32300b1487f3db34085eef013bf08f4a44d6fef0d";

    private static final byte[] EDDSA_HEADER = Vectors.hex("a201270300");
    private static final byte[] EDDSA_PAYLOAD = Vectors.hex("546869732069732074686520636f6e74656e742e");

    /** RFC 8392 § A.3, after its tag. */
    private static final String SIGNED_CWT =
            "8443a10126a104524173796d6d657472696345434453413235365850a70175636f61703a2f2f61732e6578616d706c652e636f6d"
                    + "02656572696b77037818636f61703a2f2f6c696768742e6578616d706c652e636f6d041a5612aeb0051a5610d9f0061a"
                    + "5610d9f007420b7158405427c1ff28d23fbad1f29c4c7c6a555e601d6fa29f9179bc3d7438bacaca5acd08c8d4d4f961"
                    + "31680c429a01f85951ecee743a52b9b63632c57209120e1c9e30";

    @Test
    void anotherSignersEddsaMessageProves() {
        byte[] message = Vectors.hex(EDDSA_SIG_01);
        byte[] signature = Arrays.copyOfRange(message, message.length - 64, message.length);
        assertThat(new CoseSign1(EDDSA_HEADER, EDDSA_PAYLOAD, signature).isSignedBy(Vectors.publicKey()))
                .isTrue();
        assertThat(CoseSign1.sign(EDDSA_HEADER, EDDSA_PAYLOAD, Vectors.privateKey())
                        .signature())
                .isEqualTo(signature);
        assertThat(new CoseSign1(EDDSA_HEADER, Vectors.hex("54"), signature).isSignedBy(Vectors.publicKey()))
                .isFalse();
    }

    /** By ES256, which passes do not use: the structure that is signed is the same for all algorithms. */
    @Test
    void theSignedTokenOfTheStandardProves() throws GeneralSecurityException {
        byte[] message = Vectors.hex(SIGNED_CWT);
        byte[] payload = Arrays.copyOfRange(message, message.length - 66 - 80, message.length - 66);
        Signature verifier = Signature.getInstance("SHA256withECDSAinP1363Format");
        verifier.initVerify(ecKey(
                "143329cce7868e416927599cf65a34f3ce2ffda55a7eca69ed8919a394d42f0f",
                "60f7f1a780d8a783bfb7a2dd6b2796e8128dbbcef9d3d168db9529971a36e7b9"));
        verifier.update(CoseSign1.toBeSigned(Vectors.hex("a10126"), payload));
        assertThat(verifier.verify(Arrays.copyOfRange(message, message.length - 64, message.length)))
                .isTrue();
    }

    /** Both vectors name the key outside the signature. */
    @Test
    void aHeaderOutsideTheSignatureIsRefused() {
        for (String message : new String[] {EDDSA_SIG_01, SIGNED_CWT}) {
            assertThatThrownBy(() -> CoseSign1.decode(Vectors.hex(message)))
                    .isInstanceOfSatisfying(
                            PassRefusedException.class,
                            e -> assertThat(e.refusal()).isEqualTo(PassRefusal.HEADER));
        }
    }

    private static PublicKey ecKey(String x, String y) throws GeneralSecurityException {
        AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
        parameters.init(new ECGenParameterSpec("secp256r1"));
        return KeyFactory.getInstance("EC")
                .generatePublic(new ECPublicKeySpec(
                        new ECPoint(new BigInteger(x, 16), new BigInteger(y, 16)),
                        parameters.getParameterSpec(ECParameterSpec.class)));
    }
}
