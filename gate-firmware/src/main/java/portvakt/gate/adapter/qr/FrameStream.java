package portvakt.gate.adapter.qr;

import java.io.EOFException;
import java.io.IOException;

/** Frames, one after the other, out of a stream of bytes. Used by one thread. */
interface FrameStream {

    /**
     * Reads the next frame's gray plane; blocks until it is whole.
     *
     * @return false if the stream ended between two frames
     * @throws MalformedStreamException if the bytes are not in the expected format
     * @throws EOFException if the stream ended within a frame
     */
    boolean readInto(GrayFrame frame) throws IOException;

    /**
     * @throws MalformedStreamException if no frame of this size is accepted
     */
    static void checkSize(long width, long height) throws MalformedStreamException {
        if (width < 1 || height < 1 || width > GrayFrame.PIXELS_MAX || width * height > GrayFrame.PIXELS_MAX) {
            throw new MalformedStreamException("The camera announced frames of " + width + " by " + height
                    + " pixels; at most " + GrayFrame.PIXELS_MAX
                    + " pixels a frame are accepted. Ask the command for a smaller picture, 1280 by 720 is plenty.");
        }
    }

    /** The samples of the two colour planes of a 4:2:0 frame: each has half the width and height, rounded up. */
    static long chromaBytes(int width, int height) {
        return 2L * ((width + 1) / 2) * ((height + 1) / 2);
    }
}
