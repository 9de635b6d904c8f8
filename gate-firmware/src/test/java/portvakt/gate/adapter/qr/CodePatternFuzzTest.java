package portvakt.gate.adapter.qr;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;
import portvakt.gate.access.CardRead;
import portvakt.protocol.pass.PassNumber;

/** Whatever text a code holds and whatever expression the installer has set, an exponential one too: an answer at once, and no number that the text does not have. */
class CodePatternFuzzTest {

    private static final List<CodePattern> PATTERNS = Stream.of(
                    CodePattern.BARE_CARD_NUMBER,
                    "(?:https?://[^?]*\\?.*\\bcard=)?(?<card>[0-9]{7})",
                    "(?<card>.*)",
                    "(?:a|aa|b*)*(?<card>[0-9]+)?x?")
            .map(CodePattern::compile)
            .toList();

    static Stream<byte[]> texts() {
        return Stream.of(
                        "4388261",
                        "https://example.no/check?lang=nb&card=4388261",
                        TestPass.TEXT,
                        "1234567890123456",
                        "a".repeat(40) + "4388261")
                .map(text -> text.getBytes(StandardCharsets.UTF_8));
    }

    @MethodSource("texts")
    @FuzzTest
    void fuzz(byte[] input) {
        String text = new String(input, StandardCharsets.UTF_8);
        for (CodePattern pattern : PATTERNS) {
            switch (pattern.read(text)) {
                case CardRead.UnsignedCode code -> {
                    assertThat(text.replaceAll("[^0-9]", ""))
                            .contains(code.card().digits());
                    assertThat(PassNumber.of(code.card())).isEmpty();
                }
                case CardRead.SignedPass pass -> assertThat(pass.code().text()).isEqualTo(text);
                case CardRead.Unreadable none -> assertThat(none.reason()).isNotNull();
                case CardRead.ChipData _, CardRead.AuthenticatedChip _, CardRead.UidOnly _ ->
                    throw new AssertionError("a code shows no chip");
            }
        }
    }
}
