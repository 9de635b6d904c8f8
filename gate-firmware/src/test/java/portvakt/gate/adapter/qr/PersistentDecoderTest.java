package portvakt.gate.adapter.qr;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What is not read at once is looked at in other ways, in turns, and never for longer than a frame may cost. */
class PersistentDecoderTest {

    private static final int WIDTH = 64;
    private static final int HEIGHT = 48;
    private static final FoundCode CODE = new FoundCode("4388261", 1, 1, 1);

    private final List<GrayFrame> seen = new ArrayList<>();
    private final SplittableRandom random = new SplittableRandom(1);
    private long nowNs;
    private long costNs = 1_000_000;
    private int findsAt = Integer.MAX_VALUE;

    private final PersistentDecoder decoder = new PersistentDecoder(
            frame -> {
                seen.add(new GrayFrame(
                        frame.width(), frame.height(), frame.pixels().clone()));
                nowNs += costNs;
                return seen.size() == findsAt ? List.of(CODE) : List.of();
            },
            () -> nowNs,
            PersistentDecoder.BUDGET);

    private GrayFrame another() {
        byte[] pixels = new byte[WIDTH * HEIGHT];
        random.nextBytes(pixels);
        return new GrayFrame(WIDTH, HEIGHT, pixels);
    }

    private static GrayFrame plain(int light) {
        byte[] pixels = new byte[WIDTH * HEIGHT];
        Arrays.fill(pixels, (byte) light);
        return new GrayFrame(WIDTH, HEIGHT, pixels);
    }

    @Test
    void aFrameThatIsReadAtOnceCostsNothingMore() {
        findsAt = 1;
        assertThat(decoder.decode(another())).containsExactly(CODE);
        assertThat(seen).hasSize(1);
    }

    @Test
    void aFrameThatIsNotReadIsLookedAtInEveryWay() {
        assertThat(decoder.decode(another())).isEmpty();
        assertThat(seen).hasSize(1 + Enhancement.Step.values().length);
        assertThat(seen.stream().map(frame -> Arrays.hashCode(frame.pixels())).distinct())
                .hasSize(seen.size());
    }

    @Test
    void whatHelpedIsTriedFirstTheNextTime() {
        GrayFrame frame = another();
        findsAt = 3;
        decoder.decode(frame);
        GrayFrame helped = seen.getLast();
        seen.clear();
        findsAt = 2;
        decoder.decode(frame);
        assertThat(seen.getLast().pixels()).isEqualTo(helped.pixels());
    }

    @Test
    void aSlowBoardTakesTheWaysInTurns() {
        costNs = PersistentDecoder.BUDGET.toNanos() / 2 + 1;
        GrayFrame frame = another();
        for (int i = 0; i < 3; i++) {
            decoder.decode(frame);
        }
        assertThat(seen).as("the frame itself and one other picture each time").hasSize(6);
        assertThat(List.of(seen.get(1), seen.get(3), seen.get(5)).stream()
                        .map(picture -> Arrays.hashCode(picture.pixels()))
                        .distinct())
                .hasSize(3);

        seen.clear();
        costNs = PersistentDecoder.BUDGET.toNanos();
        decoder.decode(frame);
        assertThat(seen).as("no step is begun once the budget is spent").hasSize(1);
    }

    @Test
    void aSceneWithNobodyInItGetsOneStepAFrame() {
        decoder.decode(plain(100));
        seen.clear();
        decoder.decode(plain(102));
        assertThat(seen).as("nothing has changed").hasSize(2);
        seen.clear();
        decoder.decode(plain(160));
        assertThat(seen).as("somebody comes").hasSize(1 + Enhancement.Step.values().length);
    }

    @Test
    void pixelsOfAnySizeAreNoTroubleAndPlainOnesStayPlain() {
        Enhancement enhancement = new Enhancement();
        for (Enhancement.Step step : Enhancement.Step.values()) {
            for (int size : new int[] {1, 2, 7, 40}) {
                GrayFrame made = enhancement.apply(step, new GrayFrame(size, 1, new byte[size]));
                assertThat(made.width()).isEqualTo(size);
                assertThat(made.pixels()).as("%s of %d", step, size).containsOnly(made.pixels()[0]);
            }
        }
    }

    @Test
    void smoothingIsTheMeanAndSharpeningTurnsASlopeIntoAnEdge() {
        Enhancement enhancement = new Enhancement();
        byte[] dot = new byte[81];
        dot[40] = 90;
        assertThat(enhancement.apply(Enhancement.Step.SMOOTH, new GrayFrame(9, 9, dot))
                        .pixels()[40])
                .isEqualTo((byte) 10);

        byte[] slope = new byte[20 * 20];
        for (int i = 0; i < slope.length; i++) {
            slope[i] = (byte) Math.clamp(60 + 20 * (i % 20 - 7), 60, 160);
        }
        byte[] edge = enhancement
                .apply(Enhancement.Step.SHARPEN, new GrayFrame(20, 20, slope))
                .pixels();
        int row = 10 * 20;
        assertThat((edge[row + 12] & 0xff) - (edge[row + 7] & 0xff)).isGreaterThan(160 - 60);
        byte[] even = enhancement
                .apply(Enhancement.Step.EVEN, new GrayFrame(20, 20, slope))
                .pixels();
        assertThat((even[row + 19] & 0xff) - (even[row] & 0xff)).as("contrast").isGreaterThanOrEqualTo(100);
    }
}
