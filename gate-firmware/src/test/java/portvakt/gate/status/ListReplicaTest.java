package portvakt.gate.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import portvakt.gate.testing.MemoryDisk;
import portvakt.protocol.CardStatus;
import portvakt.protocol.Topics;

/** A gate comes to the issuer's list from wherever it is, by the shortest way, and never goes back. */
class ListReplicaTest {

    private static final String LIST = Issuer.LIST;
    private static final Duration SOON = Duration.ofSeconds(30);

    private final Random random = new Random(5);
    private final FakeBroker broker = new FakeBroker(random);
    private IssuedList issued;
    private ListPublisher publisher;
    private ListGate gate;

    private void issue(int cards) {
        issued = new IssuedList(new Issuer(), LIST, cards);
        publisher = new ListPublisher(issued, broker);
        gate = new ListGate(broker, issued.trust());
        gate.clock.pass(Duration.ofDays(1));
        publisher.checkpoint();
        publisher.publishHead();
    }

    private void install(int cards) {
        issue(cards);
        gate.connect();
        gate.receiveAll();
        gate.pass(SOON);
        assertThat(gate.version()).isEqualTo(1);
    }

    private void assertThatItIsAtTheHead() {
        assertThat(issued.assertAnswers(gate.decides().orElseThrow(), issued.now(), 2_000, "the newest version"))
                .isZero();
        assertThat(gate.refusals()).isEmpty();
    }

