package portvakt.gate.adapter.pcsc;

import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Optional;

/**
 * One text in a DESFire file: {@code length} bytes from {@code offset} on. Immutable.
 *
 * @param offset 0 to 8191, in bytes from the file's beginning
 * @param length 1 to 128, in bytes
 * @param format for a date: a {@link DateTimeFormatter} pattern with {@code y} or {@code u} for the year; else empty
 */
public record FileField(int offset, int length, ChipField.Encoding encoding, Optional<String> format) {

    private static final int LENGTH_MAX_BYTES = 128;
    private static final int OFFSET_MAX = 8191;

    /** @throws IllegalArgumentException with a message for the installer */
    public FileField {
        if (encoding == null) {
            throw new IllegalArgumentException("a field needs \"encoding\": ASCII, LATIN1, UTF8 or BCD");
        }
        if (offset < 0 || offset > OFFSET_MAX) {
            throw new IllegalArgumentException("offset " + offset + ": 0 to " + OFFSET_MAX);
        }
        if (length < 1 || length > LENGTH_MAX_BYTES) {
            throw new IllegalArgumentException("length " + length + ": 1 to " + LENGTH_MAX_BYTES + " bytes");
        }
        format = format == null ? Optional.empty() : format;
        format.ifPresent(FieldText::proveFormat);
    }

    /** A field that is no date. */
    public static FileField text(int offset, int length, ChipField.Encoding encoding) {
        return new FileField(offset, length, encoding, Optional.empty());
    }

    int end() {
        return offset + length;
    }

    /** @param from where in the file {@code content} begins */
    Optional<String> text(byte[] content, int from) {
        return FieldText.decoded(Arrays.copyOfRange(content, offset - from, end() - from), encoding);
    }

    Optional<LocalDate> date(String text) {
        return FieldText.date(text, format.orElseThrow());
    }
}
