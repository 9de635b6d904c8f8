package portvakt.gate.adapter.qr;

import java.util.Arrays;

/** Whether a frame shows what the one before showed: compared by the mean light of some hundred squares, in which noise is lost. One thread. */
final class StillScene {

    private static final int COLUMNS = 32;
    private static final int ROWS = 24;
    /** In a square, gray levels: less is noise, or the light of the day that changes. */
    private static final int CHANGE_MIN = 6;
    /** Each so many pixels one is looked at, both ways. */
    private static final int STRIDE = 2;

    private int[] before = new int[0];

    /** Remembers the frame. */
    boolean isStill(GrayFrame frame) {
        int[] now = light(frame);
        boolean still = before.length == now.length;
        for (int square = 0; still && square < now.length; square++) {
            still = Math.abs(now[square] - before[square]) < CHANGE_MIN;
        }
        before = now;
        return still;
    }

    private static int[] light(GrayFrame frame) {
        int[] sums = new int[COLUMNS * ROWS];
        int[] counts = new int[COLUMNS * ROWS];
        byte[] pixels = frame.pixels();
        for (int y = 0; y < frame.height(); y += STRIDE) {
            int row = y * ROWS / frame.height() * COLUMNS;
            for (int x = 0; x < frame.width(); x += STRIDE) {
                int square = row + x * COLUMNS / frame.width();
                sums[square] += pixels[y * frame.width() + x] & 0xff;
                counts[square]++;
            }
        }
        Arrays.setAll(sums, square -> counts[square] == 0 ? 0 : sums[square] / counts[square]);
        return sums;
    }
}
