package portvakt.gate.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import portvakt.gate.testing.MemoryDisk;
import portvakt.protocol.Topics;
import portvakt.protocol.list.ListHead;
import portvakt.protocol.sign.KeyId;

/**
 * What a broker can do with genuine messages, given out late, again, or without what belongs to them, and with heads that were
 * refused: the gate goes on as if they had never come.
 */
class ListReplayAttackTest {

    private static final String LIST = Issuer.LIST;

    private final Issuer issuer = new Issuer();
    private final IssuedList issued = new IssuedList(issuer, LIST, 2_000);
    private final FakeBroker broker = new FakeBroker(new Random(1));
    private final ListPublisher publisher = new ListPublisher(issued, broker);
    private final Roots roots = new Roots();
    private final Issuer thief = new Issuer();
    private TrustReplica trust;
    private ListGate gate;

    @BeforeEach
    void trustTheIssuer() throws ListRefusedException {
        trust = new TrustReplica(roots.start(issuer.publicKey(), thief.publicKey()), new MemoryDisk());
        gate = new ListGate(broker, trust.headsOf(LIST));
        gate.clock.pass(Duration.ofDays(1));
    }

    private void install() {
        publisher.checkpoint();
        publisher.publishHead();
        gate.connect();
        gate.receiveAll();
        gate.pass(Duration.ofSeconds(30));
        assertThat(gate.version()).isEqualTo(issued.version());
        assertThat(gate.refusals()).isEmpty();
    }

    private void change() {
        publisher.change(new Random(issued.version()), 20, 3_000);
    }

    private ListHead honest() {
        return issued.headOf(issued.table(), issued.count());
    }

    private List<ListRefusal> refusalsOf(List<ListEffect> effects) {
        return effects.stream()
                .filter(ListEffect.Refused.class::isInstance)
                .map(effect -> ((ListEffect.Refused) effect).cause())
                .toList();
    }

    private void assertThatItWantsNothing() {
        gate.pass(Duration.ofSeconds(60));
        assertThat(broker.filters()).containsExactlyInAnyOrder(Topics.listHead(LIST), Topics.deltaFilter(LIST));
    }

    private long received(String part) {
        return gate.received.stream().filter(topic -> topic.contains(part)).count();
    }

    /** A snapshot of before over another base than the gate's: its own log does not lead it up. */
    @Test
    void anOldSnapshotOfADamagedListWaitsForDeltasAndDoesNotDecide() {
        publisher.checkpoint();
        change();
        broker.takeBack(Topics.delta(LIST, 1));
        install();
        publisher.takeBackCheckpoint(2);
        gate.damage(LIST + ".1.2.list", 10_000);
        gate.pass(Duration.ofSeconds(30));
        assertThat(received("/snapshots/1/keys/")).isPositive();
        assertThat(gate.version()).isEqualTo(2);
        assertThat(gate.decides().orElseThrow().damagedBuckets()).isPositive();
        broker.publish(Topics.delta(LIST, 1), publisher.deltaFrom(1));
        gate.pass(Duration.ofSeconds(60));
        assertThat(gate.version()).isEqualTo(2);
        assertThat(gate.decides().orElseThrow().damagedBuckets()).isZero();
        assertThat(gate.refusals()).isEmpty();
    }

    @Test
    void anOldSnapshotThatLeadsNowhereIsNotFetched() {
        publisher.checkpoint();
        change();
        install();
        publisher.takeBackCheckpoint(2);
        change();
        broker.takeBack(Topics.delta(LIST, 2));
        gate.disconnect();
        gate.connect();
        gate.receiveAll();
        gate.pass(Duration.ofSeconds(60));
        assertThat(broker.filters()).contains(Topics.checkpointHeadFilter(LIST));
        assertThat(received("/snapshots/1/head")).isPositive();
        assertThat(received("/snapshots/1/table/")).isZero();
        assertThat(gate.version()).isEqualTo(2);
    }

    @Test
    void anOlderHeadBehindANewerOneDoesNotMakeTheGateStopThere() {
        install();
        broker.unsubscribe(Topics.deltaFilter(LIST));
        broker.unsubscribe(Topics.listHead(LIST));
        change();
        byte[] second = issued.head();
        change();
        assertThat(refusalsOf(gate.give(Topics.listHead(LIST), issued.head()))).isEmpty();
        assertThat(refusalsOf(gate.give(Topics.listHead(LIST), second))).isEmpty();
        gate.pass(Duration.ofSeconds(30));
        assertThat(gate.version()).isEqualTo(3);
    }

