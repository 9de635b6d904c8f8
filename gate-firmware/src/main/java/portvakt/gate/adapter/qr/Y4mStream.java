package portvakt.gate.adapter.qr;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * YUV4MPEG2, the format of mjpegtools' {@code yuv4mpeg(5)} and of ffmpeg's {@code -f yuv4mpegpipe}:
 *
 * <pre>
 * "YUV4MPEG2" (" " letter value)* "\n"        W width, H height, C colour space; others are skipped
 * ( "FRAME" (" " letter value)* "\n"          skipped
 *   Y[width * height]                         used
 *   U[...] V[...]                             skipped; absent if C is "mono"
 * )*
 * </pre>
 *
 * Accepted colour spaces are {@code mono} and the 8-bit 4:2:0 ones, which are also meant if there is no C.
 */
final class Y4mStream implements FrameStream {

    private static final String MAGIC = "YUV4MPEG2";
    private static final String FRAME = "FRAME";
    private static final int LINE_BYTES_MAX = 1024;
    private static final int DIGITS_MAX = 9;

    private final InputStream in;
    private boolean headerRead;
    private int width;
    private int height;
    private long chromaBytes;

    /** @param in should be buffered: lines are read byte by byte */
    Y4mStream(InputStream in) {
        this.in = in;
    }

    @Override
    public boolean readInto(GrayFrame frame) throws IOException {
        if (!headerRead) {
            int first = in.read();
            if (first < 0) {
                return false;
            }
            readHeader(line(first, MAGIC));
            headerRead = true;
        }
        int first = in.read();
        if (first < 0) {
            return false;
        }
        line(first, FRAME);
        frame.resize(width, height);
        if (in.readNBytes(frame.pixels(), 0, width * height) < width * height) {
            throw new EOFException("the stream ended within a frame");
        }
        in.skipNBytes(chromaBytes);
        return true;
    }

    private void readHeader(String header) throws MalformedStreamException {
        long w = 0;
        long h = 0;
        String colour = "420";
        for (String parameter : header.split(" ")) {
            String value = parameter.isEmpty() ? "" : parameter.substring(1);
            if (parameter.startsWith("W")) {
                w = number(parameter, value);
            } else if (parameter.startsWith("H")) {
                h = number(parameter, value);
            } else if (parameter.startsWith("C")) {
                colour = value;
            }
        }
        FrameStream.checkSize(w, h);
        width = (int) w;
        height = (int) h;
        chromaBytes = switch (colour) {
            case "mono" -> 0;
            case "420", "420jpeg", "420mpeg2", "420paldv" -> FrameStream.chromaBytes(width, height);
            default ->
                throw new MalformedStreamException(
                        "The camera's YUV4MPEG2 stream has the colour space " + Printable.text(colour)
                                + "; mono and 8-bit 420 are accepted. With ffmpeg, add: -pix_fmt gray");
        };
    }

    private static long number(String parameter, String digits) throws MalformedStreamException {
        if (digits.isEmpty() || digits.length() > DIGITS_MAX || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new MalformedStreamException("The camera's YUV4MPEG2 header has a size that is no number: "
                    + Printable.text(parameter) + ". Check the command.");
        }
        return Long.parseLong(digits);
    }

    /** Reads the rest of a line that begins with {@code word}, gives back what follows the word, and refuses anything else. */
    private String line(int first, String word) throws IOException {
        byte[] bytes = new byte[LINE_BYTES_MAX];
        int length = 0;
        for (int next = first; next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("the stream ended within a header");
            }
            // Whether the word is right is known after its last letter: garbage isn't read on in the hope of a line's
            // end.
            boolean wrong =
                    length < word.length() ? next != word.charAt(length) : length == word.length() && next != ' ';
            if (wrong || length == LINE_BYTES_MAX) {
                throw new MalformedStreamException("The camera's stream is not YUV4MPEG2: " + word
                        + " was expected where it has " + Printable.text(ascii(bytes, length) + (char) (next & 0xff))
                        + ". Have the command write that format (ffmpeg: -f yuv4mpegpipe), or set \"format\".");
            }
            bytes[length++] = (byte) next;
        }
        if (length < word.length()) {
            throw new MalformedStreamException("The camera's stream is not YUV4MPEG2: " + word
                    + " was expected where it has " + Printable.text(ascii(bytes, length)) + ". Check the command.");
        }
        return ascii(bytes, length).substring(word.length());
    }

    private static String ascii(byte[] bytes, int length) {
        return new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
    }
}
