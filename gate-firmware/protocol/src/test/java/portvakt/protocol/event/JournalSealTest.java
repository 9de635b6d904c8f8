package portvakt.protocol.event;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.HexFormat;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import portvakt.protocol.Topics.GateAddress;

/** A seal proves for the very gate, place, history and time that it was made for, and for nothing else. */
class JournalSealTest {

    private static final GateAddress GATE = new GateAddress("bjorvika", "entrance");
    private static final ByteString PREVIOUS = ByteString.copyFrom(new byte[EventChain.HASH_BYTES]);
    private static final ByteString OTHER = PREVIOUS.substring(1).concat(ByteString.copyFrom(new byte[] {1}));
    private static KeyPair keys;

    @BeforeAll
    static void makeKeys() throws Exception {
        keys = newKeys();
    }

    private static KeyPair newKeys() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    @Test
    void aSealProvesForWhatItWasMadeForAndForNothingElse() throws Exception {
        ByteString seal = JournalSeal.sign(keys.getPrivate(), GATE, 7, PREVIOUS, 1_000);
        assertThat(JournalSeal.proves(keys.getPublic(), seal, GATE, 7, PREVIOUS, 1_000))
                .isTrue();
        assertThat(JournalSeal.proves(keys.getPublic(), seal, GATE, 8, PREVIOUS, 1_000))
                .isFalse();
        assertThat(JournalSeal.proves(keys.getPublic(), seal, GATE, 7, OTHER, 1_000))
                .isFalse();
        assertThat(JournalSeal.proves(keys.getPublic(), seal, GATE, 7, PREVIOUS, 1_001))
                .isFalse();
        assertThat(JournalSeal.proves(keys.getPublic(), seal, new GateAddress("bjorvika", "exit"), 7, PREVIOUS, 1_000))
                .isFalse();
        assertThat(JournalSeal.proves(newKeys().getPublic(), seal, GATE, 7, PREVIOUS, 1_000))
                .isFalse();
        assertThat(JournalSeal.proves(keys.getPublic(), ByteString.EMPTY, GATE, 7, PREVIOUS, 1_000))
                .isFalse();
    }

    @Test
    void theMessageIsAsItIsSpecified() {
        assertThat(HexFormat.of().formatHex(JournalSeal.message(GATE, 7, PREVIOUS, 1_000)))
                .isEqualTo("50564a31" + "08" + "626a6f7276696b61" + "08" + "656e7472616e6365" + "0000000000000007"
                        + "00".repeat(32) + "00000000000003e8");
    }
}
