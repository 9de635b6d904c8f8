package portvakt.sim.device.frame;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes gray frames as a YUV4MPEG2 stream ({@code yuv4mpeg(5)}), mono or 4:2:0 with colourless colour planes. One thread. */
public final class Y4mWriter implements AutoCloseable {

    private static final byte NO_COLOUR = (byte) 128;

    private final OutputStream out;
    private final int lumaBytes;
    private final byte[] chroma;

    private Y4mWriter(OutputStream out, String colour, int width, int height, int framesPerSecond, int chromaBytes)
            throws IOException {
        this.out = out;
        this.lumaBytes = width * height;
        this.chroma = new byte[chromaBytes];
        Arrays.fill(chroma, NO_COLOUR);
        text("YUV4MPEG2 W" + width + " H" + height + " F" + framesPerSecond + ":1 Ip A1:1 C" + colour + "\n");
    }

    public static Y4mWriter mono(OutputStream out, int width, int height, int framesPerSecond) throws IOException {
        return new Y4mWriter(out, "mono", width, height, framesPerSecond, 0);
    }

    public static Y4mWriter i420(OutputStream out, int width, int height, int framesPerSecond) throws IOException {
        int chromaBytes = 2 * ((width + 1) / 2) * ((height + 1) / 2);
        return new Y4mWriter(out, "420jpeg", width, height, framesPerSecond, chromaBytes);
    }

    /** @throws IllegalArgumentException if the frame has not the announced size */
    public void write(byte[] luma) throws IOException {
        if (luma.length != lumaBytes) {
            throw new IllegalArgumentException("a frame of " + lumaBytes + " pixels was announced, not " + luma.length);
        }
        text("FRAME\n");
        out.write(luma);
        out.write(chroma);
    }

    private void text(String line) throws IOException {
        out.write(line.getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
