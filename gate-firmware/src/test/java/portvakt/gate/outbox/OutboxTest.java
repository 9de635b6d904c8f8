package portvakt.gate.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the network loses, repeats or reorders: every durable event gets there, and only the server's word counts. */
class OutboxTest {

    private static final long SECOND = 1_000_000_000L;
    private static final long ANSWER_NS = Outbox.ANSWER_TIME.toNanos();

    @Test
    void sendsInBatchesUpToTheWindowAndNotBeyondWhatIsDurable() {
        Outbox box = Outbox.startingAt(0).connected(0);
        assertThat(box.next(0, Outbox.BATCH_EVENTS_MAX)).isEmpty();
        assertThat(box.next(3, Outbox.BATCH_EVENTS_MAX)).contains(new Outbox.Batch(1, 3));
        List<Outbox.Batch> batches = new ArrayList<>();
        for (Optional<Outbox.Batch> next = box.next(10_000, Outbox.BATCH_EVENTS_MAX);
                next.isPresent();
                next = box.next(10_000, Outbox.BATCH_EVENTS_MAX)) {
            batches.add(next.get());
            box = box.sent(next.get(), 0);
        }
        assertThat(batches)
                .containsExactly(
                        new Outbox.Batch(1, 200),
                        new Outbox.Batch(201, 400),
                        new Outbox.Batch(401, 600),
                        new Outbox.Batch(601, 800));
        assertThat(box.acknowledged(200, 0).next(10_000, Outbox.BATCH_EVENTS_MAX))
                .contains(new Outbox.Batch(801, 1_000));
    }

    @Test
    void silenceOrANewConnectionSendsAgainWhatIsNotAcknowledged() {
        Outbox box = Outbox.startingAt(5).connected(0).sent(new Outbox.Batch(6, 9), 0);
        assertThat(box.checkedForSilence(ANSWER_NS, 0).next(9, Outbox.BATCH_EVENTS_MAX))
                .isEmpty();
        assertThat(box.checkedForSilence(ANSWER_NS + 1, 0).next(9, Outbox.BATCH_EVENTS_MAX))
                .contains(new Outbox.Batch(6, 9));
        assertThat(box.connected(1).next(9, Outbox.BATCH_EVENTS_MAX)).contains(new Outbox.Batch(6, 9));
        assertThat(box.acknowledged(7, 1).connected(2).next(9, Outbox.BATCH_EVENTS_MAX))
                .contains(new Outbox.Batch(8, 9));
    }

    @Test
    void aGateThatWaitsForNothingGoesOnAsItWas() {
        Outbox idle = Outbox.startingAt(5).connected(7 * SECOND);
        assertThat(idle.checkedForSilence(100_000 * SECOND, 0)).isSameAs(idle);
    }

    /** Brokers may reorder: what seems to be missing is sent again only when a second has brought nothing else. */
    @Test
    void theSameWordAgainAndAgainCountsAfterASecond() {
        Outbox box = Outbox.startingAt(5).connected(7 * SECOND).sent(new Outbox.Batch(6, 30), 7 * SECOND);
        for (int repeat = 0; repeat < 3; repeat++) {
            box = box.acknowledged(5, 7 * SECOND + repeat);
        }
        assertThat(box.checkedForSilence(8 * SECOND, 0)).isSameAs(box);
        assertThat(box.checkedForSilence(8 * SECOND + 1, 0).next(30, Outbox.BATCH_EVENTS_MAX))
                .contains(new Outbox.Batch(6, 30));
    }

    @Test
    void newEventsDoNotHideThatTheOldOnesGotNoAnswer() {
        Outbox box = Outbox.startingAt(0).connected(0);
        for (long second = 0; second <= 11; second++) {
            Outbox.Batch next = new Outbox.Batch(second + 1, second + 1);
            box = box.sent(next, second * SECOND);
        }
        assertThat(box.checkedForSilence(11 * SECOND, 0).next(12, Outbox.BATCH_EVENTS_MAX))
                .contains(new Outbox.Batch(1, 12));
    }

    @Test
    void aBatchThatALostConnectionTookWithItDoesNotCountOnTheNextOne() {
        Outbox before = Outbox.startingAt(0).connected(0).sent(new Outbox.Batch(1, 200), 0);
        Outbox.Batch chosen = before.next(400, Outbox.BATCH_EVENTS_MAX).orElseThrow();
        Outbox after = before.connected(1).sent(chosen, 2);
        assertThat(after.next(400, Outbox.BATCH_EVENTS_MAX)).contains(new Outbox.Batch(1, 200));
    }

    @Test
    void anAcknowledgementThatOvertookItsBatchIsNotTakenBack() {
        Outbox box = Outbox.startingAt(0).connected(0);
        Outbox.Batch chosen = box.next(100, Outbox.BATCH_EVENTS_MAX).orElseThrow();
        Outbox after = box.acknowledged(150, 1).sent(chosen, 2);
        assertThat(after.sentUntil()).isEqualTo(150);
        assertThat(after.next(200, Outbox.BATCH_EVENTS_MAX)).contains(new Outbox.Batch(151, 200));
    }

