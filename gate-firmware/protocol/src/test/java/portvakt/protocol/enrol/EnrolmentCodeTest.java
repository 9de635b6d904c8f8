package portvakt.protocol.enrol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A code survives being read aloud and typed, and a slip is found before anything is sent. */
class EnrolmentCodeTest {

    private static final ServerPin PIN = new ServerPin("0123456789ABCDE");
    private static final String SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    private static EnrolmentCode code() {
        return EnrolmentCode.random(PIN, new SecureRandom());
    }

    @Test
    void isSevenGroupsOfFourAndReadBackFromWhatPeopleType() {
        EnrolmentCode code = code();
        assertThat(code.text()).matches("([0-9A-HJKMNP-TV-Z]{4}-){6}[0-9A-HJKMNP-TV-Z]{4}");
        String sloppy =
                code.text().toLowerCase().replace("-", " ").replace('0', 'o').replace('1', 'l');
        EnrolmentCode read = EnrolmentCode.parse("  " + sloppy + "\n");
        assertThat(read.text()).isEqualTo(code.text());
        assertThat(read.pin()).isEqualTo(PIN);
        assertThat(read.secret()).isEqualTo(code.secret()).hasSize(12);
        assertThat(EnrolmentCode.name(read.secret()))
                .hasSize(4)
                .isEqualTo(code.secret().substring(0, 4));
        assertThat(EnrolmentCode.isSecret(read.secret())).isTrue();
    }

    @Test
    void everySingleSlipAndEveryTwoThatChangePlacesAreFound() {
        String good = code().text().replace("-", "");
        int slips = 0;
        for (int i = 0; i < good.length(); i++) {
            for (char other : SYMBOLS.toCharArray()) {
                if (other != good.charAt(i)) {
                    StringBuilder wrong = new StringBuilder(good);
                    wrong.setCharAt(i, other);
                    assertThatThrownBy(() -> EnrolmentCode.parse(wrong.toString()))
                            .hasMessageContaining("is wrong");
                    slips++;
                }
            }
            for (int j = i + 1; j < good.length(); j++) {
                if (good.charAt(i) != good.charAt(j)) {
                    StringBuilder swapped = new StringBuilder(good);
                    swapped.setCharAt(i, good.charAt(j));
                    swapped.setCharAt(j, good.charAt(i));
                    assertThatThrownBy(() -> EnrolmentCode.parse(swapped.toString()))
                            .hasMessageContaining("changed places");
                }
            }
        }
        assertThat(slips).isEqualTo(28 * 31);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "7K3M", "7K3M-7K3M-7K3M-7K3M-7K3M-7K3M-7K3M-7"})
    void aPieceOfACodeIsNone(String piece) {
        assertThatThrownBy(() -> EnrolmentCode.parse(piece))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("28");
    }

    @Test
    void aCharacterThatIsInNoCodeIsNamed() {
        assertThatThrownBy(() -> EnrolmentCode.parse("7U3M")).hasMessageContaining("\"U\"");
    }

    @Test
    void noTwoAreAlikeAndNonePrintsItself() {
        Set<String> seen = new HashSet<>(); // looked up, never walked
        for (int i = 0; i < 1_000; i++) {
            EnrolmentCode code = code();
            assertThat(seen.add(code.secret())).isTrue();
            assertThat("" + code).doesNotContain(code.secret());
        }
    }
}
