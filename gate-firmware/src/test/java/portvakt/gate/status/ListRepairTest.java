package portvakt.gate.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;
import portvakt.protocol.Topics;
import portvakt.protocol.list.BucketTable;

/** What replaces a damaged list takes nothing back, delays no new version that can be taken, and leaves nothing behind. */
class ListRepairTest {

    private static final String LIST = Issuer.LIST;

    private final IssuedList issued = new IssuedList(new Issuer(), LIST, 2_000);
    private final FakeBroker broker = new FakeBroker(new Random(1));
    private final ListPublisher publisher = new ListPublisher(issued, broker);
    private final ListGate gate = new ListGate(broker, issued.trust());
    private byte[] withheld = {};

    private void install() {
        gate.clock.pass(Duration.ofDays(1));
        publisher.checkpoint();
        publisher.publishHead();
        gate.connect();
        gate.receiveAll();
        gate.pass(ListReplica.SYNC_AGAIN);
        assertThat(gate.version()).isEqualTo(issued.version());
    }

    private void change() {
        publisher.change(new Random(issued.version()), 200, 3_000);
    }

    /** The gate has not looked at it yet. */
    private void damageTheLastBucket() {
        long version = issued.version();
        int bytes = issued.file().length;
        gate.damage(LIST + ".1." + version + ".list", bytes - 1);
        gate.receiveAll();
        assertThat(gate.decides().orElseThrow().damagedBuckets()).isZero();
    }

    /** A card that comes to the list, in another bucket than the last. */
    private CardNumber newCard() {
        int bits = issued.table().bits();
        return IntStream.iterate(3_000, card -> card + 1)
                .mapToObj(issued::number)
                .filter(card -> !issued.now().cards().containsKey(card))
                .filter(card -> BucketTable.bucketOf(issued.key(card, CardStatus.REVOKED), bits) != (1 << bits) - 1)
                .findFirst()
                .orElseThrow();
    }

    /** Version 2 decides and is damaged; the snapshot of version 1 is there and waits for a delta that the broker does not have. */
    private void waitForADelta() {
        publisher.checkpoint();
        change();
        withheld = broker.retained(Topics.delta(LIST, 1));
        broker.takeBack(Topics.delta(LIST, 1));
        install();
        publisher.takeBackCheckpoint(2);
        damageTheLastBucket();
        gate.pass(Duration.ofSeconds(30));
        assertThat(gate.version()).isEqualTo(2);
        assertThat(gate.decides().orElseThrow().damagedBuckets()).isEqualTo(1);
        assertThat(gate.disk().contents()).containsKeys(LIST + ".1.1.list", LIST + ".1.2.list");
    }

    private void assertThatNothingIsLeftBehind() {
        assertThat(gate.decides().orElseThrow().damagedBuckets()).isZero();
        assertThat(gate.disk().openFiles()).isEqualTo(1);
        assertThat(gate.disk().contents()).hasSize(2);
        assertThat(gate.refusals()).isEmpty();
    }

    private List<Boolean> newVersions() {
        return gate.effects.stream()
                .filter(ListEffect.Installed.class::isInstance)
                .map(effect -> ((ListEffect.Installed) effect).newVersion())
                .toList();
    }

    /** The snapshot was signed before the sign of life, and the newest head is that of a version that no delta leads to yet. */
    @Test
    void aRepairIsNoNewVersionAndAsOldAsTheSigningBefore() {
        install();
        damageTheLastBucket();
        publisher.heartbeat();
        gate.receiveAll();
        Instant heard = issued.now().issuedAt();
        broker.unsubscribe(Topics.deltaFilter(LIST));
        change();
        broker.takeBack(Topics.delta(LIST, 1));
        gate.receiveAll();
        gate.effects.clear();
        gate.pass(Duration.ofSeconds(3));
        assertThat(newVersions()).containsExactly(false);
        assertThat(gate.version()).isEqualTo(1);
        assertThat(gate.decides().orElseThrow().issuedAt()).isEqualTo(heard);
        assertThatNothingIsLeftBehind();
        gate.start(gate.disk().afterPowerCut());
        assertThat(gate.decides().orElseThrow().issuedAt()).isEqualTo(heard);
    }

    @Test
    void aDeltaThatMeetsDamageHasItToldAndRepairedAtOnce() {
        install();
        damageTheLastBucket();
        broker.unsubscribe(Topics.deltaFilter(LIST));
        broker.unsubscribe(Topics.listHead(LIST));
        change();
        List<ListEffect> effects = gate.give(Topics.delta(LIST, 1), broker.retained(Topics.delta(LIST, 1)));
        assertThat(effects)
                .anyMatch(effect -> effect instanceof ListEffect.Alarmed alarmed
                        && alarmed.kind().equals("LIST_DAMAGED"))
                .contains(new ListEffect.Subscribe(Topics.checkpointHeadFilter(LIST), true));
        assertThat(gate.version()).isEqualTo(1);
    }

    @Test
    void aNewVersionDecidesWhileTheRepairWaits() {
        waitForADelta();
        publisher.change(newCard(), CardStatus.REVOKED);
        gate.receiveAll();
        assertThat(gate.version()).isEqualTo(3);
        assertThat(gate.refusals()).isEmpty();
        broker.publish(Topics.delta(LIST, 1), withheld);
        gate.pass(Duration.ofSeconds(60));
        assertThat(gate.effects)
                .filteredOn(ListEffect.Installed.class::isInstance)
                .extracting(effect -> ((ListEffect.Installed) effect).list().version())
                .as("what decides never goes back on the way")
                .isSorted()
                .endsWith(3L);
        assertThatNothingIsLeftBehind();
    }

    @Test
    void aNewerSnapshotTakesThePlaceOfOneThatWaits() {
        waitForADelta();
        gate.effects.clear();
        publisher.checkpoint();
        gate.pass(Duration.ofSeconds(120));
        assertThat(gate.version()).isEqualTo(2);
        assertThatNothingIsLeftBehind();
        assertThat(newVersions()).doesNotContain(true).isNotEmpty();
    }

    @Test
    void whoeverClosesItWhileARepairWaitsFindsNothingOpen() throws Exception {
        waitForADelta();
        gate.replica().close();
        assertThat(gate.disk().openFiles()).isZero();
    }

    /** Base and snapshot of one version have one log: only one of them may write to it, and that is the one that stays. */
    @Test
    void ofTwoWithTheSameLogTheDamagedOneTakesNothingMore() {
        install();
        damageTheLastBucket();
        gate.disk().failForces(1);
        publisher.change(newCard(), CardStatus.REVOKED);
        gate.receiveAll();
        assertThat(gate.version()).isEqualTo(2);
        broker.takeBack(Topics.delta(LIST, 1));
        gate.pass(Duration.ofSeconds(5));
        assertThat(gate.decides().orElseThrow().damagedBuckets()).isEqualTo(1);
        publisher.change(newCard(), CardStatus.REVOKED);
        gate.receiveAll();
        assertThat(gate.version()).isEqualTo(2);
        broker.publish(Topics.delta(LIST, 1), publisher.deltaFrom(1));
        gate.pass(Duration.ofSeconds(60));
        assertThat(gate.version()).isEqualTo(3);
        assertThatNothingIsLeftBehind();
        gate.start(gate.disk().afterPowerCut());
        issued.assertAnswers(gate.decides().orElseThrow(), "after a power cut");
    }
}