    @Test
    void aServerThatWasPutBackGetsAgainWhatItLost() {
        // It says 40 once, at its start, and then nothing, since this gate has nothing new to send.
        Outbox box = Outbox.startingAt(100).connected(0).acknowledged(40, SECOND);
        assertThat(box.checkedForSilence(SECOND + ANSWER_NS, 0).next(100, Outbox.BATCH_EVENTS_MAX))
                .isEmpty();
        box = box.checkedForSilence(SECOND + ANSWER_NS + 1, 0);
        assertThat(box.next(100, Outbox.BATCH_EVENTS_MAX)).contains(new Outbox.Batch(41, 100));
        box = box.sent(box.next(100, Outbox.BATCH_EVENTS_MAX).orElseThrow(), SECOND)
                .acknowledged(100, SECOND);
        assertThat(box.next(101, Outbox.BATCH_EVENTS_MAX)).contains(new Outbox.Batch(101, 101));
    }

    @Test
    void aServerThatWasPutBackIsHeardAlsoWhileNewEventsGoOut() {
        Outbox box = Outbox.startingAt(100).connected(0);
        for (long second = 0; second <= 11; second++) {
            // What it lacks stands before what it gets, so it cannot say more.
            box = box.sent(new Outbox.Batch(101 + second, 101 + second), second * SECOND)
                    .acknowledged(40, second * SECOND);
        }
        assertThat(box.checkedForSilence(11 * SECOND, 0).next(200, Outbox.BATCH_EVENTS_MAX))
                .contains(new Outbox.Batch(41, 200));
    }

    @Test
    void aLateAcknowledgementThatAHigherOneFollowsMeansNothing() {
        Outbox box =
                Outbox.startingAt(100).connected(0).acknowledged(40, SECOND).acknowledged(100, SECOND);
        assertThat(box.checkedForSilence(100 * SECOND, 0).next(100, Outbox.BATCH_EVENTS_MAX))
                .isEmpty();
    }

    @Test
    void eachSilenceDoublesTheWaitAndHalvesWhatIsOnTheWay() {
        Outbox box = Outbox.startingAt(0).connected(0);
        long nowNs = 0;
        List<Long> waits = new ArrayList<>();
        List<Integer> windows = new ArrayList<>();
        for (int silence = 0; silence < 8; silence++) {
            for (Optional<Outbox.Batch> next = box.next(10_000, Outbox.BATCH_EVENTS_MAX);
                    next.isPresent();
                    next = box.next(10_000, Outbox.BATCH_EVENTS_MAX)) {
                box = box.sent(next.get(), nowNs);
            }
            windows.add((int) (box.sentUntil() - box.acknowledged()));
            long sentNs = nowNs;
            while (box.sentUntil() > 0) {
                nowNs += SECOND;
                box = box.checkedForSilence(nowNs, 0);
            }
            waits.add((nowNs - sentNs) / SECOND);
        }
        assertThat(waits).containsExactly(11L, 21L, 41L, 81L, 161L, 301L, 301L, 301L);
        assertThat(windows).containsExactly(800, 400, 200, 200, 200, 200, 200, 200);
    }

    @Test
    void anyWordEndsTheWaitingAndProgressWidensTheWindow() {
        Outbox box = Outbox.startingAt(0).connected(0).sent(new Outbox.Batch(1, 200), 0);
        for (int silence = 0; silence < 4; silence++) {
            box = box.sent(new Outbox.Batch(1, 200), 0).checkedForSilence(Long.MAX_VALUE / 2, 0);
        }
        box = box.sent(new Outbox.Batch(1, 200), 0);
        assertThat(box.checkedForSilence(box.progressNs() + ANSWER_NS + 1, 0)).isEqualTo(box);
        Outbox heard = box.acknowledged(0, SECOND);
        assertThat(heard.checkedForSilence(heard.progressNs() + ANSWER_NS + 1, 0)
                        .sentUntil())
                .isZero();
        assertThat(heard.windowEvents()).isEqualTo(200);
        assertThat(heard.acknowledged(200, 2 * SECOND).windowEvents()).isEqualTo(400);
    }

