package portvakt.protocol.sign;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import portvakt.protocol.Vectors;
import portvakt.protocol.v1.SignedDocument;

/** A signed fact passes for what it is and for nothing else. */
class SignedFactsTest {

    private static final byte[] PAYLOAD = Vectors.hex("000102030405060708090a0b0c0d0e0f");
    private static final SignedDocument DOCUMENT =
            SignedFacts.sign("enrolments", PAYLOAD, Vectors.privateKey(), new KeyId("21fe31df"));

    @Test
    void thePinnedVector() {
        SignedDocument signed = SignedFacts.sign("enrolments", PAYLOAD, Vectors.privateKey(), new KeyId("21fe31df"));
        assertThat(HexFormat.of().formatHex(signed.toByteArray()))
                .isEqualTo(Vectors.of("signed-document.txt").getFirst()[0]);
        assertThat(SignedFacts.isSignedBy(Vectors.publicKey(), "enrolments", DOCUMENT))
                .isTrue();
    }

    @Test
    void anotherTypeKeyPayloadOrSignatureIsNotSigned() throws GeneralSecurityException {
        assertThat(SignedFacts.isSignedBy(Vectors.publicKey(), "policy", DOCUMENT))
                .isFalse();
        SignedDocument renamed = DOCUMENT.toBuilder().setType("policy").build();
        assertThat(SignedFacts.isSignedBy(Vectors.publicKey(), "policy", renamed))
                .isFalse();
        assertThat(SignedFacts.isSignedBy(Vectors.publicKey(), "enrolments", renamed))
                .isFalse();
        assertThat(SignedFacts.isSignedBy(
                        KeyPairGenerator.getInstance("Ed25519")
                                .generateKeyPair()
                                .getPublic(),
                        "enrolments",
                        DOCUMENT))
                .isFalse();
        assertThat(SignedFacts.isSignedBy(
                        KeyPairGenerator.getInstance("EC").generateKeyPair().getPublic(), "enrolments", DOCUMENT))
                .isFalse();
        for (int length = 0; length < 64; length++) {
            SignedDocument cut = DOCUMENT.toBuilder()
                    .setSignature(DOCUMENT.getSignature().substring(0, length))
                    .build();
            assertThat(SignedFacts.isSignedBy(Vectors.publicKey(), "enrolments", cut))
                    .isFalse();
        }
        SignedDocument longer = DOCUMENT.toBuilder()
                .setPayload(DOCUMENT.getPayload().concat(DOCUMENT.getPayload()))
                .build();
        assertThat(SignedFacts.isSignedBy(Vectors.publicKey(), "enrolments", longer))
                .isFalse();
    }

    @Test
    void aKeysNameIsTheBeginningOfItsHash() throws GeneralSecurityException {
        byte[] digest =
                MessageDigest.getInstance("SHA-256").digest(Vectors.publicKey().getEncoded());
        KeyId id = KeyId.of(Vectors.publicKey());
        assertThat(id.bytes()).isEqualTo(Arrays.copyOf(digest, 4));
        assertThat(KeyId.ofBytes(id.bytes())).isEqualTo(id);
    }
}
