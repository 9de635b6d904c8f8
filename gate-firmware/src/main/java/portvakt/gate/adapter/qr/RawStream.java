package portvakt.gate.adapter.qr;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/**
 * Frames without any header, as {@code rpicam-vid --codec yuv420} and {@code ffmpeg -f rawvideo} write them:
 *
 * <pre>
 * ( Y[stride * height]                                       first width bytes of each row used
 *   U[(stride+1)/2 * (height+1)/2]  V[the same]              skipped; I420 only
 * )*
 * </pre>
 *
 * Nothing in the bytes says where a frame begins: a wrong size is not noticed here and shows as a code that never reads.
 */
final class RawStream implements FrameStream {

    private final InputStream in;
    private final int width;
    private final int height;
    private final int strideBytes;
    private final long chromaBytes;

    private RawStream(InputStream in, int width, int height, int strideBytes, long chromaBytes) {
        this.in = in;
        this.width = width;
        this.height = height;
        this.strideBytes = strideBytes;
        this.chromaBytes = chromaBytes;
    }

    /** One byte a pixel, nothing else. */
    static RawStream gray8(InputStream in, int width, int height, int strideBytes) {
        return new RawStream(in, width, height, strideBytes, 0);
    }

    /** Planar 4:2:0; the colour planes' rows are half as long as the gray plane's, padding included. */
    static RawStream i420(InputStream in, int width, int height, int strideBytes) {
        return new RawStream(in, width, height, strideBytes, FrameStream.chromaBytes(strideBytes, height));
    }

    @Override
    public boolean readInto(GrayFrame frame) throws IOException {
        frame.resize(width, height);
        // Without padding the plane is read in one go; with it, row by row.
        int rows = strideBytes == width ? 1 : height;
        int rowBytes = width * height / rows;
        for (int row = 0; row < rows; row++) {
            int got = in.readNBytes(frame.pixels(), row * rowBytes, rowBytes);
            if (got == 0 && row == 0) {
                return false;
            }
            if (got < rowBytes) {
                throw new EOFException("the stream ended within a frame");
            }
            in.skipNBytes(strideBytes == width ? 0 : strideBytes - width);
        }
        in.skipNBytes(chromaBytes);
        return true;
    }
}