    /** The server began to listen after the first batch: it has the later ones, and says of each that it has come to nothing. */
    @Test
    void whatTheServerLacksIsSentAgainWhenItSaysTheSameThreeTimes() {
        Outbox box = Outbox.startingAt(0).connected(0).sent(new Outbox.Batch(1, 5), 0);
        for (long batch = 1; batch <= 3; batch++) {
            box = box.sent(new Outbox.Batch(5 * batch + 1, 5 * batch + 5), 0);
        }
        box = box.acknowledged(0, SECOND / 3).acknowledged(0, SECOND / 3);
        assertThat(box.checkedForSilence(2 * SECOND, 0).sentUntil()).isEqualTo(20);
        box = box.acknowledged(0, SECOND / 3);
        // So soon it may be but the order of things.
        assertThat(box.checkedForSilence(SECOND / 2, 0).sentUntil()).isEqualTo(20);
        box = box.checkedForSilence(SECOND + 1, 0);
        assertThat(box.next(20, Outbox.BATCH_EVENTS_MAX)).contains(new Outbox.Batch(1, 20));
        // Once: the answers to the later ones go on coming.
        box = box.sent(new Outbox.Batch(1, 20), SECOND + 1);
        for (int word = 0; word < 10; word++) {
            box = box.acknowledged(0, 3 * SECOND / 2).checkedForSilence(3 * SECOND / 2, 0);
        }
        assertThat(box.sentUntil()).isEqualTo(20);
        assertThat(box.checkedForSilence(5 * SECOND, 0).sentUntil()).isEqualTo(20);
        assertThat(box.acknowledged(20, 2 * SECOND)
                        .checkedForSilence(9 * SECOND, 0)
                        .sentUntil())
                .isEqualTo(20);
    }

    @Test
    void aWordThatIsRepeatedWhileNothingIsOnTheWayMeansNothing() {
        Outbox box = Outbox.startingAt(7).connected(0);
        for (int word = 0; word < 10; word++) {
            box = box.acknowledged(7, 99 * SECOND);
        }
        assertThat(box.windowEvents()).isEqualTo(Outbox.WINDOW_EVENTS_MAX);
        assertThat(box.repeats()).isZero();
    }

    @Test
    void jitterMakesTheWaitLongerByItsShare() {
        Outbox box = Outbox.startingAt(0).connected(0).sent(new Outbox.Batch(1, 9), 0);
        assertThat(box.checkedForSilence(ANSWER_NS * 3 / 2, 0.5)).isEqualTo(box);
        assertThat(box.checkedForSilence(ANSWER_NS * 3 / 2 + 1, 0.5).sentUntil())
                .isZero();
    }

    static LongStream seeds() {
        return LongStream.rangeClosed(1, 30);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void everyEventArrivesOverANetworkThatLosesRepeatsAndReorders(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Outbox box = Outbox.startingAt(0).connected(0);
        TreeSet<Long> arrived = new TreeSet<>();
        List<Long> acksUnderWay = new ArrayList<>();
        long durable = 0;
        long committed = 0;
        long nowNs = 0;
        int steps = 0;
        while (box.acknowledged() < 3_000) {
            assertThat(++steps).as("it gets there").isLessThan(200_000);
            boolean faulty = steps < 20_000;
            nowNs += random.nextLong(2 * SECOND);
            durable = Math.min(3_000, durable + random.nextInt(40));
            long acknowledgedBefore = box.acknowledged();
            switch (random.nextInt(faulty ? 8 : 6)) {
                case 6 -> box = box.connected(nowNs);
                case 7 -> acksUnderWay.clear();
                case 0, 1 -> {
                    if (!acksUnderWay.isEmpty()) {
                        int which = random.nextInt(acksUnderWay.size());
                        box = box.acknowledged(acksUnderWay.get(which), nowNs);
                        if (random.nextBoolean()) {
                            acksUnderWay.remove(which);
                        }
                    }
                }
                default -> {
                    Optional<Outbox.Batch> next = box.next(durable, Outbox.BATCH_EVENTS_MAX);
                    if (next.isPresent()) {
                        Outbox.Batch batch = next.get();
                        assertThat(batch.last()).isLessThanOrEqualTo(durable);
                        assertThat(batch.last() - box.acknowledged()).isLessThanOrEqualTo(Outbox.WINDOW_EVENTS_MAX);
                        assertThat(batch.last() - batch.first() + 1).isBetween(1L, (long) Outbox.BATCH_EVENTS_MAX);
                        box = box.sent(batch, nowNs);
                        if (!faulty || random.nextInt(3) > 0) {
                            LongStream.rangeClosed(batch.first(), batch.last()).forEach(arrived::add);
                        }
                    }
                    while (arrived.contains(committed + 1)) {
                        committed++;
                    }
                    acksUnderWay.add(committed);
                }
            }
            assertThat(box.acknowledged()).isGreaterThanOrEqualTo(acknowledgedBefore);
            // Here an old acknowledgement may count as a server that was put back; that costs a repetition and nothing
            // else.
            box = box.checkedForSilence(nowNs, 0);
            assertThat(box.acknowledged()).isLessThanOrEqualTo(committed);
            assertThat(box.sentUntil()).isGreaterThanOrEqualTo(box.acknowledged());
        }
        assertThat(arrived).hasSize(3_000);
    }
}
