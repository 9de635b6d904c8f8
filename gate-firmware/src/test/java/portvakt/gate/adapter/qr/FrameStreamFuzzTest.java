package portvakt.gate.adapter.qr;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever a camera's command writes: refused, cut off, or whole frames that the bytes really held; and no more memory than the
 * largest picture takes. The first byte says which format.
 */
class FrameStreamFuzzTest {

    private static final int WIDTH = 5;
    private static final int HEIGHT = 3;

    static Stream<byte[]> streams() {
        return Stream.of(
                        "yYUV4MPEG2 W5 H3 Cmono\nFRAME\n123456789012345FRAME Ip\n123456789012345",
                        "yYUV4MPEG2 W2 H2 F25:1 C420jpeg XYSCSS=420\nFRAME\n1234uv",
                        "yYUV4MPEG2 W99999 H99999 Cmono\nFRAME\n",
                        "g123456789012345",
                        "i12345...12345...12345...uuuuvvvvuuuuvvvv")
                .map(text -> text.getBytes(StandardCharsets.ISO_8859_1));
    }

    @MethodSource("streams")
    @FuzzTest
    void fuzz(byte[] input) throws IOException {
        if (input.length == 0) {
            return;
        }
        ByteArrayInputStream in = new ByteArrayInputStream(input, 1, input.length - 1);
        FrameStream stream = switch (input[0]) {
            case 'g' -> RawStream.gray8(in, WIDTH, HEIGHT, WIDTH);
            case 'i' -> RawStream.i420(in, WIDTH, HEIGHT, WIDTH + 3);
            default -> new Y4mStream(in);
        };
        GrayFrame frame = new GrayFrame();
        long pixels = 0;
        try {
            while (stream.readInto(frame)) {
                assertThat(frame.pixels()).hasSize(frame.width() * frame.height());
                pixels += frame.pixels().length;
            }
        } catch (MalformedStreamException e) {
            assertThat(e.getMessage()).doesNotContain("\0", "\n", "\u001b");
        } catch (EOFException e) {
            assertThat(in.available()).isZero();
        }
        assertThat(pixels).isLessThan(input.length);
        assertThat(frame.pixels().length).isLessThanOrEqualTo(GrayFrame.PIXELS_MAX);
    }
}
