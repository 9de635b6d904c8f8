package portvakt.gate.adapter.qr;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A text is whole or none: what half of one says might be another card's number. */
class TextAssemblerTest {

    private static final long MS = 1_000_000;

    private final TextAssembler assembler = new TextAssembler();

    @ParameterizedTest
    @ValueSource(
            strings = {"4388261\r\n4388262\r\n", "4388261\n4388262\n", "4388261\r4388262\r", "\n\n4388261\n\r4388262\n"
            })
    void eachLineEndEndsAText(String sent) {
        assertThat(assembler.characters(sent, 0)).containsExactly("4388261", "4388262");
    }

    @Test
    void aTextMayComeInPieces() {
        assertThat(assembler.characters("43", 0)).isEmpty();
        assertThat(assembler.characters("88", 500 * MS)).isEmpty();
        assertThat(assembler.characters("261\r", 900 * MS)).containsExactly("4388261");
    }

    @Test
    void whatIsLeftOfATextIsNotPutBeforeTheNext() {
        assertThat(assembler.characters("99", 0)).isEmpty();
        assertThat(assembler.characters("4388261\r", TextAssembler.GAP_MAX_NS + 1))
                .containsExactly("4388261");
    }

    @Test
    void aTextThatIsTooLongIsDroppedWhole() {
        String longText = "1".repeat(CodePattern.TEXT_CHARS_MAX);
        assertThat(assembler.characters(longText + "\r", 0)).containsExactly(longText);
        assertThat(assembler.characters(longText + "2\r4388261\r", 0)).containsExactly("4388261");
    }
}
