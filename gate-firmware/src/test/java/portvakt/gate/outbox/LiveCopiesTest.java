package portvakt.gate.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What happens now is copied when, and only when, it would have to wait for others. */
class LiveCopiesTest {

    private static final long SECOND = 1_000_000_000L;

    /** A gate whose server answers sends everything once. */
    @Test
    void nothingIsCopiedWhileTheServerAnswers() {
        Outbox box = Outbox.startingAt(500).connected(0);
        assertThat(LiveCopies.NONE.next(box, 500, 99 * SECOND)).isEmpty();
        box = box.sent(new Outbox.Batch(501, 503), 99 * SECOND);
        assertThat(LiveCopies.NONE.next(box, 503, 100 * SECOND)).isEmpty();
    }

    @Test
    void behindABacklogTheNewestAreCopiedOnceEach() {
        Outbox box = Outbox.startingAt(0).connected(0).sent(new Outbox.Batch(1, 200), 0);
        LiveCopies live = LiveCopies.NONE;
        assertThat(live.next(box, 1_000_000, 0)).contains(new Outbox.Batch(999_981, 1_000_000));
        live = live.sent(new Outbox.Batch(999_981, 1_000_000));
        assertThat(live.next(box, 1_000_000, 0)).isEmpty();
        assertThat(live.next(box, 1_000_002, 0)).contains(new Outbox.Batch(1_000_001, 1_000_002));
    }

    /** It goes out itself, at once. */
    @Test
    void oneBatchThatNobodyHasSentYetIsNoBacklog() {
        Outbox box = Outbox.startingAt(7).connected(0);
        assertThat(LiveCopies.NONE.next(box, 7 + Outbox.BATCH_EVENTS_MAX, 99 * SECOND))
                .isEmpty();
        assertThat(LiveCopies.NONE.next(box, 8 + Outbox.BATCH_EVENTS_MAX, 99 * SECOND))
                .isPresent();
    }

    @Test
    void whatIsAcknowledgedMeanwhileIsNotCopied() {
        Outbox box = Outbox.startingAt(0).connected(0).acknowledged(995, 0);
        assertThat(LiveCopies.NONE.next(box.sent(new Outbox.Batch(996, 1_000), 0), 1_000, 2 * SECOND))
                .contains(new Outbox.Batch(996, 1_000));
    }

    @Test
    void aServerThatSaysNothingForASecondGetsCopiesOfTheLittleThatWaits() {
        Outbox box = Outbox.startingAt(7).connected(0).sent(new Outbox.Batch(8, 8), 5 * SECOND);
        assertThat(LiveCopies.NONE.next(box, 8, 6 * SECOND)).isEmpty();
        assertThat(LiveCopies.NONE.next(box, 8, 6 * SECOND + 1)).contains(new Outbox.Batch(8, 8));
    }
}
