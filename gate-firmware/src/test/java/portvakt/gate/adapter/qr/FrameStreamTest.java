package portvakt.gate.adapter.qr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The frames that come out are the gray planes that went in, however the pipe cuts the bytes; anything else is refused early. */
class FrameStreamTest {

    private static final int WIDTH = 5;
    private static final int HEIGHT = 3;

    @ParameterizedTest
    @ValueSource(strings = {"Cmono", "C420jpeg", "C420mpeg2 XCOLORRANGE=FULL", "", "Ip A1:1 F30000:1001 C420paldv"})
    void y4mGivesTheGrayPlaneAtEveryCutOfTheBytes(String parameters) throws IOException {
        int chromaBytes = parameters.contains("mono") ? 0 : 2 * 3 * 2;
        List<byte[]> frames = List.of(plane(1), plane(2), plane(3));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(ascii(("YUV4MPEG2 W5 H3 " + parameters).strip() + "\n"));
        for (byte[] frame : frames) {
            bytes.writeBytes(ascii(frame == frames.get(1) ? "FRAME Ip XANY\n" : "FRAME\n"));
            bytes.writeBytes(frame);
            bytes.writeBytes(new byte[chromaBytes]);
        }
        byte[] stream = bytes.toByteArray();
        for (int cut = 0; cut <= stream.length; cut++) {
            assertThat(allFrames(new Y4mStream(new BufferedInputStream(new CutStream(stream, cut)))))
                    .as("cut before byte %d", cut)
                    .usingRecursiveComparison()
                    .isEqualTo(frames);
        }
        assertThat(allFrames(new Y4mStream(new BufferedInputStream(new CutStream(stream, -1), 1))))
                .as("byte by byte")
                .usingRecursiveComparison()
                .isEqualTo(frames);
    }

    @ParameterizedTest
    @CsvSource({"5, false", "8, false", "5, true", "8, true", "7, true"})
    void rawGivesTheGrayPlaneWithoutPaddingAtEveryCut(int strideBytes, boolean colour) throws IOException {
        List<byte[]> frames = List.of(plane(1), plane(2));
        int chromaBytes = colour ? 2 * ((strideBytes + 1) / 2) * 2 : 0;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (byte[] frame : frames) {
            for (int row = 0; row < HEIGHT; row++) {
                bytes.write(frame, row * WIDTH, WIDTH);
                bytes.writeBytes(filled(strideBytes - WIDTH));
            }
            bytes.writeBytes(filled(chromaBytes));
        }
        byte[] stream = bytes.toByteArray();
        for (int cut = 0; cut <= stream.length; cut++) {
            InputStream in = new BufferedInputStream(new CutStream(stream, cut));
            FrameStream raw = colour
                    ? RawStream.i420(in, WIDTH, HEIGHT, strideBytes)
                    : RawStream.gray8(in, WIDTH, HEIGHT, strideBytes);
            assertThat(allFrames(raw))
                    .as("cut before byte %d", cut)
                    .usingRecursiveComparison()
                    .isEqualTo(frames);
        }
    }

