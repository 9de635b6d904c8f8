package portvakt.gate.adapter.qr;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Two decoders' findings become one list: the same paper once, another paper too, and a decoder that fails finds nothing. */
class PairedDecoderTest {

    private static final GrayFrame FRAME = new GrayFrame(1, 1, new byte[1]);

    @Test
    void theSamePlaceIsTheSameCodeAndTheFirstDecodersTextCounts() {
        assertThat(decode(List.of(code("blåbær", 100, 100)), List.of(code("blÃ¥bÃ¦r", 104, 97))))
                .containsExactly("blåbær");
    }

    @Test
    void whatOnlyTheSecondDecoderFindsIsAdded() {
        assertThat(decode(List.of(), List.of(code("1", 100, 100)))).containsExactly("1");
        assertThat(decode(List.of(code("1", 100, 100)), List.of(code("1", 100, 100), code("2", 300, 100))))
                .containsExactly("1", "2");
    }

    @Test
    void aDecoderThatFailsDoesNotStopTheOther() {
        CodeDecoder failing = frame -> {
            throw new ArrayIndexOutOfBoundsException(7);
        };
        PairedDecoder paired = new PairedDecoder(failing, frame -> List.of(code("1", 0, 0)));
        assertThat(paired.decode(FRAME)).extracting(FoundCode::text).containsExactly("1");
        assertThat(new PairedDecoder(failing, failing).decode(FRAME)).isEmpty();
    }

    @Test
    void aFoundCodeNeverPrintsItsText() {
        assertThat(code("4388261", 1, 2)).hasToString("FoundCode[7 characters at 1,2]");
    }

    @Test
    void theSmallestFramesAreNoTrouble() {
        PairedDecoder decoder = new PairedDecoder();
        for (int width = 1; width < 24; width++) {
            for (int height = 1; height < 24; height += 3) {
                assertThat(decoder.decode(new GrayFrame(width, height, new byte[width * height])))
                        .isEmpty();
            }
        }
    }

    private static List<String> decode(List<FoundCode> first, List<FoundCode> second) {
        return new PairedDecoder(frame -> first, frame -> second)
                .decode(FRAME).stream().map(FoundCode::text).toList();
    }

    private static FoundCode code(String text, double x, double y) {
        return new FoundCode(text, x, y, 80);
    }
}
