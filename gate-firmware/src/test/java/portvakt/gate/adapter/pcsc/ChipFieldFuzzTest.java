package portvakt.gate.adapter.pcsc;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever place a layout names and whatever the chip holds there: refused when the settings are read, or a text of that length at
 * most. The input: block, offset, length, encoding, whether it is a date, then what the blocks hold.
 */
class ChipFieldFuzzTest {

    private static final int HEADER_BYTES = 5;

    static Stream<byte[]> fields() {
        return Stream.of(
                input(4, 0, 16, ChipField.Encoding.ASCII, "4388261\0\0\0"),
                input(5, 0, 4, ChipField.Encoding.BCD, " '\u00031"),
                input(126, 15, 40, ChipField.Encoding.UTF8, "Åse Sørli, som heter så langt"),
                input(250, 3, 128, ChipField.Encoding.LATIN1, "x"));
    }

    private static byte[] input(int block, int offset, int length, ChipField.Encoding encoding, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(HEADER_BYTES + bytes.length)
                .put((byte) block)
                .put((byte) offset)
                .put((byte) length)
                .put((byte) encoding.ordinal())
                .put((byte) (encoding == ChipField.Encoding.BCD ? 1 : 0))
                .put(bytes)
                .array();
    }

    @MethodSource("fields")
    @FuzzTest
    void fuzz(byte[] input) {
        if (input.length < HEADER_BYTES) {
            return;
        }
        int length = input[2] & 0xff;
        ChipField field;
        try {
            field = new ChipField(
                    input[0] & 0xff,
                    input[1],
                    length,
                    ChipField.Encoding.values()[(input[3] & 0xff) % ChipField.Encoding.values().length],
                    input[4] == 1 ? Optional.of("yyyyMMdd") : Optional.empty());
        } catch (IllegalArgumentException e) {
            assertThat(e.getMessage()).isNotBlank();
            return;
        }
        Map<Integer, byte[]> chip = new HashMap<>();
        int at = HEADER_BYTES;
        for (int block : field.blocks()) {
            assertThat(ClassicBlocks.isTrailer(block)).isFalse();
            int from = Math.min(at, input.length);
            chip.put(block, Arrays.copyOfRange(input, from, from + ClassicBlocks.BLOCK_BYTES));
            at += ClassicBlocks.BLOCK_BYTES;
        }
        Optional<String> text = field.text(chip);
        text.ifPresent(read -> assertThat(read.length()).isLessThanOrEqualTo(2 * length));
        if (input[4] == 1) {
            text.flatMap(field::date)
                    .ifPresent(date -> assertThat(date.getYear()).isBetween(0, 9999));
        }
    }
}
