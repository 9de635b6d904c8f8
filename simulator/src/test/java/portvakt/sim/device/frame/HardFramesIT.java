package portvakt.sim.device.frame;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Of 300 hard frames, the recipe for which is {@link HardScene}, the gate reads what was measured, more than ZXing as it comes, and nothing wrong. */
class HardFramesIT {

    /** Measured with all the time in the world, so that it does not depend on the machine, less a few. */
    private static final int READ_MIN = 250;

    @Test
    void threeHundredHardFrames() {
        List<HardFrames.Line> lines = HardFrames.measure(HardFrames.FRAMES, HardFrames.SEED, Duration.ofDays(1));
        HardFrames.print(lines, System.out);

        HardFrames.Share ours = HardFrames.ours(lines);
        assertThat(ours.frames()).isEqualTo(300);
        assertThat(ours.wrong()).as("read wrong").isZero();
        assertThat(ours.read()).isGreaterThanOrEqualTo(READ_MIN);
        assertThat(ours.read()).isGreaterThan(HardFrames.plain(lines).read() + 100);
    }
}
