package portvakt.gate.adapter.pcsc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import portvakt.gate.adapter.pcsc.KeyDiversification.Part;
import portvakt.protocol.Uid;

/** CMAC and key diversification give what their standards' own examples give. */
class AesKeyTest {

    private static final HexFormat HEX = HexFormat.of();
    private static final String RFC_KEY = "2b7e151628aed2a6abf7158809cf4f3c";
    private static final String RFC_MESSAGE = "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
            + "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710";

    /** RFC 4493, section 4, which are those of NIST SP 800-38B, D.1. */
    @ParameterizedTest
    @CsvSource({
        "0, bb1d6929e95937287fa37d129b756746",
        "16, 070a16b46b4d4144f79bdd9dd04a287c",
        "40, dfa66747de9ae63030ca32611497c827",
        "64, 51f0bebf7e3b9d92fc49741779363cfe"
    })
    void cmacIsThatOfTheRfc(int bytes, String mac) {
        byte[] message = HEX.parseHex(RFC_MESSAGE.substring(0, 2 * bytes));
        assertThat(HEX.formatHex(key(RFC_KEY).cmac(message))).isEqualTo(mac);
        assertThat(HEX.formatHex(message)).as("left as it was").isEqualTo(RFC_MESSAGE.substring(0, 2 * bytes));
    }

    /** NXP AN10922, section 2.2.1. */
    @Test
    void aCardsKeyIsThatOfTheApplicationNote() {
        KeyDiversification note = new KeyDiversification(null, Optional.of("4e585020416275"));

        AesKey derived = note.cardKey(
                key("00112233445566778899aabbccddeeff"), new Uid("04782e21801d80"), HEX.parseHex("3042f5"));

        assertThat(proof(derived)).isEqualTo(proof(key("a8dd63a3b89d54b37ca802473fda9175")));
    }

    @Test
    void twoCardsHaveTwoKeysAlsoWhereTheInputFitsInOneBlock() {
        KeyDiversification uidAlone = new KeyDiversification(List.of(Part.UID), Optional.empty());
        AesKey master = key("00112233445566778899aabbccddeeff");

        AesKey one = uidAlone.cardKey(master, new Uid("04782e21801d80"), new byte[3]);
        AesKey other = uidAlone.cardKey(master, new Uid("04782e21801d81"), new byte[3]);

        assertThat(proof(one)).isNotEqualTo(proof(other));
        byte[] input = HEX.parseHex("0104782e21801d80");
        assertThat(proof(one)).as("two blocks, as AN10922 has it").isNotEqualTo(proof(new AesKey(master.cmac(input))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "APPLICATION_ID | '' | UID among them",
                "UID,UID | '' | each part once",
                "UID,SYSTEM_IDENTIFIER | '' | give both",
                "UID | 4e58 | give both",
                "UID,SYSTEM_IDENTIFIER | 4e5 | whole bytes",
                "UID,SYSTEM_IDENTIFIER | 000102030405060708090a0b0c0d0e0f101112131415161718 | 31 are the most"
            })
    void anInputThatCannotBeIsRefusedWithARemedy(String input, String system, String remedy) {
        List<Part> parts = List.of(input.split(",")).stream().map(Part::valueOf).toList();
        Optional<String> identifier = system.isEmpty() ? Optional.empty() : Optional.of(system);

        assertThatThrownBy(() -> new KeyDiversification(parts, identifier))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(remedy);
    }

    @Test
    void aKeyIsNeverPrinted() {
        assertThat(key(RFC_KEY)).hasToString("AesKey[…]");
    }

    private static AesKey key(String hex) {
        return new AesKey(HEX.parseHex(hex));
    }

    /** Keys do not tell themselves, so they are compared by what they do. */
    private static String proof(AesKey key) {
        return HEX.formatHex(key.encrypt(new byte[16], new byte[16]));
    }
}
