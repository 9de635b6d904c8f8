package portvakt.gate.adapter.qr;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes texts of a scanner's bytes or characters: each ends with a carriage return or a line feed. Half a text is none, since what
 * is left of a longer one might look like a card number: one without an end after {@value #GAP_MAX_NS} ns of silence is thrown away, and so
 * is one that is too long. Pure but for its memory; one thread.
 */
final class TextAssembler {

    /** Long for a scanner, whose characters come within milliseconds, and short for a person who scans again. */
    static final long GAP_MAX_NS = 1_000_000_000L;

    private final StringBuilder begun = new StringBuilder();
    private boolean tooLong;
    private long lastNs;

    /** @return the texts that end in these bytes; none is empty */
    List<String> bytes(byte[] bytes, int length, long nowNs) {
        // Latin 1 keeps one byte one character; a text that is not ASCII is no code that the gate knows anyway.
        return characters(new String(bytes, 0, length, StandardCharsets.ISO_8859_1), nowNs);
    }

    List<String> characters(String characters, long nowNs) {
        if (nowNs - lastNs > GAP_MAX_NS) {
            clear();
        }
        lastNs = nowNs;
        List<String> texts = new ArrayList<>();
        characters.chars().forEach(c -> {
            if (c == '\r' || c == '\n') {
                if (!begun.isEmpty() && !tooLong) {
                    texts.add(begun.toString());
                }
                clear();
            } else if (begun.length() < CodePattern.TEXT_CHARS_MAX) {
                begun.append((char) c);
            } else {
                tooLong = true;
            }
        });
        return texts;
    }

    private void clear() {
        begun.setLength(0);
        tooLong = false;
    }
}
