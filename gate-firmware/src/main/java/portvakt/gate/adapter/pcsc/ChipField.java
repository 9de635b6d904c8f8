package portvakt.gate.adapter.pcsc;

import java.nio.ByteBuffer;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One text on a chip: {@code length} bytes from {@code offset} in {@code block} on. A text longer than its block runs on in the
 * next data block; trailers are stepped over. Immutable.
 *
 * @param block  the first block, counted over the whole chip
 * @param offset 0 to 15, in bytes
 * @param length 1 to 128, in bytes
 * @param format for a date: a {@link DateTimeFormatter} pattern with {@code y} or {@code u} for the year; else empty
 */
public record ChipField(int block, int offset, int length, Encoding encoding, Optional<String> format) {

    private static final int LENGTH_MAX_BYTES = 128;

    /** How the text is written. */
    public enum Encoding {
        ASCII,
        LATIN1,
        UTF8,
        /** Two decimal digits a byte, high nibble first; the first nibble F ends the text. */
        BCD
    }

    /** @throws IllegalArgumentException with a message for the installer */
    public ChipField {
        if (encoding == null) {
            throw new IllegalArgumentException("a field needs \"encoding\": ASCII, LATIN1, UTF8 or BCD");
        }
        if (offset < 0 || offset >= ClassicBlocks.BLOCK_BYTES) {
            throw new IllegalArgumentException("offset " + offset + ": a block has bytes 0 to 15");
        }
        if (length < 1 || length > LENGTH_MAX_BYTES) {
            throw new IllegalArgumentException("length " + length + ": 1 to " + LENGTH_MAX_BYTES + " bytes");
        }
        if (block < 0 || block > ClassicBlocks.BLOCK_MAX || ClassicBlocks.isTrailer(block)) {
            throw new IllegalArgumentException("block " + block + ": a field begins in a data block, 0 to "
                    + ClassicBlocks.BLOCK_MAX + ", and not in a sector's last block, which holds the keys");
        }
        if (ClassicBlocks.span(block, offset, length).isEmpty()) {
            throw new IllegalArgumentException(
                    "block " + block + ", offset " + offset + ", length " + length + ": runs over the end of the chip");
        }
        format = format == null ? Optional.empty() : format;
        format.ifPresent(FieldText::proveFormat);
    }

    /** A field that is no date. */
    public static ChipField text(int block, int offset, int length, Encoding encoding) {
        return new ChipField(block, offset, length, encoding, Optional.empty());
    }

    /** All blocks that the text lies in, in order. */
    List<Integer> blocks() {
        return ClassicBlocks.span(block, offset, length);
    }

    /**
     * @param chip the blocks read
     * @return the text without padding (zero bytes, FF bytes and spaces at its end); empty if the bytes are not of this encoding
     */
    Optional<String> text(Map<Integer, byte[]> chip) {
        ByteBuffer run = ByteBuffer.allocate(blocks().size() * ClassicBlocks.BLOCK_BYTES);
        for (int part : blocks()) {
            run.put(chip.get(part));
        }
        byte[] bytes = new byte[length];
        run.get(offset, bytes);
        return FieldText.decoded(bytes, encoding);
    }

    /** @return empty if the text is no date in this field's format */
    Optional<LocalDate> date(String text) {
        return FieldText.date(text, format.orElseThrow());
    }
}
