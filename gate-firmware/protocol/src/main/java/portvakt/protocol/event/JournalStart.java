package portvakt.protocol.event;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * After which event a gate's journal goes on, by the word of the server that let the gate in: the newest one that the server has of it.
 * As a file of the gate's identity, one line of text:
 *
 * <pre>
 * PVS1 SEQUENCE HASH CHECK     HASH in hexadecimal; CHECK is the CRC-32C of all before it and its space, eight hexadecimal digits
 * </pre>
 *
 * The check is no signature. It keeps a number that was damaged, or changed by hand, from setting a journal aside.
 *
 * @param sequence of that event; 0: the server has none
 * @param hash     of that event, which the next one names as its previous hash
 */
public record JournalStart(long sequence, ByteString hash) {

    /** A journal that begins with event 1. */
    public static final JournalStart NONE = new JournalStart(0, EventChain.GENESIS);

    /** The file's name in an identity. */
    public static final String FILE = "journal.start";

    private static final Pattern LINE = Pattern.compile("(PVS1 ([1-9][0-9]{0,18}) ([0-9a-f]{64})) ([0-9a-f]{8})\n");

    /** @throws IllegalArgumentException if there is no such event */
    public JournalStart {
        if (sequence < 0
                || sequence == Long.MAX_VALUE
                || hash.size() != EventChain.HASH_BYTES
                || sequence == 0 && !hash.equals(EventChain.GENESIS)) {
            throw new IllegalArgumentException("no journal goes on after such an event");
        }
    }

    /** Whether the journal begins as one that no server has seen. */
    public boolean isNone() {
        return sequence == 0;
    }

    /** The file's content. Not for {@link #NONE}, which has no file. */
    public String text() {
        String told = "PVS1 " + sequence + " " + HexFormat.of().formatHex(hash.toByteArray());
        return told + " " + check(told) + "\n";
    }

    /** @throws IllegalArgumentException saying what is wrong, in plain words */
    public static JournalStart parse(String text) {
        Matcher line = LINE.matcher(text);
        if (!line.matches()) {
            throw new IllegalArgumentException("is not a line of the form PVS1 SEQUENCE HASH CHECK");
        }
        if (!line.group(4).equals(check(line.group(1)))) {
            throw new IllegalArgumentException("was changed by hand or damaged: its check is another");
        }
        try {
            return new JournalStart(
                    Long.parseLong(line.group(2)),
                    ByteString.copyFrom(HexFormat.of().parseHex(line.group(3))));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("names a number that no event can have", e);
        }
    }

    private static String check(String told) {
        CRC32C crc = new CRC32C();
        crc.update(told.getBytes(StandardCharsets.US_ASCII));
        return HexFormat.of().toHexDigits((int) crc.getValue());
    }
}
