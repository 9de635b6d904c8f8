package portvakt.gate.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import portvakt.protocol.Topics;

/** A delta that lacks is asked for at once or after a while, then again and again; in vain, more rarely. */
class DeltaPursuitTest {

    private static final String LIST = "hms-kort";
    private static final long WAIT_NS = DeltaPursuit.WAIT.toNanos();
    private static final long IN_VAIN_NS = DeltaPursuit.WAIT_IN_VAIN.toNanos();

    private final DeltaPursuit pursuit = new DeltaPursuit(LIST);

    private static ListEffect asks(long from) {
        return new ListEffect.Subscribe(Topics.delta(LIST, from), true);
    }

    private static ListEffect letsGo(long from) {
        return new ListEffect.Unsubscribe(Topics.delta(LIST, from));
    }

    private List<ListEffect> behind(long from, boolean atOnce, long nowNs) {
        List<ListEffect> out = new ArrayList<>();
        pursuit.behind(from, atOnce, nowNs, out);
        return out;
    }

    private List<ListEffect> tickBehind(long from, long nowNs) {
        List<ListEffect> out = new ArrayList<>();
        pursuit.tickBehind(from, nowNs, out);
        return out;
    }

    private List<ListEffect> tickAtHead() {
        List<ListEffect> out = new ArrayList<>();
        pursuit.tickAtHead(out);
        return out;
    }

    @Test
    void aLiveDeltaHasAWhileBeforeItIsAskedFor() {
        assertThat(behind(7, false, 100)).isEmpty();
        assertThat(tickBehind(7, 100 + WAIT_NS - 1)).isEmpty();
        assertThat(tickBehind(7, 100 + WAIT_NS)).containsExactly(asks(7));
    }

    @Test
    void whatMustBeThereAlreadyIsAskedForAtOnceAndOnce() {
        assertThat(behind(7, true, 0)).containsExactly(asks(7));
        assertThat(behind(7, true, 1)).isEmpty();
    }

    /** Three times two seconds and then a snapshot is looked for; the delta is asked for still, twice a minute. */
    @Test
    void whatIsAskedForInVainIsAskedForMoreRarely() {
        behind(7, true, 0);
        for (int tries = 1; tries <= DeltaPursuit.TRIES_MAX; tries++) {
            assertThat(pursuit.isInVain()).as("asked %d times", tries).isFalse();
            assertThat(tickBehind(7, tries * WAIT_NS)).containsExactly(asks(7));
        }
        assertThat(pursuit.isInVain()).isTrue();
        long askedNs = DeltaPursuit.TRIES_MAX * WAIT_NS;
        assertThat(tickBehind(7, askedNs + IN_VAIN_NS - 1)).isEmpty();
        assertThat(tickBehind(7, askedNs + IN_VAIN_NS)).containsExactly(asks(7));
        assertThat(pursuit.isInVain()).isTrue();
        pursuit.progressed();
        assertThat(pursuit.isInVain()).isFalse();
        assertThat(behind(8, true, askedNs)).containsExactly(asks(8));
    }

    @Test
    void atTheHeadWhatWasAskedForIsLetGoOfOnce() {
        behind(7, true, 0);
        pursuit.progressed();
        behind(8, true, 0);
        assertThat(tickAtHead()).containsExactly(letsGo(7), letsGo(8));
        assertThat(tickAtHead()).isEmpty();
    }

    @Test
    void aNewConnectionKnowsNothingOfWhatWasAskedBefore() {
        behind(7, true, 0);
        pursuit.connected();
        assertThat(tickAtHead()).isEmpty();
        assertThat(behind(7, true, 1)).containsExactly(asks(7));
    }
}
