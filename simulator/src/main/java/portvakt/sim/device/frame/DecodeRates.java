package portvakt.sim.device.frame;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import portvakt.gate.adapter.qr.CodeDecoder;
import portvakt.gate.adapter.qr.FoundCode;
import portvakt.gate.adapter.qr.GrayFrame;
import portvakt.gate.adapter.qr.PairedDecoder;
import portvakt.gate.adapter.qr.ZxingDecoder;

/** Measures how many rendered frames of each class the gate's decoders read, ZXing alone beside both on the same frames. */
public final class DecodeRates {

    private static final int WIDTH = 640;
    private static final int HEIGHT = 480;

    private DecodeRates() {}

    /**
     * What one decoder made of one class.
     *
     * @param readCount  frames whose code it read right
     * @param wrongCount frames in which it read something else
     * @param medianMs   for one frame
     */
    public record Rate(int frameCount, int readCount, int wrongCount, double medianMs) {
        public long percent() {
            return Math.round(100.0 * readCount / frameCount);
        }
    }

    /** The card number that frame {@code index} of a class shows. */
    public static String cardNumber(int index) {
        return Integer.toString(4_000_000 + 7_919 * index % 1_000_000);
    }

    public static Rate measure(CodeDecoder decoder, Condition condition, int frameCount, long seed) {
        FrameRenderer renderer = new FrameRenderer(WIDTH, HEIGHT);
        SplittableRandom random = new SplittableRandom(seed);
        int read = 0;
        int wrong = 0;
        long[] tookNs = new long[frameCount];
        for (int index = 0; index < frameCount; index++) {
            String text = cardNumber(index);
            GrayFrame frame = new GrayFrame(WIDTH, HEIGHT, renderer.render(text, condition, random.split()));
            long beganNs = System.nanoTime();
            List<FoundCode> found = decoder.decode(frame);
            tookNs[index] = System.nanoTime() - beganNs;
            boolean right = found.size() == 1 && found.getFirst().text().equals(text);
            read += right ? 1 : 0;
            wrong += right || found.isEmpty() ? 0 : 1;
        }
        Arrays.sort(tookNs);
        return new Rate(frameCount, read, wrong, tookNs[frameCount / 2] / 1e6);
    }

    /** Prints the table. Arguments: frames a class (60), seed (1). */
    public static void main(String[] arguments) {
        int frameCount = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 60;
        long seed = arguments.length > 1 ? Long.parseLong(arguments[1]) : 1;
        System.out.printf("%d by %d pixels, %d frames a class, seed %d%n", WIDTH, HEIGHT, frameCount, seed);
        System.out.printf("%-14s %22s %22s%n", "class", "ZXing alone", "ZXing and BoofCV");
        for (Condition condition : Condition.values()) {
            Rate zxing = measure(new ZxingDecoder(), condition, frameCount, seed);
            Rate both = measure(new PairedDecoder(), condition, frameCount, seed);
            System.out.printf("%-14s %22s %22s%n", condition, cell(zxing), cell(both));
        }
    }

    private static String cell(Rate rate) {
        return String.format("%3d %% (%d wrong) %5.1f ms", rate.percent(), rate.wrongCount(), rate.medianMs());
    }
}
