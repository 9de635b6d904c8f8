package portvakt.gate.adapter.display;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;
import portvakt.protocol.DenialReason;

/** Every language has every word, short enough for a small screen. */
class TextsTest {

    /** What fits at 480 by 320 in two languages and can still be read. */
    private static final int HEADLINE_CHARS_MAX = 36;

    private static final int REMEDY_CHARS_MAX = 44;

    static Stream<Arguments> everyReasonInEveryLanguage() {
        return Texts.LANGUAGES.stream()
                .flatMap(language -> Stream.of(DenialReason.values()).map(reason -> Arguments.of(language, reason)));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("everyReasonInEveryLanguage")
    void saysWhyAndWhatToDo(String language, DenialReason reason) {
        Texts texts = Texts.in(language);
        for (boolean pass : new boolean[] {false, true}) {
            Screen.Words words = texts.words(reason, pass);
            assertThat(words.lang()).isEqualTo(language);
            assertThat(words.headline())
                    .isNotBlank()
                    .doesNotContain("reason.", "{", reason.name())
                    .hasSizeLessThanOrEqualTo(HEADLINE_CHARS_MAX)
                    .doesNotEndWith(".");
            assertThat(words.remedy())
                    .isNotBlank()
                    .doesNotContain("reason.", "{", reason.name())
                    .hasSizeLessThanOrEqualTo(REMEDY_CHARS_MAX)
                    .endsWith(".");
        }
    }

    @ParameterizedTest
    @FieldSource("portvakt.gate.adapter.display.Texts#LANGUAGES")
    void hasTheSameKeysAsEveryOther(String language) {
        assertThat(new TreeSet<>(Texts.in(language).keys()))
                .isEqualTo(new TreeSet<>(Texts.in("en").keys()));
    }

    /** A text that was copied and not translated: names and loan words aside, no two languages say a sentence alike. */
    @ParameterizedTest
    @FieldSource("portvakt.gate.adapter.display.Texts#LANGUAGES")
    void isTranslated(String language) {
        Texts texts = Texts.in(language);
        Set<String> same = new TreeSet<>();
        for (String key : texts.keys()) {
            assertThat(texts.text(key))
                    .as(key)
                    .isNotBlank()
                    .isEqualTo(texts.text(key).strip());
            for (String other : Texts.LANGUAGES) {
                if (!other.equals(language) && Texts.in(other).text(key).equals(texts.text(key))) {
                    same.add(key + " as in " + other);
                }
            }
        }
        assertThat(same).isEmpty();
    }
}
