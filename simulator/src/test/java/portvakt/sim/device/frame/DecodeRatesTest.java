package portvakt.sim.device.frame;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import portvakt.gate.adapter.qr.CodeDecoder;
import portvakt.gate.adapter.qr.FoundCode;
import portvakt.gate.adapter.qr.GrayFrame;
import portvakt.gate.adapter.qr.PairedDecoder;

/** The gate's decoders read what a camera would see on a common day, and never read anything that is not there. */
class DecodeRatesTest {

    private static final int WIDTH = 640;
    private static final int HEIGHT = 480;
    private static final int FRAME_COUNT = 12;

    private final FrameRenderer renderer = new FrameRenderer(WIDTH, HEIGHT);
    private final CodeDecoder decoder = new PairedDecoder();

    @ParameterizedTest
    @CsvSource({
        "CLEAN, 100",
        "PERSPECTIVE, 90",
        "BLUR, 90",
        "NOISE, 90",
        "LOW_CONTRAST, 90",
        "SHADOW, 90",
        "MOTION, 90",
        "MODERATE, 90",
        "HARD, 0"
    })
    void aClassIsReadAtLeastAsOftenAsMeasuredAndNeverWrong(Condition condition, int percentMin) {
        long seed = 20260101;
        DecodeRates.Rate rate = DecodeRates.measure(decoder, condition, FRAME_COUNT, seed);
        System.out.printf("%s, seed %d: %s%n", condition, seed, rate);
        assertThat(rate.wrongCount())
                .as("wrong in %s, seed %d", condition, seed)
                .isZero();
        assertThat(rate.percent()).as("%s, seed %d", condition, seed).isGreaterThanOrEqualTo(percentMin);
    }

    @ParameterizedTest
    @ValueSource(ints = {20, 80, 150})
    void longerTextsAreReadToo(int characters) {
        String text = "https://example.no/check?card=4388261&x=" + "A1b2".repeat(characters / 4);
        for (long seed = 1; seed <= 4; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            byte[] pixels = renderer.render(text, Condition.MODERATE, random);
            assertThat(texts(pixels)).as("seed %d", seed).containsExactly(text);
        }
    }

    @Test
    void twoCodesInOneFrameAreBothFound() {
        for (long seed = 1; seed <= 6; seed++) {
            List<CodePose> codes = List.of(
                    CodePose.facing("4388261").at(0.3, 0.5),
                    CodePose.facing("4388262").at(0.7, 0.5));
            byte[] pixels = renderer.render(codes, new Optics(0.6, 0, 0, 4, 0.9, 0), new SplittableRandom(seed));
            assertThat(texts(pixels)).as("seed %d", seed).containsExactlyInAnyOrder("4388261", "4388262");
        }
    }

    @Test
    void nothingIsReadFromNoiseOrAnEmptyScene() {
        for (long seed = 1; seed <= 20; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            byte[] noise = new byte[WIDTH * HEIGHT];
            random.nextBytes(noise);
            assertThat(texts(noise)).as("noise, seed %d", seed).isEmpty();
            assertThat(texts(renderer.empty(new Optics(1, 0, 0, 40, 1, 0.5), random)))
                    .as("empty scene, seed %d", seed)
                    .isEmpty();
            assertThat(texts(blackAndWhite(noise)))
                    .as("black and white noise, seed %d", seed)
                    .isEmpty();
        }
    }

    @Test
    void theSameSeedDrawsTheSameFrame() {
        for (Condition condition : Condition.values()) {
            byte[] first = renderer.render("4388261", condition, new SplittableRandom(7));
            assertThat(renderer.render("4388261", condition, new SplittableRandom(7)))
                    .as(condition.name())
                    .isEqualTo(first);
            assertThat(renderer.render("4388261", condition, new SplittableRandom(8)))
                    .as(condition.name())
                    .isNotEqualTo(first);
        }
    }

    private List<String> texts(byte[] pixels) {
        return decoder.decode(new GrayFrame(WIDTH, HEIGHT, pixels)).stream()
                .map(FoundCode::text)
                .toList();
    }

    /** Blocks of four by four pixels: the worst food for a finder of squares. */
    private static byte[] blackAndWhite(byte[] noise) {
        byte[] pixels = new byte[WIDTH * HEIGHT];
        for (int i = 0; i < pixels.length; i++) {
            int block = i / WIDTH / 4 * (WIDTH / 4) + i % WIDTH / 4;
            pixels[i] = (byte) (noise[block] < 0 ? 0 : 255);
        }
        return pixels;
    }
}
