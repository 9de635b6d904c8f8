package portvakt.sim.device.frame;

import com.google.zxing.BinaryBitmap;
import com.google.zxing.MultiFormatReader;
import com.google.zxing.NotFoundException;
import com.google.zxing.PlanarYUVLuminanceSource;
import com.google.zxing.common.HybridBinarizer;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import portvakt.gate.adapter.qr.CodeDecoder;
import portvakt.gate.adapter.qr.FoundCode;
import portvakt.gate.adapter.qr.GrayFrame;
import portvakt.gate.adapter.qr.PersistentDecoder;

/**
 * Three hundred hard frames: ten kinds of trouble ({@link HardScene}), a card number and a text as long as a pass, fifteen frames each; by one
 * seed always the same. Measures how many are read, by ZXing as it comes and by the gate.
 */
public final class HardFrames {

    public static final long SEED = 20_261_128;
    public static final int FRAMES = 15;

    private static final int WIDTH = 640;
    private static final int HEIGHT = 480;
    private static final int PASS_CHARS = 220;
    private static final String BASE45 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

    private HardFrames() {}

    /** What is in the code. */
    public enum Kind {
        CARD,
        PASS
    }

    /** @param wrong frames in which something else was read than the code says */
    public record Share(int frames, int read, int wrong, double medianMs) {
        public Share plus(Share other) {
            return new Share(
                    frames + other.frames, read + other.read, wrong + other.wrong, Math.max(medianMs, other.medianMs));
        }

        long percent() {
            return Math.round(100.0 * read / frames);
        }
    }

    /** @param plain ZXing as its documentation shows it @param ours the gate's decoder */
    public record Line(HardScene scene, Kind kind, Share plain, Share ours) {}

    /**
     * Takes about half a minute.
     *
     * @param budget of the gate's decoder for one frame
     */
    public static List<Line> measure(int frames, long seed, Duration budget) {
        List<Line> lines = new ArrayList<>();
        for (HardScene scene : HardScene.values()) {
            for (Kind kind : Kind.values()) {
                lines.add(new Line(
                        scene,
                        kind,
                        share(HardFrames::plainZxing, scene, kind, frames, seed),
                        share(new PersistentDecoder(budget), scene, kind, frames, seed)));
            }
        }
        return lines;
    }

    private static Share share(CodeDecoder decoder, HardScene scene, Kind kind, int frames, long seed) {
        FrameRenderer renderer = new FrameRenderer(WIDTH, HEIGHT);
        SplittableRandom seeds = new SplittableRandom(seed);
        long[] tookNs = new long[frames];
        int read = 0;
        int wrong = 0;
        for (int i = 0; i < frames; i++) {
            SplittableRandom random = seeds.split();
            String text = kind == Kind.CARD ? DecodeRates.cardNumber(i) : likeAPass(random);
            GrayFrame frame = new GrayFrame(WIDTH, HEIGHT, scene.render(renderer, text, random));
            long beganNs = System.nanoTime();
            List<FoundCode> found = decoder.decode(frame);
            tookNs[i] = System.nanoTime() - beganNs;
            boolean right = found.size() == 1 && found.getFirst().text().equals(text);
            read += right ? 1 : 0;
            wrong += right || found.isEmpty() ? 0 : 1;
        }
        Arrays.sort(tookNs);
        return new Share(frames, read, wrong, tookNs[frames / 2] / 1e6);
    }

    private static String likeAPass(SplittableRandom random) {
        StringBuilder text = new StringBuilder("PV1:");
        while (text.length() < PASS_CHARS) {
            text.append(BASE45.charAt(random.nextInt(BASE45.length())));
        }
        return text.toString();
    }

    /** As in ZXing's own example: all formats, one threshold for each neighbourhood. */
    private static List<FoundCode> plainZxing(GrayFrame frame) {
        try {
            String text = new MultiFormatReader()
                    .decode(new BinaryBitmap(new HybridBinarizer(new PlanarYUVLuminanceSource(
                            frame.pixels(),
                            frame.width(),
                            frame.height(),
                            0,
                            0,
                            frame.width(),
                            frame.height(),
                            false))))
                    .getText();
            return List.of(new FoundCode(text, 0, 0, 0));
        } catch (NotFoundException e) {
            return List.of();
        }
    }

    public static Share ours(List<Line> lines) {
        return lines.stream().map(Line::ours).reduce(Share::plus).orElseThrow();
    }

    public static Share plain(List<Line> lines) {
        return lines.stream().map(Line::plain).reduce(Share::plus).orElseThrow();
    }

    public static void print(List<Line> lines, PrintStream out) {
        out.printf("%-10s %-5s %22s %22s%n", "scene", "code", "ZXing as it comes", "the gate");
        for (Line line : lines) {
            out.printf(
                    Locale.ROOT,
                    "%-10s %-5s %22s %22s%n",
                    line.scene(),
                    line.kind(),
                    cell(line.plain()),
                    cell(line.ours()));
        }
        Share plain = plain(lines);
        Share ours = ours(lines);
        out.printf(
                Locale.ROOT,
                "of %d frames: %d read by ZXing as it comes (%d wrong), %d by the gate (%d wrong)%n",
                ours.frames(),
                plain.read(),
                plain.wrong(),
                ours.read(),
                ours.wrong());
    }

    private static String cell(Share share) {
        return String.format(Locale.ROOT, "%3d %% %6.1f ms", share.percent(), share.medianMs())
                + (share.wrong() == 0 ? "" : " " + share.wrong() + " WRONG");
    }
}