    private long received(String kind) {
        return gate.received.stream().filter(topic -> topic.contains(kind)).count();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 1_000, 50_000})
    void theFirstListComesAsASnapshotAndIsThereAfterARestart(int cards) {
        install(cards);
        assertThatItIsAtTheHead();
        gate.start(gate.disk().afterPowerCut());
        assertThatItIsAtTheHead();
        assertThat(gate.decides().orElseThrow().heardInThisRun()).isFalse();
        gate.connect();
        gate.receiveAll();
        assertThat(gate.decides().orElseThrow().heardInThisRun()).isTrue();
        assertThat(received("/keys/")).isEqualTo(publisher.keyChunks());
    }

    @Test
    void atTheHeadItHasTwoSubscriptionsAndNoPartFile() {
        install(1_000);
        gate.pass(Duration.ofMinutes(2));
        assertThat(broker.filters()).containsExactlyInAnyOrder(Topics.listHead(LIST), Topics.deltaFilter(LIST));
        assertThat(gate.disk().contents().keySet()).containsExactly(LIST + ".1.1.list", LIST + ".1.1.log");
    }

    @Test
    void eachNewVersionComesLiveAndDecidesAtOnce() {
        install(1_000);
        for (int version = 2; version <= 40; version++) {
            publisher.change(random, 30, 1_200);
            gate.receiveAll();
            assertThat(gate.version()).isEqualTo(version);
        }
        assertThatItIsAtTheHead();
        assertThat(gate.effects)
                .filteredOn(effect -> effect instanceof ListEffect.Subscribe subscribe
                        && Topics.parseDeltaTopic(subscribe.filter()).isPresent())
                .isEmpty();
    }

    @Test
    void whoeverWasAwayComesBackByALogarithmOfSteps() {
        install(1_000);
        gate.disconnect();
        for (int version = 2; version <= 200; version++) {
            publisher.change(random, 10, 1_200);
        }
        gate.received.clear();
        gate.connect();
        gate.receiveAll();
        assertThatItIsAtTheHead();
        assertThat(received("/deltas/")).isLessThanOrEqualTo(16);
        assertThat(received("/keys/")).isZero();
    }

    @Test
    void aLiveDeltaThatWasLostIsAskedForAfterAWhile() {
        install(1_000);
        broker.unsubscribe(Topics.deltaFilter(LIST));
        publisher.change(random, 30, 1_200);
        gate.receiveAll();
        assertThat(gate.version()).isEqualTo(1);
        gate.pass(DeltaPursuit.WAIT.plusSeconds(1));
        assertThatItIsAtTheHead();
    }

    @Test
    void aHeadThatWasLostWhileTheBrokerSubscribedUsIsAskedForAgain() {
        install(1_000);
        gate.disconnect();
        publisher.change(random, 30, 1_200);
        gate.connect();
        while (broker.next().isPresent()) {}
        gate.pass(ListReplica.HEAD_AGAIN.plusSeconds(1));
        assertThatItIsAtTheHead();
    }

    /** The worker at the gate of a site's first morning waits for this. */
    @Test
    void aSnapshotsHeadThatWasLostWhileTheBrokerSubscribedUsIsAskedForAgainSoon() {
        issue(1_000);
        gate.connect();
        while (broker.next().isPresent()) {}
        gate.pass(ListSync.LEARN_AGAIN_MIN.plusSeconds(2));
        assertThatItIsAtTheHead();
    }

    @Test
    void whereNoDeltaLeadsOnASnapshotDoesAndBucketsThatAreTheSameAreNotFetched() {
        install(50_000);
        assertThat(publisher.keyChunks()).isEqualTo(7);
        gate.disconnect();
        publisher.change(issued.number(3), CardStatus.VALID);
        publisher.prune(2);
        publisher.checkpoint();
        publisher.change(issued.number(5), CardStatus.VALID);
        gate.received.clear();
        gate.connect();
        gate.receiveAll();
        gate.pass(SOON);
        assertThatItIsAtTheHead();
        assertThat(received("/keys/")).isEqualTo(1);
        assertThat(gate.disk().contents().keySet()).containsExactly(LIST + ".1.2.list", LIST + ".1.2.log");
        assertThat(gate.disk().openFiles()).isEqualTo(1);
    }

    /** Other buckets than the gate's own: its keys serve all the same. */
    @Test
    void aSnapshotWithOtherBucketsTakesTheOwnKeysToo() {
        install(24_000);
        gate.disconnect();
        while (issued.table().bits() == 6) {
            publisher.change(random, 4_000, 60_000);
        }
        publisher.prune(issued.version());
        publisher.checkpoint();
        gate.connect();
        gate.receiveAll();
        gate.pass(SOON);
        assertThatItIsAtTheHead();
        gate.start(gate.disk().afterPowerCut());
        assertThatItIsAtTheHead();
    }

    @Test
    void aSnapshotThatWasTakenBackGivesWayToAnother() {
        install(20_000);
        gate.disconnect();
        publisher.change(random, 500, 21_000);
        publisher.prune(2);
        publisher.checkpoint();
        long first = issued.version();
        broker.takeBack(Topics.keyChunk(LIST, first, 1));
        gate.connect();
        gate.receiveAll();
        gate.pass(Duration.ofSeconds(20));
        publisher.change(random, 500, 21_000);
        publisher.prune(3);
        publisher.takeBackCheckpoint(first);
        publisher.checkpoint();
        gate.pass(Duration.ofSeconds(90));
        assertThatItIsAtTheHead();
    }

    @Test
    void thePowerMayGoAtAnyOperationOfASyncAndWhatHasComeIsNotFetchedAgain() {
        issue(20_000);
        long before = gate.disk().operations();
        fetchAll();
        long steps = gate.disk().operations() - before;
        long fetchedAfter = 0;
        for (long step = 0; step < steps; step += Math.max(1, steps / 60)) {
            gate = new ListGate(broker, issued.trust());
            gate.clock.pass(Duration.ofDays(1));
            gate.disk().cutPowerAfter(step);
            assertThatThrownBy(this::fetchAll).isInstanceOf(MemoryDisk.PowerCut.class);
            MemoryDisk left = gate.disk().afterPowerCut(true, bytes -> bytes);
            long had = received("/keys/");
            gate.received.clear();
            gate.start(left);
            fetchAll();
            assertThatItIsAtTheHead();
            fetchedAfter += received("/keys/");
            // The one that was being written comes twice.
            assertThat(had + received("/keys/")).as("step %d", step).isLessThanOrEqualTo(publisher.keyChunks() + 1);
        }
        assertThat(fetchedAfter).isPositive();
    }

    /** Behind, it first waits for deltas in vain: what the sync had begun stays meanwhile. */
    @Test
    void aSyncOfAGateThatWasAwayGoesOnAfterACut() {
        install(50_000);
        gate.disconnect();
        publisher.change(random, 4_000, 60_000);
        publisher.prune(2);
        publisher.checkpoint();
        gate.received.clear();
        gate.connect();
        while (received("/keys/") < 3) {
            gate.pass(Duration.ofSeconds(1), 1);
        }
        gate.start(gate.disk().afterPowerCut(true, bytes -> bytes));
        gate.connect();
        gate.receiveAll();
        gate.pass(SOON);
        assertThatItIsAtTheHead();
        assertThat(received("/keys/")).isLessThanOrEqualTo(publisher.keyChunks() + 1);
    }

    private void fetchAll() {
        gate.connect();
        gate.receiveAll();
        gate.pass(SOON);
    }

    @Test
    void aDamagedBucketIsToldAndFetchedAgainAndNothingElse() {
        install(50_000);
        byte[] table = issued.table().bytes();
        gate.damage(LIST + ".1.1.list", 168 + table.length + 100_000);
        gate.received.clear();
        gate.receiveAll();
        gate.pass(SOON);
        assertThat(gate.alarms("LIST_DAMAGED")).isEqualTo(1);
        assertThat(received("/keys/")).isEqualTo(1);
        assertThatItIsAtTheHead();
        assertThat(gate.decides().orElseThrow().damagedBuckets()).isZero();
        assertThat(gate.effects).contains(new ListEffect.Progressed(1, 1), new ListEffect.Progressed(0, 0));
    }

    /** The snapshot is older than what decides: deltas lead it up before it does. */
    @Test
    void aDamagedListIsRepairedBySnapshotAndDeltas() {
        install(20_000);
        for (int version = 0; version < 5; version++) {
            publisher.change(random, 50, 21_000);
            gate.receiveAll();
        }
        byte[] table = issued.table().bytes();
        gate.damage(LIST + ".1.1.list", 168 + table.length + 50_000);
        gate.receiveAll();
        gate.pass(SOON);
        assertThatItIsAtTheHead();
        assertThat(gate.alarms("LIST_DAMAGED")).isEqualTo(1);
        assertThat(gate.decides().orElseThrow().damagedBuckets()).isZero();
        assertThat(gate.effects)
                .filteredOn(ListEffect.Installed.class::isInstance)
                .extracting(effect -> ((ListEffect.Installed) effect).list().version())
                .isSorted();
    }

    @Test
    void aDeltaThatComesTwiceOrLateIsNoAlarm() {
        install(1_000);
        publisher.change(random, 30, 1_200);
        String topic = Topics.delta(LIST, 1);
        byte[] delta = broker.retained(topic);
        byte[] old = broker.retained(Topics.listHead(LIST));
        publisher.change(random, 30, 1_200);
        gate.receiveAll();
        Map<String, String> before = gate.disk().contents();
        gate.give(topic, delta);
        gate.give(Topics.delta(LIST, 77), new byte[] {1});
        gate.give(Topics.listHead(LIST), old);
        assertThat(gate.disk().contents()).isEqualTo(before);
        assertThatItIsAtTheHead();
    }

    @Test
    void aSignOfLifeRenewsTheAgeAndIsStoredOnceAnHour() {
        install(1_000);
        Map<String, String> stored = gate.disk().contents();
        for (int quarter = 0; quarter < 4; quarter++) {
            publisher.heartbeat();
            gate.receiveAll();
            assertThat(gate.decides().orElseThrow().issuedAt())
                    .isEqualTo(issued.now().issuedAt());
            assertThat(gate.disk().contents()).isEqualTo(stored);
        }
        publisher.heartbeat();
        gate.receiveAll();
        assertThat(gate.disk().contents()).isNotEqualTo(stored);
        gate.start(gate.disk().afterPowerCut());
        assertThat(gate.decides().orElseThrow().issuedAt())
                .isEqualTo(issued.now().issuedAt());
    }

    @Test
    void aDeltaThatCannotBeStoredDecidesAndIsStoredLater() {
        install(1_000);
        gate.disk().setRoomBytes(10);
        publisher.change(random, 30, 1_200);
        gate.receiveAll();
        assertThat(gate.version()).isEqualTo(2);
        assertThat(((ListEffect.Installed) gate.effects.stream()
                                .filter(ListEffect.Installed.class::isInstance)
                                .reduce((_, last) -> last)
                                .orElseThrow())
                        .notStored())
                .isPresent();
        long operations = gate.disk().operations();
        gate.pass(ListKeeping.STORE_AGAIN.minusSeconds(1));
        assertThat(gate.disk().operations()).as("it is left alone for a while").isEqualTo(operations);
        gate.disk().setRoomBytes(Long.MAX_VALUE);
        gate.pass(Duration.ofSeconds(2));
        gate.start(gate.disk().afterPowerCut());
        assertThatItIsAtTheHead();
    }

    @Test
    void aSnapshotThatTheDiskCannotTakeIsToldAndFetchedWhenItCan() {
        issue(20_000);
        gate.disk().setRoomBytes(20_000);
        gate.connect();
        gate.receiveAll();
        gate.pass(Duration.ofSeconds(10));
        assertThat(gate.decides()).isEmpty();
        assertThat(gate.alarms("LIST_NOT_STORED")).isEqualTo(1);
        gate.disk().setRoomBytes(Long.MAX_VALUE);
        gate.pass(Duration.ofSeconds(60));
        assertThatItIsAtTheHead();
    }

    @Test
    void aSnapshotThatTheDiskHasNoRoomForIsToldAndFetchedWhenItHas() {
        issue(2_000);
        gate.disk().setFreeBytes(1_000);
        gate.connect();
        gate.receiveAll();
        gate.pass(Duration.ofSeconds(10));
        assertThat(gate.alarms("LIST_NOT_STORED")).isEqualTo(1);
        assertThat(received("/table/")).isZero();
        gate.disk().setFreeBytes(1_000_000);
        gate.pass(Duration.ofSeconds(60));
        assertThatItIsAtTheHead();
    }

    /** A fold is due after so many changes; what decides then is over the new file. */
    @Test
    void aFoldGivesOutTheListOverItsNewFile() {
        install(2_000);
        while (gate.effects.stream()
                .noneMatch(effect -> effect instanceof ListEffect.Installed installed
                        && !installed.newVersion()
                        && installed.list().version() > 1)) {
            publisher.change(random, 6_000, 70_000);
            gate.receiveAll();
            gate.pass(Duration.ofSeconds(31));
            assertThat(issued.version()).isLessThan(60);
        }
        assertThatItIsAtTheHead();
        assertThat(gate.disk().contents().keySet()).hasSize(2);
    }
}
