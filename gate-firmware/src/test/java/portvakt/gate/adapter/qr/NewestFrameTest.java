package portvakt.gate.adapter.qr;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Frames are skipped, never queued: whoever takes one gets the newest, and no more than three exist. */
class NewestFrameTest {

    private static final Duration AT_ONCE = Duration.ZERO;

    private final NewestFrame newest = new NewestFrame();

    @Test
    void theNewestReplacesWhatNobodyTook() throws InterruptedException {
        GrayFrame filling = new GrayFrame();
        for (int arrived = 1; arrived <= 5; arrived++) {
            filling.arrivedAt(arrived);
            filling = newest.put(filling);
        }
        GrayFrame taken = frame(newest.take(new GrayFrame(), AT_ONCE));
        assertThat(taken.arrivedNs()).isEqualTo(5);
        assertThat(newest.take(taken, AT_ONCE)).isEqualTo(new NewestFrame.Taken.TimedOut());
    }

    @Test
    void threeFramesCirculate() throws InterruptedException {
        Set<GrayFrame> all = Collections.newSetFromMap(new IdentityHashMap<>());
        GrayFrame filling = new GrayFrame();
        GrayFrame decoding = new GrayFrame();
        for (int round = 0; round < 100; round++) {
            all.add(filling);
            filling = newest.put(filling);
            if (round % 3 == 0) {
                decoding = frame(newest.take(decoding, AT_ONCE));
            }
            assertThat(filling).isNotSameAs(decoding);
        }
        assertThat(all).hasSizeLessThanOrEqualTo(3);
    }

    @Test
    void theLastFrameCanStillBeTakenAfterTheEnd() throws InterruptedException {
        newest.put(new GrayFrame());
        newest.end("unplugged");
        GrayFrame taken = frame(newest.take(new GrayFrame(), AT_ONCE));
        assertThat(newest.take(taken, AT_ONCE)).isEqualTo(new NewestFrame.Taken.Ended("unplugged"));
    }

    private static GrayFrame frame(NewestFrame.Taken taken) {
        assertThat(taken).isInstanceOf(NewestFrame.Taken.Frame.class);
        return ((NewestFrame.Taken.Frame) taken).frame();
    }
}
