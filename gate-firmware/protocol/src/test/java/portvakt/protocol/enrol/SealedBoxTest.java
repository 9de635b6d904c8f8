package portvakt.protocol.enrol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.hpke.HPKE;
import org.bouncycastle.crypto.hpke.HPKEContext;
import org.bouncycastle.crypto.hpke.HPKEContextWithEncapsulation;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.crypto.util.PublicKeyFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The box is RFC 9180's, as another implementation has it, and opens to nobody else and to nothing that was touched. */
class SealedBoxTest {

    private static final byte[] INFO = EnrolmentServer.info();
    private static final byte[] MESSAGE = "a code's secret".getBytes(StandardCharsets.UTF_8);

    private final HPKE other =
            new HPKE(HPKE.mode_base, HPKE.kem_P256_SHA256, HPKE.kdf_HKDF_SHA256, HPKE.aead_AES_GCM256);
    private KeyPair server;

    @BeforeEach
    void makeKey() throws Exception {
        server = pair("secp256r1");
    }

    private static KeyPair pair(String curve) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec(curve));
        return generator.generateKeyPair();
    }

    @Test
    void anotherImplementationOpensWhatWeSeal() throws Exception {
        // Often, since a coordinate may begin with zeros.
        for (int i = 0; i < 300; i++) {
            KeyPair recipient = pair("secp256r1");
            SealedBox box = SealedBox.to(recipient.getPublic(), INFO);
            HPKEContext theirs = other.setupBaseR(
                    box.encapsulated(),
                    new AsymmetricCipherKeyPair(
                            PublicKeyFactory.createKey(recipient.getPublic().getEncoded()),
                            PrivateKeyFactory.createKey(recipient.getPrivate().getEncoded())),
                    INFO);
            assertThat(theirs.open(new byte[0], box.seal(MESSAGE))).isEqualTo(MESSAGE);
            byte[] context = "x".getBytes(StandardCharsets.US_ASCII);
            assertThat(theirs.export(context, 32)).isEqualTo(box.export(context, 32));
        }
    }

    @Test
    void weOpenWhatAnotherImplementationSeals() throws Exception {
        HPKEContextWithEncapsulation theirs =
                other.setupBaseS(PublicKeyFactory.createKey(server.getPublic().getEncoded()), INFO);
        byte[] sealed = theirs.seal(new byte[0], MESSAGE);
        assertThat(SealedBox.from(theirs.getEncapsulation(), server, INFO).open(sealed))
                .isEqualTo(MESSAGE);
    }

    @Test
    void anAnswerComesFromWhoCouldOpenTheMessage() throws Exception {
        SealedBox gate = SealedBox.to(server.getPublic(), INFO);
        byte[] answer = SealedBox.from(gate.encapsulated(), server, INFO).sealAnswer(MESSAGE);
        assertThat(gate.openAnswer(answer)).isEqualTo(MESSAGE);

        byte[] forged = SealedBox.to(server.getPublic(), INFO).sealAnswer(MESSAGE);
        assertThatThrownBy(() -> gate.openAnswer(forged)).isInstanceOf(GeneralSecurityException.class);
        assertThatThrownBy(() -> gate.openAnswer(new byte[3])).isInstanceOf(GeneralSecurityException.class);
    }

    @Test
    void whatWasTouchedOrMeantForAnotherDoesNotOpen() throws Exception {
        SealedBox box = SealedBox.to(server.getPublic(), INFO);
        byte[] sealed = box.seal(MESSAGE);
        for (int i = 0; i < sealed.length; i++) {
            byte[] touched = sealed.clone();
            touched[i] ^= 1;
            SealedBox mine = SealedBox.from(box.encapsulated(), server, INFO);
            assertThatThrownBy(() -> mine.open(touched)).isInstanceOf(GeneralSecurityException.class);
        }
        SealedBox anothers = SealedBox.from(box.encapsulated(), pair("secp256r1"), INFO);
        assertThatThrownBy(() -> anothers.open(sealed)).isInstanceOf(GeneralSecurityException.class);
        SealedBox otherwise = SealedBox.from(box.encapsulated(), server, new byte[] {1});
        assertThatThrownBy(() -> otherwise.open(sealed)).isInstanceOf(GeneralSecurityException.class);
    }

    @Test
    void whatIsNoPointOfTheCurveIsRefused() throws Exception {
        byte[] point = SealedBox.to(server.getPublic(), INFO).encapsulated();
        byte[] off = point.clone();
        off[64] ^= 1;
        for (byte[] wrong : new byte[][] {off, new byte[0], new byte[65]}) {
            assertThatThrownBy(() -> SealedBox.from(wrong, server, INFO)).isInstanceOf(GeneralSecurityException.class);
        }
        assertThatThrownBy(() -> SealedBox.to(pair("secp384r1").getPublic(), INFO))
                .isInstanceOf(GeneralSecurityException.class);
    }
}
