package portvakt.gate.adapter.qr;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.gate.access.CardRead;
import portvakt.protocol.CardNumber;
import portvakt.protocol.DenialReason;
import portvakt.protocol.config.Expression;
import portvakt.protocol.pass.PassCode;
import portvakt.protocol.pass.PassNumber;
import portvakt.protocol.pass.PassRefusedException;

/**
 * Finds the card number in a code's text: a regular expression ({@link Pattern}) that the whole text has to match, with a group
 * named {@code card}. What the HSE card's own code holds has not been published, so the expression is a setting.
 *
 * <p>A text that begins as a pass is read as one ({@link PassCode}), whatever the expression is; and a number of the form that passes
 * have counts in a signed pass alone.
 *
 * <p>Anyone can show any text to a camera, and some expressions take exponential time on a text made for it. Three bounds: a
 * text longer than {@value #TEXT_CHARS_MAX} characters is not looked at; the matcher reads the text through a view that counts,
 * and stops it after {@value #CHARS_READ_MAX} reads (a step of backtracking reads a character of the text, so what a text can
 * cost is bounded, about a millisecond); the depth of its recursion is bounded by the text's length. What hits a bound is unrecognised.
 *
 * <p>Immutable, safe for any thread.
 */
final class CodePattern {

    private static final Logger LOG = LoggerFactory.getLogger(CodePattern.class);

    /** Accepts a bare card number and nothing else. */
    static final String BARE_CARD_NUMBER = "(?<card>[0-9]{7})";

    static final int TEXT_CHARS_MAX = 512;
    static final int CHARS_READ_MAX = 100_000;

    private static final String CARD = "card";
    private static final Pattern ANY_NUMBER = Pattern.compile("[0-9]+");

    private final Pattern pattern;

    private CodePattern(Pattern pattern) {
        this.pattern = pattern;
    }

    /** @throws IllegalArgumentException naming the setting, if it is no regular expression or has no group {@code card} */
    static CodePattern compile(String expression) {
        Pattern pattern = Expression.compile("codePattern", expression, BARE_CARD_NUMBER);
        if (!pattern.namedGroups().containsKey(CARD)) {
            throw new IllegalArgumentException(
                    "\"codePattern\" does not say where the card number is: add a group named card, for example "
                            + BARE_CARD_NUMBER);
        }
        return new CodePattern(pattern);
    }

    /** @return a pass whose signature is still to prove, an unsigned code, or unreadable */
    CardRead read(String text) {
        if (PassCode.isPass(text)) {
            try {
                return new CardRead.SignedPass(PassCode.read(text));
            } catch (PassRefusedException e) {
                LOG.debug("A code that begins as a pass is none: {}", e.refusal());
                return new CardRead.Unreadable(e.refusal().reason());
            }
        }
        if (text.length() <= TEXT_CHARS_MAX) {
            try {
                Matcher matcher = pattern.matcher(new CountedText(text));
                if (matcher.matches() && matcher.start(CARD) >= 0) {
                    return CardNumber.parse(text.substring(matcher.start(CARD), matcher.end(CARD)), ANY_NUMBER)
                            .filter(card -> PassNumber.of(card).isEmpty())
                            .<CardRead>map(CardRead.UnsignedCode::new)
                            .orElseGet(CodePattern::unrecognised);
                }
            } catch (TooManyReads e) {
                return unrecognised();
            }
        }
        return unrecognised();
    }

    private static CardRead unrecognised() {
        return new CardRead.Unreadable(DenialReason.CODE_UNRECOGNISED);
    }

    /** A text that may be read a bounded number of times. */
    private static final class CountedText implements CharSequence {
        private final String text;
        private int reads;

        CountedText(String text) {
            this.text = text;
        }

        @Override
        public char charAt(int index) {
            reads++;
            if (reads > CHARS_READ_MAX) {
                throw new TooManyReads();
            }
            return text.charAt(index);
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return text.subSequence(start, end);
        }
    }

    private static final class TooManyReads extends RuntimeException {
        private static final long serialVersionUID = 1L;

        TooManyReads() {
            super("the expression backtracks too much on this text", null, false, false);
        }
    }
}
