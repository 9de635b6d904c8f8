package portvakt.gate.adapter.qr;

/**
 * One gray picture: rows from the top without padding, one byte a pixel, 0 is black. Mutable and used again and again, so that
 * a running camera allocates nothing; belongs to one thread at a time.
 */
public final class GrayFrame {

    /** Most pixels of a frame (3840 by 2160): what a stream claims beyond it is refused before any memory is taken. */
    public static final int PIXELS_MAX = 3840 * 2160;

    private int width;
    private int height;
    private byte[] pixels = new byte[0];
    private long arrivedNs;

    /** A frame without pixels, to be filled by a stream. */
    GrayFrame() {}

    /**
     * @param pixels used as it is, not copied
     * @throws IllegalArgumentException if there are not {@code width * height} pixels
     */
    public GrayFrame(int width, int height, byte[] pixels) {
        if (width < 1 || height < 1 || pixels.length != (long) width * height) {
            throw new IllegalArgumentException(
                    width + " by " + height + " pixels were announced, " + pixels.length + " given");
        }
        this.width = width;
        this.height = height;
        this.pixels = pixels;
    }

    public int width() {
        return width;
    }

    public int height() {
        return height;
    }

    /** The pixels themselves, not a copy. */
    public byte[] pixels() {
        return pixels;
    }

    /** When the last byte came out of the pipe, in {@link System#nanoTime()}. */
    long arrivedNs() {
        return arrivedNs;
    }

    void arrivedAt(long nowNs) {
        arrivedNs = nowNs;
    }

    /** Makes room; keeps the array if it fits already. */
    void resize(int newWidth, int newHeight) {
        if (pixels.length != newWidth * newHeight) {
            pixels = new byte[newWidth * newHeight];
        }
        width = newWidth;
        height = newHeight;
    }
}
