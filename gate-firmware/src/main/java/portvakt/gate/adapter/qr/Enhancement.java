package portvakt.gate.adapter.qr;

/**
 * Makes another picture of a frame in which a code may be read that is not read in the frame itself. Keeps its buffers from frame to
 * frame, so it allocates nothing once it has seen the largest; what it gives is good until the next call. One thread.
 */
final class Enhancement {

    /** Each helps against something else; measured with {@code ./portvakt bench codes}. */
    enum Step {
        /** The mean of each pixel and its neighbours: against a noisy sensor and fine scratches. */
        SMOOTH,
        /** Smoothed, then edges raised: against a picture out of focus. */
        SHARPEN,
        /** The same contrast everywhere: against glare and shadow. */
        EVEN
    }

    private static final int SHARPEN_RADIUS_PX = 3;
    private static final int SHARPEN_PERCENT = 400;
    private static final int EVEN_RADIUS_PX = 20;
    /** What a neighbourhood's mean deviation becomes, gray levels. */
    private static final int EVEN_DEVIATION = 60;

    /** A neighbourhood that deviates less is plain, and its noise is not to be raised to a pattern. */
    private static final int EVEN_DEVIATION_MIN = 3;

    private static final int MIDDLE = 128;

    private byte[] smooth = new byte[0];
    private byte[] mean = new byte[0];
    private byte[] deviation = new byte[0];
    private byte[] out = new byte[0];
    private int[] sums = new int[0];

    GrayFrame apply(Step step, GrayFrame frame) {
        int pixels = frame.width() * frame.height();
        if (out.length != pixels) {
            smooth = new byte[pixels];
            mean = new byte[pixels];
            deviation = new byte[pixels];
            out = new byte[pixels];
            sums = new int[pixels];
        }
        byte[] made = switch (step) {
            case SMOOTH -> smoothed(frame);
            case SHARPEN -> sharpened(smoothed(frame), frame.width(), frame.height());
            case EVEN -> evened(frame);
        };
        return new GrayFrame(frame.width(), frame.height(), made);
    }

    private byte[] smoothed(GrayFrame frame) {
        boxMean(frame.pixels(), smooth, frame.width(), frame.height(), 1);
        return smooth;
    }

    /** Unsharp masking: what differs from its neighbourhood differs more. */
    private byte[] sharpened(byte[] in, int width, int height) {
        boxMean(in, mean, width, height, SHARPEN_RADIUS_PX);
        for (int i = 0; i < out.length; i++) {
            int value = in[i] & 0xff;
            out[i] = (byte) Math.clamp(value + (value - (mean[i] & 0xff)) * SHARPEN_PERCENT / 100, 0, 255);
        }
        return out;
    }

    private byte[] evened(GrayFrame frame) {
        byte[] in = frame.pixels();
        boxMean(in, mean, frame.width(), frame.height(), EVEN_RADIUS_PX);
        for (int i = 0; i < in.length; i++) {
            smooth[i] = (byte) Math.abs((in[i] & 0xff) - (mean[i] & 0xff));
        }
        boxMean(smooth, deviation, frame.width(), frame.height(), EVEN_RADIUS_PX);
        for (int i = 0; i < in.length; i++) {
            int difference = (in[i] & 0xff) - (mean[i] & 0xff);
            int spread = Math.max(EVEN_DEVIATION_MIN, deviation[i] & 0xff);
            out[i] = (byte) Math.clamp(MIDDLE + difference * EVEN_DEVIATION / spread, 0, 255);
        }
        return out;
    }

    /** The mean over a square around each pixel, by running sums: its cost does not depend on the square's size. */
    private void boxMean(byte[] in, byte[] into, int width, int height, int radius) {
        for (int y = 0; y < height; y++) {
            int row = y * width;
            int sum = 0;
            for (int x = -radius; x <= radius; x++) {
                sum += in[row + Math.clamp(x, 0, width - 1)] & 0xff;
            }
            for (int x = 0; x < width; x++) {
                sums[row + x] = sum;
                sum += (in[row + Math.min(width - 1, x + radius + 1)] & 0xff)
                        - (in[row + Math.max(0, x - radius)] & 0xff);
            }
        }
        int count = (2 * radius + 1) * (2 * radius + 1);
        for (int x = 0; x < width; x++) {
            int sum = 0;
            for (int y = -radius; y <= radius; y++) {
                sum += sums[Math.clamp(y, 0, height - 1) * width + x];
            }
            for (int y = 0; y < height; y++) {
                into[y * width + x] = (byte) (sum / count);
                sum += sums[Math.min(height - 1, y + radius + 1) * width + x]
                        - sums[Math.max(0, y - radius) * width + x];
            }
        }
    }
}
