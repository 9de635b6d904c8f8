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

/** What a gate does at once when a connection, a head or a trust file comes, and what it leaves for later. */
class ListConnectionTest {

    private static final String LIST = Issuer.LIST;
    private static final ListEffect ASKS_FOR_THE_HEAD = new ListEffect.Subscribe(Topics.listHead(LIST), true);

    private final Issuer issuer = new Issuer();
    private final IssuedList issued = new IssuedList(issuer, LIST, 1_000);
    private final FakeBroker broker = new FakeBroker(new Random(1));
    private final ListPublisher publisher = new ListPublisher(issued, broker);
    private final Roots roots = new Roots();
    private TrustReplica trust;
    private ListGate gate;

    @BeforeEach
    void begin() throws ListRefusedException {
        trust = new TrustReplica(roots.start(issuer.publicKey()), new MemoryDisk());
        gate = new ListGate(broker, trust.headsOf(LIST));
        gate.clock.pass(Duration.ofDays(1));
        publisher.checkpoint();
        publisher.publishHead();
    }

    private void install() {
        gate.connect();
        gate.receiveAll();
        assertThat(gate.version()).isEqualTo(1);
    }

    private void change() {
        publisher.change(new Random(issued.version()), 20, 1_200);
    }

    private ListHead honest() {
        return issued.headOf(issued.table(), issued.count());
    }

    private List<ListRefusal> refused() {
        return gate.refusals().stream()
                .map(effect -> ((ListEffect.Refused) effect).cause())
                .toList();
    }

    private List<ListEffect> tickAfter(Duration time) {
        gate.clock.pass(time);
        return gate.tick();
    }

    // A connection

    /** Each message is followed up when it comes. */
    @Test
    void aSmallFirstListIsThereBeforeAnyTick() {
        install();
        assertThat(gate.replica().list()).isEqualTo(LIST);
        assertThat(gate.effects)
                .filteredOn(ListEffect.Installed.class::isInstance)
                .extracting(effect -> ((ListEffect.Installed) effect).newVersion())
                .containsExactly(true);
        assertThat(gate.disk().openFiles()).isEqualTo(1);
    }

    @Test
    void theHeadIsAskedForOnceMoreTwoSecondsAfterTheConnection() {
        install();
        assertThat(tickAfter(ListReplica.HEAD_AGAIN.minusNanos(1))).doesNotContain(ASKS_FOR_THE_HEAD);
        assertThat(tickAfter(Duration.ofNanos(1))).contains(ASKS_FOR_THE_HEAD);
        assertThat(tickAfter(Duration.ofMinutes(1))).doesNotContain(ASKS_FOR_THE_HEAD);
        gate.disconnect();
        gate.connect();
        assertThat(tickAfter(ListReplica.HEAD_AGAIN)).contains(ASKS_FOR_THE_HEAD);
    }

    @Test
    void whoeverComesBackAsksForItsDeltaAtOnce() {
        install();
        broker.unsubscribe(Topics.deltaFilter(LIST));
        change();
        broker.takeBack(Topics.delta(LIST, 1));
        gate.receiveAll();
        gate.pass(Duration.ofSeconds(30));
        gate.disconnect();
        gate.pass(Duration.ofSeconds(1));
        gate.connect();
        assertThat(broker.filters()).contains(Topics.delta(LIST, 1));
    }

    @Test
    void whoeverComesBackInTheMiddleOfASnapshotAsksForTheRestAtOnce() {
        byte[] keys = broker.retained(Topics.keyChunk(LIST, 1, 0));
        broker.takeBack(Topics.keyChunk(LIST, 1, 0));
        gate.connect();
        gate.receiveAll();
        gate.disconnect();
        broker.publish(Topics.keyChunk(LIST, 1, 0), keys);
        gate.connect();
        assertThat(broker.filters()).contains(Topics.keyChunk(LIST, 1, 0));
        gate.receiveAll();
        assertThat(gate.version()).isEqualTo(1);
        assertThat(gate.disk().openFiles()).isEqualTo(1);
    }

    /** Whoever drives it has it tick without a pause until what the part file holds is known. */
    @Test
    void whileAPartFileIsLookedThroughItIsBusy() {
        gate.disk().put(LIST + ".1.1.part", issued.file());
        gate.connect();
        assertThat(gate.replica().isBusy()).isFalse();
        gate.receiveAll();
        assertThat(gate.replica().isBusy()).isTrue();
        gate.tick();
        assertThat(gate.replica().isBusy()).isFalse();
        assertThat(gate.version()).isEqualTo(1);
        assertThat(gate.received).noneMatch(topic -> topic.contains("/keys/"));
    }

