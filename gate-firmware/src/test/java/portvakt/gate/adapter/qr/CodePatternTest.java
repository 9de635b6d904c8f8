package portvakt.gate.adapter.qr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import portvakt.gate.access.CardRead;
import portvakt.protocol.CardNumber;
import portvakt.protocol.DenialReason;
import portvakt.protocol.pass.PassCode;
import portvakt.protocol.pass.PassRefusedException;

/** A code's text names a card only where the configured pattern says so, and no text costs more than a bounded time. */
class CodePatternTest {

    private static final String LINK = "(?:https?://[^?]*\\?.*\\bcard=)?(?<card>[0-9]{7})";
    private static final CardRead UNRECOGNISED = new CardRead.Unreadable(DenialReason.CODE_UNRECOGNISED);

    @Test
    void aPassIsReadAsOneWhateverTheExpression() throws PassRefusedException {
        CodePattern pattern = CodePattern.compile("(?<card>PV1.*)");
        assertThat(pattern.read(TestPass.TEXT)).isEqualTo(new CardRead.SignedPass(PassCode.read(TestPass.TEXT)));
        assertThat(pattern.read(TestPass.TEXT + "00")).isEqualTo(new CardRead.Unreadable(DenialReason.PASS_MALFORMED));
        assertThat(pattern.read("PV1:")).isEqualTo(new CardRead.Unreadable(DenialReason.PASS_MALFORMED));
        assertThat(pattern.read("PV1:" + "0".repeat(10_000)))
                .isEqualTo(new CardRead.Unreadable(DenialReason.PASS_MALFORMED));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                CodePattern.BARE_CARD_NUMBER + " | 4388261 | 4388261",
                CodePattern.BARE_CARD_NUMBER + " | 0000001 | 0000001",
                CodePattern.BARE_CARD_NUMBER + " | 438826 | ",
                CodePattern.BARE_CARD_NUMBER + " | 43882610 | ",
                CodePattern.BARE_CARD_NUMBER + " | 'x4388261' | ",
                CodePattern.BARE_CARD_NUMBER + " | '4388261 ' | ",
                CodePattern.BARE_CARD_NUMBER + " | https://example.no/?card=4388261 | ",
                LINK + " | 4388261 | 4388261",
                LINK + " | https://example.no/check?card=4388261 | 4388261",
                LINK + " | http://example.no/check?lang=nb&card=4388261 | 4388261",
                LINK + " | https://example.no/check?discard=4388261 | ",
                LINK + " | https://example.no/check?card=4388261&x=1 | ",
                "(?<card>NO [0-9 ]{8}) | NO 438 8261 | 4388261",
                "(?<card>.*) | not a number | ",
                "(?<card>.*) | 12345678901234567 | ",
                // A pass's number without its signature is nobody's.
                "(?<card>.*) | 1234567890123456 | ",
                "(?<card>.*) | 123456789012345 | 123456789012345",
                "(?<card>[0-9]{7})?x? | x | ",
                "(?<card>\\d{7}) | ٤٣٨٨٢٦١ | ",
            })
    void theWholeTextHasToMatch(String expression, String text, String digits) {
        CardRead expected = digits == null ? UNRECOGNISED : new CardRead.UnsignedCode(new CardNumber(digits));
        assertThat(CodePattern.compile(expression).read(text)).isEqualTo(expected);
    }

    @Test
    void anEmptyTextAndControlCharactersNameNobody() {
        CodePattern pattern = CodePattern.compile(CodePattern.BARE_CARD_NUMBER);
        assertThat(pattern.read("")).isEqualTo(UNRECOGNISED);
        assertThat(pattern.read("4388261\n")).isEqualTo(UNRECOGNISED);
        assertThat(pattern.read("\0004388261")).isEqualTo(UNRECOGNISED);
    }

    @Test
    void aTextBeyondTheBoundIsNotLookedAt() {
        CodePattern pattern = CodePattern.compile("x*(?<card>[0-9]{7})");
        assertThat(pattern.read("x".repeat(CodePattern.TEXT_CHARS_MAX - 7) + "4388261"))
                .isEqualTo(new CardRead.UnsignedCode(new CardNumber("4388261")));
        assertThat(pattern.read("x".repeat(CodePattern.TEXT_CHARS_MAX - 6) + "4388261"))
                .isEqualTo(UNRECOGNISED);
    }

    /** Without the bound each of these would take longer than a life; the time-out only keeps a failure from hanging the build. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "(a+)+(?<card>[0-9]{7})",
                "(a|aa)+(?<card>[0-9]{7})",
                "((a|b)*)*(?<card>[0-9]{7})",
                "(.*,){20}(?<card>[0-9])"
            })
    @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void anExpressionThatBacktracksExponentiallyIsStopped(String expression) {
        CodePattern pattern = CodePattern.compile(expression);
        assertThat(pattern.read("a".repeat(500))).isEqualTo(UNRECOGNISED);
        assertThat(pattern.read(",".repeat(500))).isEqualTo(UNRECOGNISED);
    }

    /** Groups within groups would use up the stack. */
    @Test
    void anExpressionWithoutEndIsRefusedByName() {
        String expression = "(".repeat(100_000) + "(?<card>[0-9]{7})" + ")".repeat(100_000);
        assertThatThrownBy(() -> CodePattern.compile(expression))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"codePattern\" has 200017 characters, at most 500");
        String within = "(".repeat(240) + "(?<card>[0-9]{7})" + ")".repeat(240);
        assertThat(CodePattern.compile(within).read("4388261"))
                .isEqualTo(new CardRead.UnsignedCode(new CardNumber("4388261")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[0-9]{7} | add a group named card",
                "(?<card>[0-9]{7} | no regular expression",
                "(?<number>[0-9]) | add a group named card"
            })
    void anUnusablePatternIsRefusedByName(String expression, String remedy) {
        assertThatThrownBy(() -> CodePattern.compile(expression))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"codePattern\"")
                .hasMessageContaining(remedy);
    }
}
