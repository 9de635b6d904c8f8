package portvakt.gate.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What was asked for is let go of when it has come, asked for again when it has not, and given up in the end. */
class FetchesTest {

    private static final long AGAIN_NS = Fetches.ASK_AGAIN.toNanos();

    private final Fetches fetches = new Fetches();

    private static ListEffect asks(String topic) {
        return new ListEffect.Subscribe(topic, true);
    }

    private static ListEffect letsGo(String topic) {
        return new ListEffect.Unsubscribe(topic);
    }

    private List<ListEffect> ask(String topic, long nowNs) {
        List<ListEffect> out = new ArrayList<>();
        fetches.ask(topic, nowNs, out);
        return out;
    }

    /** @return what it wants done; the test expects that nothing is given up */
    private List<ListEffect> tick(long nowNs) {
        List<ListEffect> out = new ArrayList<>();
        assertThat(fetches.tick(nowNs, out)).isTrue();
        return out;
    }

    private void assertGivesUp(long nowNs) {
        List<ListEffect> out = new ArrayList<>();
        assertThat(fetches.tick(nowNs, out)).isFalse();
        assertThat(out).isEmpty();
    }

    @Test
    void whatDoesNotComeIsAskedForAgainAndGivenUpInTheEnd() {
        assertThat(ask("a", 0)).containsExactly(asks("a"));
        assertThat(ask("a", 0)).as("it is on its way").isEmpty();
        for (int tries = 1; tries < Fetches.TRIES_MAX; tries++) {
            assertThat(tick(tries * AGAIN_NS - 1)).isEmpty();
            assertThat(tick(tries * AGAIN_NS)).containsExactly(asks("a"));
        }
        assertThat(tick(Fetches.TRIES_MAX * AGAIN_NS - 1)).isEmpty();
        assertGivesUp(Fetches.TRIES_MAX * AGAIN_NS);
    }

    @Test
    void whatCameIsLetGoOfOnceAndNotWaitedFor() {
        ask("a", 0);
        assertThat(fetches.isAsked("a")).isTrue();
        fetches.came("a");
        assertThat(fetches.isAsked("a")).isFalse();
        assertThat(fetches.open()).isZero();
        assertThat(tick(1)).containsExactly(letsGo("a"));
        assertThat(tick(AGAIN_NS)).isEmpty();
    }

    @Test
    void whatIsWantedOnceMoreIsNotLetGoOf() {
        ask("a", 0);
        fetches.came("a");
        assertThat(ask("a", 1)).containsExactly(asks("a"));
        assertThat(tick(2)).isEmpty();
    }

    /** A table that never proves must not be fetched for ever. */
    @Test
    void whatCameAndWasOfNoUseWasTriedAllTheSame() {
        ask("a", 0);
        for (int tries = 1; tries < Fetches.TRIES_MAX; tries++) {
            fetches.came("a");
            fetches.askLater("a", (tries - 1) * AGAIN_NS);
            assertThat(tick(tries * AGAIN_NS - 1)).isEmpty();
            assertThat(tick(tries * AGAIN_NS)).containsExactly(asks("a"));
        }
        fetches.came("a");
        fetches.askLater("a", (Fetches.TRIES_MAX - 1) * AGAIN_NS);
        assertGivesUp(Fetches.TRIES_MAX * AGAIN_NS);
    }

    @Test
    void aNewConnectionIsAskedForWhatLacksAndItsTriesCountAnew() {
        ask("a", 0);
        ask("b", 0);
        tick(AGAIN_NS);
        tick(2 * AGAIN_NS);
        fetches.came("a");
        List<ListEffect> out = new ArrayList<>();
        long nowNs = 3 * AGAIN_NS - 1;
        fetches.connected(nowNs, out);
        assertThat(out).containsExactly(asks("b"));
        assertThat(tick(3 * AGAIN_NS)).as("it knows nothing of a").isEmpty();
        assertThat(tick(nowNs + AGAIN_NS)).containsExactly(asks("b"));
    }

    @Test
    void whatIsDroppedIsLetGoOfOnceAndForgotten() {
        ask("a", 0);
        ask("b", 0);
        fetches.came("a");
        List<ListEffect> out = new ArrayList<>();
        fetches.dropAll(out);
        assertThat(out).containsExactly(letsGo("a"), letsGo("b"));
        assertThat(fetches.open()).isZero();
        assertThat(tick(AGAIN_NS)).isEmpty();
    }
}