    @Test
    void whoeverClosesItFindsNothingOpen() throws Exception {
        install();
        gate.replica().close();
        assertThat(gate.disk().openFiles()).isZero();
        gate = new ListGate(broker, trust.headsOf(LIST));
        broker.takeBack(Topics.keyChunk(LIST, 1, 0));
        gate.connect();
        gate.receiveAll();
        assertThat(gate.disk().openFiles()).isEqualTo(1);
        gate.replica().close();
        assertThat(gate.disk().openFiles()).isZero();
    }

    // A head

    /** Between two signings of the newest version a snapshot has the older one. */
    @Test
    void aFirstListIsAsOldAsTheNewestSigningOfItsVersion() {
        publisher.heartbeat();
        gate.connect();
        gate.receive();
        broker.takeBack(Topics.listHead(LIST));
        gate.receiveAll();
        assertThat(gate.decides().orElseThrow().issuedAt())
                .isEqualTo(issued.now().issuedAt());
    }

    @Test
    void aVersionIsAsOldAsItsNewestSigningWhicheverCameFirst() {
        install();
        broker.unsubscribe(Topics.deltaFilter(LIST));
        change();
        byte[] delta = broker.retained(Topics.delta(LIST, 1));
        gate.receiveAll();
        publisher.heartbeat();
        gate.receiveAll();
        gate.give(Topics.delta(LIST, 1), delta);
        assertThat(gate.version()).isEqualTo(2);
        assertThat(gate.decides().orElseThrow().issuedAt())
                .isEqualTo(issued.now().issuedAt());
    }

    /** By a fault of the issuer's, or by whoever has its key: the delta proves, and what it leads to stays. */
    @Test
    void anotherContentUnderAVersionThatADeltaLeadsToIsTold() {
        install();
        broker.unsubscribe(Topics.deltaFilter(LIST));
        broker.unsubscribe(Topics.listHead(LIST));
        change();
        ListHead twin = ForgedHeads.withRoot(honest(), "ab".repeat(32));
        gate.give(
                Topics.listHead(LIST),
                issued.sign(ForgedHeads.of(twin, 1, 2, twin.issuedAt().plusSeconds(1))));
        assertThat(refused()).isEmpty();
        gate.give(Topics.delta(LIST, 1), broker.retained(Topics.delta(LIST, 1)));
        assertThat(refused()).contains(ListRefusal.NOT_PROVED);
        issued.assertAnswers(gate.decides().orElseThrow(), "what the delta led to");
    }

    @Test
    void aFreezeIsToldAgainAfterAHeadThatWasValid() {
        install();
        gate.pass(ListReplica.HEAD_AGAIN);
        for (int freeze = 1; freeze <= 2; freeze++) {
            gate.clock.pass(Duration.ofDays(31));
            gate.pass(Duration.ofMinutes(2));
            assertThat(refused()).hasSize(freeze).containsOnly(ListRefusal.FROZEN);
            gate.give(
                    Topics.listHead(LIST),
                    issued.sign(ForgedHeads.of(honest(), 1, 1, gate.now().wall())));
        }
    }

    /** Who starts with a list of long ago and hears nothing at all knows by that list how late it is. */
    @Test
    void aFreezeIsToldByTheListOnTheDiskWhereNoHeadComes() {
        install();
        gate.start(gate.disk());
        broker.takeBack(Topics.listHead(LIST));
        gate.clock.pass(Duration.ofDays(31));
        gate.connect();
        gate.pass(FreezeWatch.PATIENCE.minusSeconds(1));
        assertThat(refused()).isEmpty();
        gate.pass(Duration.ofSeconds(2));
        assertThat(refused()).containsExactly(ListRefusal.FROZEN);
    }

    /** No delta leads from one epoch to the next: none is waited for. */
    @Test
    void theHeadOfALaterEpochHasASnapshotLookedForAtOnce() throws Exception {
        install();
        trust.document(roots.trusting(2, Map.of(LIST, 2), issuer.publicKey()));
        gate.clock.pass(ListReplica.SYNC_AGAIN);
        gate.give(
                Topics.listHead(LIST),
                issued.sign(ForgedHeads.of(honest(), 2, 5, honest().issuedAt().plusSeconds(60))));
        assertThat(broker.filters()).contains(Topics.checkpointHeadFilter(LIST)).doesNotContain(Topics.delta(LIST, 1));
        assertThat(gate.version()).isEqualTo(1);
    }

    // A trust file