    @Test
    void aStreamThatEndsWithinAFrameIsTruncatedWhereverItEnds() {
        byte[] whole = concat(ascii("YUV4MPEG2 W5 H3 C420\nFRAME\n"), plane(1), new byte[12]);
        for (int length = 1; length < whole.length; length++) {
            byte[] part = Arrays.copyOf(whole, length);
            Y4mStream stream = new Y4mStream(new ByteArrayInputStream(part));
            if (length == "YUV4MPEG2 W5 H3 C420\n".length()) {
                // Between header and first frame nothing is cut: a stream without frames.
                assertThat(readsOne(stream)).isEqualTo("end");
            } else {
                assertThat(readsOne(stream)).as("%d bytes", length).isEqualTo("truncated");
            }
        }
        for (int length = 1; length < 8 * 3 + 16; length++) {
            RawStream raw = RawStream.i420(new ByteArrayInputStream(new byte[length]), WIDTH, HEIGHT, 8);
            assertThat(readsOne(raw)).as("%d raw bytes", length).isEqualTo("truncated");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GIF89a\n",
                "YUV4MPEG\n",
                "YUV4MPEG3 W5 H3\n",
                "YUV4MPEG2\n",
                "YUV4MPEG2 W5\n",
                "YUV4MPEG2 H3\n",
                "YUV4MPEG2 W0 H3\n",
                "YUV4MPEG2 W-5 H3\n",
                "YUV4MPEG2 W5.0 H3\n",
                "YUV4MPEG2 W H3\n",
                "YUV4MPEG2 W5 H99999999999999999999\n",
                "YUV4MPEG2 W5 H3 C422\n",
                "YUV4MPEG2 W5 H3 C420p10\n",
                "YUV4MPEG2 W5 H3 Cmono16\n",
                "YUV4MPEG2 W5 H3 Cmono\nFRAMES\n",
                "YUV4MPEG2 W5 H3 Cmono\nframe\n",
            })
    void whatIsNotYuv4mpeg2IsRefusedWithARemedy(String text) {
        assertThatThrownBy(() -> new Y4mStream(new ByteArrayInputStream(ascii(text))).readInto(new GrayFrame()))
                .isInstanceOf(MalformedStreamException.class)
                .message()
                .containsAnyOf("Check the command", "-f yuv4mpegpipe", "-pix_fmt gray", "Ask the command")
                .doesNotContain("\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"W100000 H100000", "W999999999 H999999999", "W3841 H2160", "W1 H8294401"})
    void absurdSizesAreRefusedBeforeMemoryIsTaken(String size) {
        GrayFrame frame = new GrayFrame();
        assertThatThrownBy(() -> new Y4mStream(new ByteArrayInputStream(ascii("YUV4MPEG2 " + size + " Cmono\nFRAME\n")))
                        .readInto(frame))
                .isInstanceOf(MalformedStreamException.class)
                .hasMessageContaining("smaller picture");
        assertThat(frame.pixels()).isEmpty();
    }

    @Test
    void anEndlessHeaderLineIsRefused() {
        InputStream endless = new InputStream() {
            private int position;

            @Override
            public int read() {
                String magic = "YUV4MPEG2 ";
                return position < magic.length() ? magic.charAt(position++) : 'X';
            }
        };
        assertThatThrownBy(() -> new Y4mStream(endless).readInto(new GrayFrame()))
                .isInstanceOf(MalformedStreamException.class);
    }

    @Test
    void randomBytesAreNeverAFrame() {
        for (long seed = 0; seed < 500; seed++) {
            byte[] noise = new byte[4096];
            new SplittableRandom(seed).nextBytes(noise);
            assertThatThrownBy(() -> new Y4mStream(new ByteArrayInputStream(noise)).readInto(new GrayFrame()))
                    .as("seed %d", seed)
                    .isInstanceOf(MalformedStreamException.class);
        }
    }

    private static List<byte[]> allFrames(FrameStream stream) throws IOException {
        List<byte[]> frames = new ArrayList<>();
        GrayFrame frame = new GrayFrame();
        while (stream.readInto(frame)) {
            assertThat(frame.width()).isEqualTo(WIDTH);
            assertThat(frame.height()).isEqualTo(HEIGHT);
            frames.add(frame.pixels().clone());
        }
        return frames;
    }

    private static String readsOne(FrameStream stream) {
        try {
            return stream.readInto(new GrayFrame()) ? "frame" : "end";
        } catch (EOFException e) {
            return "truncated";
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static byte[] plane(int seed) {
        byte[] plane = new byte[WIDTH * HEIGHT];
        new SplittableRandom(seed).nextBytes(plane);
        return plane;
    }

    private static byte[] filled(int length) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) 0x55);
        return bytes;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            bytes.writeBytes(part);
        }
        return bytes.toByteArray();
    }

    /** Gives the bytes before the cut in one read and the rest in the next; one byte a read if the cut is negative. */
    private static final class CutStream extends InputStream {
        private final byte[] bytes;
        private final int cut;
        private int position;

        CutStream(byte[] bytes, int cut) {
            this.bytes = bytes;
            this.cut = cut;
        }

        @Override
        public int read() {
            return position < bytes.length ? bytes[position++] & 0xff : -1;
        }

        @Override
        public int read(byte[] to, int offset, int length) {
            if (position == bytes.length) {
                return -1;
            }
            int until = cut < 0 ? position + 1 : position < cut ? cut : bytes.length;
            int count = Math.min(length, until - position);
            System.arraycopy(bytes, position, to, offset, count);
            position += count;
            return count;
        }
    }
}
