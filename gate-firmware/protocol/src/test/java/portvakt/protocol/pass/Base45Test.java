package portvakt.protocol.pass;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Base45 is RFC 9285's, and nothing has two spellings. */
class Base45Test {

    /** RFC 9285 § 4.3 and § 4.4. */
    @ParameterizedTest
    @CsvSource({"AB, BB8", "Hello!!, '%69 VD92EX0'", "base-45, UJCLQE7W581", "ietf!, QED8WEX0"})
    void theExamplesOfTheStandard(String plain, String encoded) {
        byte[] bytes = plain.getBytes(StandardCharsets.US_ASCII);
        assertThat(Base45.encode(bytes)).isEqualTo(encoded);
        assertThat(Base45.decode(encoded).orElseThrow()).isEqualTo(bytes);
    }

    /** RFC 9285 § 6: GGW would be 65536; FGW is 65535 and the most that there is. So for one byte with 256 and 255. */
    @ParameterizedTest
    @ValueSource(strings = {"GGW", ":::", "V5", "::", "A", "ABCD", "ab8", "BB\u00d8", "BB\u0080", "BB\n", "BB,"})
    void whatNoEncoderWritesIsNone(String text) {
        assertThat(Base45.decode(text)).isEmpty();
    }

    @Test
    void theHighestOfEachLengthIsTaken() {
        assertThat(Base45.decode("FGW").orElseThrow()).containsExactly(0xff, 0xff);
        assertThat(Base45.decode("U5").orElseThrow()).containsExactly(0xff);
        assertThat(Base45.decode("").orElseThrow()).isEmpty();
    }

    @Test
    void everyRunOfBytesComesBack() {
        SplittableRandom random = new SplittableRandom(45);
        for (int length = 0; length < 200; length++) {
            byte[] bytes = new byte[length];
            random.nextBytes(bytes);
            assertThat(Base45.decode(Base45.encode(bytes)).orElseThrow()).isEqualTo(bytes);
        }
    }
}