    @Test
    void aTrustFileHasWhatWasRefusedBeforeAskedForAtOnce() throws Exception {
        trust = new TrustReplica(roots.start(new Issuer().publicKey()), new MemoryDisk());
        gate = new ListGate(broker, trust.headsOf(LIST));
        gate.clock.pass(Duration.ofDays(1));
        gate.connect();
        gate.receiveAll();
        gate.pass(Duration.ofMinutes(2));
        assertThat(gate.decides()).isEmpty();
        assertThat(refused()).containsOnly(ListRefusal.BAD_SIGNATURE);
        trust.document(roots.trusting(2, issuer.publicKey()));
        List<ListEffect> effects = gate.act(gate.replica().trustChanged(gate.now()));
        assertThat(effects)
                .contains(ASKS_FOR_THE_HEAD, new ListEffect.Subscribe(Topics.checkpointHeadFilter(LIST), true));
        gate.receiveAll();
        assertThat(gate.version()).isEqualTo(1);
    }

    /** What a thief's head had it look for in vain does not make the gate slow afterwards. */
    @Test
    void afterAThiefsHeadIsForgottenALostDeltaIsAskedForAsSoonAsEver() throws Exception {
        Issuer thief = new Issuer();
        trust.document(roots.trusting(2, issuer.publicKey(), thief.publicKey()));
        install();
        ListHead mine = honest();
        byte[] stolen = new ListHead(
                        LIST,
                        1,
                        5_000,
                        mine.bits(),
                        mine.count(),
                        mine.issuedAt(),
                        mine.expiresAt(),
                        mine.rootHex(),
                        KeyId.of(thief.publicKey()))
                .sign(thief.keys.getPrivate());
        gate.give(Topics.listHead(LIST), stolen);
        gate.pass(Duration.ofSeconds(60));
        trust.document(roots.trusting(3, issuer.publicKey()));
        gate.act(gate.replica().trustChanged(gate.now()));
        gate.receiveAll();
        gate.tick();
        broker.unsubscribe(Topics.deltaFilter(LIST));
        change();
        gate.receiveAll();
        gate.pass(DeltaPursuit.WAIT.plusSeconds(1));
        assertThat(gate.version()).isEqualTo(2);
    }

    // What is left for later

    @Test
    void whatASnapshotLeftIsDeletedAtTheHeadAndNotBefore() {
        install();
        gate.disconnect();
        String part = LIST + ".1.9.part";
        gate.disk().put(part, new byte[10]);
        gate.pass(Duration.ofMinutes(2));
        assertThat(gate.disk().contents()).as("offline").containsKey(part);
        broker.takeBack(Topics.listHead(LIST));
        gate.start(gate.disk());
        gate.connect();
        gate.pass(Duration.ofMinutes(2));
        assertThat(gate.disk().contents()).as("no head yet").containsKey(part);
        change();
        broker.takeBack(Topics.delta(LIST, 1));
        while (broker.next().isPresent()) {}
        gate.give(Topics.listHead(LIST), issued.head());
        gate.pass(Duration.ofSeconds(5));
        assertThat(gate.disk().contents()).as("behind").containsKey(part);
        broker.publish(Topics.delta(LIST, 1), publisher.deltaFrom(1));
        gate.receiveAll();
        gate.pass(Duration.ofSeconds(1));
        assertThat(gate.version()).isEqualTo(2);
        assertThat(gate.disk().contents()).as("at the head").doesNotContainKey(part);
    }

    /** The card wears out by writing. */
    @Test
    void aSignOfLifeIsStoredOnceAnHourSinceWhateverWasStoredLast() {
        install();
        for (int quarter = 0; quarter < 5; quarter++) {
            publisher.heartbeat();
        }
        gate.receiveAll();
        Map<String, String> stored = gate.disk().contents();
        publisher.heartbeat();
        gate.receiveAll();
        assertThat(gate.disk().contents()).as("since a sign of life").isEqualTo(stored);
        for (int quarter = 0; quarter < 3; quarter++) {
            publisher.heartbeat();
        }
        change();
        gate.receiveAll();
        stored = gate.disk().contents();
        publisher.heartbeat();
        gate.receiveAll();
        assertThat(gate.disk().contents()).as("since a delta").isEqualTo(stored);
        gate.start(gate.disk());
        gate.connect();
        gate.receiveAll();
        assertThat(gate.decides().orElseThrow().issuedAt())
                .isEqualTo(issued.now().issuedAt());
        assertThat(gate.disk().contents()).as("since before a restart").isEqualTo(stored);
    }
}
