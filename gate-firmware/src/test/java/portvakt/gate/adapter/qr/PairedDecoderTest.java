package portvakt.gate.adapter.qr;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

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

    /** Combining all patterns of this sheet would take minutes; the time-out only keeps a failure from hanging the build. */
    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aSheetFullOfFinderPatternsDoesNotHoldTheCamera() {
        int width = 1280;
        int height = 720;
        byte[] pixels = new byte[width * height];
        for (int i = 0; i < pixels.length; i++) {
            int x = i % width % 9;
            int y = i / width % 9;
            int ring = Math.min(Math.min(x, 6 - x), Math.min(y, 6 - y));
            pixels[i] = (byte) (ring == 0 || ring >= 2 ? 0 : 255);
        }
        assertThat(new PairedDecoder().decode(new GrayFrame(width, height, pixels)))
                .isEmpty();
    }

    private static List<String> decode(List<FoundCode> first, List<FoundCode> second) {
        return new PairedDecoder(frame -> first, frame -> second)
                .decode(FRAME).stream().map(FoundCode::text).toList();
    }

    private static FoundCode code(String text, double x, double y) {
        return new FoundCode(text, x, y, 80);
    }
}
