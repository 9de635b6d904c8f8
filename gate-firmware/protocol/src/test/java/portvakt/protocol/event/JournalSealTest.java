package portvakt.protocol.event;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import portvakt.protocol.Topics.GateAddress;
import portvakt.protocol.Vectors;

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
    void thePinnedVectors() throws Exception {
        for (String[] line : Vectors.of("journal-seal.txt")) {
            PublicKey key = KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(Vectors.hex(line[0])));
            GateAddress gate = new GateAddress(line[1], line[2]);
            long sequence = Long.parseLong(line[3]);
            ByteString previous = ByteString.copyFrom(Vectors.hex(line[4]));
            long occurredAtMs = Long.parseLong(line[5]);
            assertThat(HexFormat.of().formatHex(JournalSeal.message(gate, sequence, previous, occurredAtMs)))
                    .isEqualTo(line[6]);
            ByteString signature = ByteString.copyFrom(Vectors.hex(line[7]));
            assertThat(JournalSeal.proves(key, signature, gate, sequence, previous, occurredAtMs))
                    .isTrue();
        }
    }
}
