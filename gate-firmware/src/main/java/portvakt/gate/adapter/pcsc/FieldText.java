package portvakt.gate.adapter.pcsc;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.util.Optional;

/** Texts and dates as chips keep them. Pure. */
final class FieldText {

    private static final LocalDate SAMPLE = LocalDate.of(2027, 11, 28);

    private FieldText() {}

    /** @return the text without padding (zero bytes, FF bytes and spaces at its end); empty if the bytes are not of this encoding */
    static Optional<String> decoded(byte[] bytes, ChipField.Encoding encoding) {
        return switch (encoding) {
            case ASCII -> decoded(bytes, StandardCharsets.US_ASCII);
            case LATIN1 -> decoded(bytes, StandardCharsets.ISO_8859_1);
            case UTF8 -> decoded(bytes, StandardCharsets.UTF_8);
            case BCD -> decimal(bytes);
        };
    }

    /** @return empty if the text is no date in this format */
    static Optional<LocalDate> date(String text, String format) {
        try {
            return Optional.of(LocalDate.parse(text, formatter(format)));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /** @throws IllegalArgumentException with a message for the installer, if a whole date does not come through it unchanged */
    static void proveFormat(String pattern) {
        try {
            DateTimeFormatter formatter = formatter(pattern);
            if (LocalDate.parse(formatter.format(SAMPLE), formatter).equals(SAMPLE)) {
                return;
            }
        } catch (DateTimeException | IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "format \"" + pattern + "\" does not tell a whole date; for example yyyyMMdd does", e);
        }
        throw new IllegalArgumentException("format \"" + pattern + "\" does not give the same date back");
    }

    private static Optional<String> decoded(byte[] bytes, Charset charset) {
        int end = bytes.length;
        while (end > 0 && (bytes[end - 1] == 0 || bytes[end - 1] == (byte) 0xff || bytes[end - 1] == ' ')) {
            end--;
        }
        try {
            // A decoder of its own, since String's constructor replaces what it cannot read instead of refusing it.
            return Optional.of(
                    charset.newDecoder().decode(ByteBuffer.wrap(bytes, 0, end)).toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    private static Optional<String> decimal(byte[] bytes) {
        StringBuilder digits = new StringBuilder();
        for (int nibble = 0; nibble < 2 * bytes.length; nibble++) {
            int value = nibble % 2 == 0 ? (bytes[nibble / 2] >> 4) & 0xf : bytes[nibble / 2] & 0xf;
            if (value == 0xf) {
                break;
            }
            if (value > 9) {
                return Optional.empty();
            }
            digits.append((char) ('0' + value));
        }
        return Optional.of(digits.toString());
    }

    /** Strict, so that 30 February is no date; and strict wants {@code u}, since {@code y} is a year of an unnamed era. */
    private static DateTimeFormatter formatter(String pattern) {
        return DateTimeFormatter.ofPattern(pattern.replace('y', 'u')).withResolverStyle(ResolverStyle.STRICT);
    }
}