    @Test
    void theHeadOfALaterEpochIsNoSignOfLifeOfThisOne() throws Exception {
        install();
        SealedList decides = gate.decides().orElseThrow();
        trust.document(roots.trusting(2, Map.of(LIST, 2), issuer.publicKey(), thief.publicKey()));
        byte[] later =
                issued.sign(ForgedHeads.of(honest(), 2, 1, honest().issuedAt().plusSeconds(60)));
        assertThat(refusalsOf(gate.give(Topics.listHead(LIST), later))).isEmpty();
        assertThat(gate.decides().orElseThrow()).isSameAs(decides);
    }

    // Heads that a delta has overtaken are no attack, and nothing else is excused by that.

    @Test
    void aHeadThatADeltaHasJustOvertakenIsOldAndAfterAWhileItIsARollback() {
        install();
        byte[] old = issued.head();
        change();
        gate.receiveAll();
        assertThat(refusalsOf(gate.give(Topics.listHead(LIST), old))).isEmpty();
        gate.clock.pass(ListReplica.OVERTAKEN.minusNanos(1));
        assertThat(refusalsOf(gate.give(Topics.listHead(LIST), old))).isEmpty();
        gate.clock.pass(Duration.ofNanos(1));
        assertThat(refusalsOf(gate.give(Topics.listHead(LIST), old))).containsExactly(ListRefusal.ROLLBACK);
    }

    @Test
    void justAfterADeltaAnotherContentUnderItsVersionIsToldAllTheSame() {
        install();
        change();
        gate.receiveAll();
        byte[] twin = issued.sign(ForgedHeads.withRoot(honest(), "ab".repeat(32)));
        assertThat(refusalsOf(gate.give(Topics.listHead(LIST), twin))).containsExactly(ListRefusal.NOT_PROVED);
    }

    // What was refused is not remembered

    @Test
    void aHeadThatWasRefusedIsNotPursued() {
        install();
        byte[] strange = ForgedHeads.of(honest(), 9).sign(new Issuer().keys.getPrivate());
        assertThat(refusalsOf(gate.give(Topics.listHead(LIST), strange))).containsExactly(ListRefusal.BAD_SIGNATURE);
        assertThatItWantsNothing();
    }

    @Test
    void aSnapshotWhoseHeadWasRefusedIsNotFetched() {
        gate.connect();
        gate.tick();
        byte[] strange = ForgedHeads.of(honest(), 9).sign(new Issuer().keys.getPrivate());
        assertThat(refusalsOf(gate.give(Topics.checkpointHead(LIST, 9), strange)))
                .containsExactly(ListRefusal.BAD_SIGNATURE);
        gate.pass(Duration.ofSeconds(10));
        assertThat(broker.filters()).doesNotContain(Topics.tableChunk(LIST, 9, 0));
        assertThat(gate.disk().contents()).isEmpty();
    }

    /** He signed a head that nothing leads to, to keep the gate busy; his key is taken away. */
    @Test
    void aThiefsHeadIsForgottenWithHisKey() throws Exception {
        install();
        ListHead far = ForgedHeads.of(honest(), 5_000);
        byte[] stolen = new ListHead(
                        LIST,
                        1,
                        5_000,
                        far.bits(),
                        far.count(),
                        far.issuedAt(),
                        far.expiresAt(),
                        far.rootHex(),
                        KeyId.of(thief.publicKey()))
                .sign(thief.keys.getPrivate());
        assertThat(refusalsOf(gate.give(Topics.listHead(LIST), stolen))).isEmpty();
        gate.pass(Duration.ofSeconds(10));
        assertThat(broker.filters()).contains(Topics.delta(LIST, 1));
        trust.document(roots.trusting(2, issuer.publicKey()));
        gate.act(gate.replica().trustChanged(gate.now()));
        gate.receiveAll();
        assertThatItWantsNothing();
    }

    /** The key is taken away while its snapshot is on the way: what was put together goes. */
    @Test
    void aSnapshotWhoseKeyIsGoneWhenItIsWholeIsNotAdoptedAndNotKept() throws Exception {
        publisher.checkpoint();
        publisher.publishHead();
        byte[] last = broker.retained(Topics.keyChunk(LIST, 1, 0));
        broker.takeBack(Topics.keyChunk(LIST, 1, 0));
        gate.connect();
        gate.receiveAll();
        gate.pass(Duration.ofSeconds(3));
        assertThat(broker.filters()).contains(Topics.keyChunk(LIST, 1, 0));
        assertThat(gate.disk().contents()).isNotEmpty();
        trust.document(roots.rotated(2, Map.of(), issuer.publicKey(), thief.publicKey()));
        gate.give(Topics.keyChunk(LIST, 1, 0), last);
        gate.tick();
        assertThat(refusalsOf(gate.effects)).containsExactly(ListRefusal.RETIRED_KEY);
        assertThat(gate.decides()).isEmpty();
        assertThat(gate.disk().contents()).isEmpty();
    }
}
