package portvakt.gate.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import portvakt.gate.testing.HandClock;
import portvakt.gate.testing.MemoryDisk;
import portvakt.protocol.Topics;
import portvakt.protocol.list.ListDelta;
import portvakt.protocol.list.ListHead;
import portvakt.protocol.sign.KeyId;
import portvakt.protocol.sign.Trust;
import portvakt.protocol.v1.ClockTrust;

/**
 * One test an attack by whoever holds the broker, the link, or an old key: each is refused for its own reason, and has changed
 * neither the disk nor what decides.
 */
class ListAttackTest {

    private static final String LIST = Issuer.LIST;

    private final Issuer issuer = new Issuer();
    private final IssuedList issued = new IssuedList(issuer, LIST, 2_000);
    private final FakeBroker broker = new FakeBroker(new Random(1));
    private final ListPublisher publisher = new ListPublisher(issued, broker);
    private final Roots roots = new Roots();
    private final MemoryDisk trustDisk = new MemoryDisk();
    private TrustReplica trust;
    private ListGate gate;

    @BeforeEach
    void trustTheIssuer() throws ListRefusedException {
        trust = new TrustReplica(roots.start(issuer.publicKey()), trustDisk);
        gate = new ListGate(broker, trust.headsOf(LIST));
        gate.clock.pass(Duration.ofDays(1));
    }

    /** The gate decides by the newest version. */
    private void install() {
        publisher.checkpoint();
        publisher.publishHead();
        gate.connect();
        gate.receiveAll();
        gate.pass(Duration.ofSeconds(30));
        assertThat(gate.version()).isEqualTo(issued.version());
        assertThat(gate.refusals()).isEmpty();
    }

    /** The gate has asked for the table of the newest snapshot and has none of it. */
    private void begin() {
        publisher.checkpoint();
        publisher.publishHead();
        List<String> parts = broker.retainedTopics().stream()
                .filter(topic -> Topics.parseChunkTopic(topic).isPresent())
                .toList();
        parts.forEach(broker::takeBack);
        gate.connect();
        gate.receiveAll();
        gate.pass(Duration.ofSeconds(2));
        assertThat(broker.filters()).contains(Topics.tableChunk(LIST, issued.version(), 0));
    }

    private void refuses(ListRefusal cause, String topic, byte[] payload) {
        Map<String, String> before = gate.disk().contents();
        SealedList decided = gate.decides().orElse(null);
        List<ListEffect> effects = gate.give(topic, payload);
        assertThat(effects)
                .filteredOn(ListEffect.Refused.class::isInstance)
                .extracting(effect -> ((ListEffect.Refused) effect).cause())
                .containsExactly(cause);
        assertThat(effects).noneMatch(ListEffect.Installed.class::isInstance);
        assertThat(gate.decides().orElse(null)).isSameAs(decided);
        assertThat(gate.disk().contents()).isEqualTo(before);
    }

    private static String headTopic() {
        return Topics.listHead(LIST);
    }

    private interface Twist {
        ListHead of(ListHead honest);
    }

    private ListHead honest() {
        return issued.headOf(issued.table(), issued.count());
    }

    private byte[] signed(Twist twist) {
        return issued.sign(twist.of(honest()));
    }

    /** A delta from the gate's version whose head is this. */
    private byte[] delta(Twist twist) {
        long from = issued.version();
        byte[] bytes = next();
        System.arraycopy(issued.sign(twist.of(honest())), 0, bytes, 0, ListHead.SIZE_BYTES);
        assertThat(gate.version()).isEqualTo(from);
        return bytes;
    }

    /** An honest delta from the gate's version, which the broker does not have. */
    private byte[] next() {
        return issued.randomChange(new Random(7), 40, 3_000).bytes();
    }

    private String deltaTopic() {
        return Topics.delta(LIST, gate.version());
    }

    // Rollback

    @Test
    void rollbackToALowerVersion() {
        byte[] old = issued.head();
        publisher.change(new Random(3), 20, 3_000);
        install();
        refuses(ListRefusal.ROLLBACK, headTopic(), old);
        gate.start(gate.disk());
        refuses(ListRefusal.ROLLBACK, headTopic(), old);
    }

    @Test
    void rollbackToALowerEpoch() throws Exception {
        trust.document(roots.file(2, Map.of(LIST, 2), Roots.everything(issuer.publicKey())));
        byte[] old = issued.head();
        refuses(ListRefusal.ROLLBACK, headTopic(), old);
        refuses(ListRefusal.ROLLBACK, Topics.checkpointHead(LIST, issued.version()), old);
    }

    /** Also where the trust file came to the disk of an old backup: the list itself remembers its epoch. */
    @Test
    void rollbackToALowerEpochThanTheListsOwn() {
        gate = new ListGate(broker, issued.trust());
        gate.clock.pass(Duration.ofDays(1));
        byte[] old = signed(head -> ForgedHeads.of(head, 0, 9, head.issuedAt().plusSeconds(60)));
        install();
        refuses(ListRefusal.ROLLBACK, headTopic(), old);
    }

    @Test
    void rollbackToAnOlderSigningOfTheSameVersion() {
        byte[] old = issued.head();
        issued.heartbeat();
        install();
        refuses(ListRefusal.ROLLBACK, headTopic(), old);
    }

    @Test
    void rollbackToAnOlderSigningByADelta() {
        install();
        byte[] delta =
                delta(head -> ForgedHeads.of(head, head.epoch(), head.version(), HandClock.START.minusSeconds(60)));
        refuses(ListRefusal.ROLLBACK, deltaTopic(), delta);
    }

    /** The old snapshot is genuine and the gate's own list is damaged: it is repaired by it, and never decides as it was. */
    @Test
    void rollbackByAnOldSnapshotOfADamagedList() {
        publisher.checkpoint();
        install();
        long first = issued.version();
        publisher.change(new Random(3), 20, 3_000);
        gate.receiveAll();
        broker.takeBack(Topics.delta(LIST, first));
        gate.damage(LIST + ".1." + first + ".list", 10_000);
        gate.tick();
        gate.pass(Duration.ofSeconds(120));
        assertThat(gate.alarms("LIST_DAMAGED")).isPositive();
        assertThat(gate.version()).isEqualTo(first + 1);
        assertThat(gate.effects)
                .filteredOn(ListEffect.Installed.class::isInstance)
                .extracting(effect -> ((ListEffect.Installed) effect).list().version())
                .isSorted();
    }

    @Test
    void anotherContentUnderTheSameVersion() {
        install();
        byte[] twin = signed(head -> ForgedHeads.withCount(head, head.count() - 1, head.bits()));
        refuses(ListRefusal.NOT_PROVED, headTopic(), twin);
    }

    // Fast-forward

    @Test
    void fastForwardToAVersionThatNobodyCanOvertake() {
        install();
        long far = issued.version() + HeadChecks.VERSION_JUMP_MAX + 1;
        refuses(ListRefusal.FAST_FORWARD, headTopic(), signed(head -> ForgedHeads.of(head, far)));
        refuses(ListRefusal.FAST_FORWARD, Topics.checkpointHead(LIST, far), signed(head -> ForgedHeads.of(head, far)));
        assertThat(gate.give(headTopic(), signed(head -> ForgedHeads.of(head, far - 1))))
                .noneMatch(ListEffect.Refused.class::isInstance);
    }

    @Test
    void fastForwardByADelta() {
        install();
        long far = issued.version() + HeadChecks.VERSION_JUMP_MAX + 1;
        refuses(ListRefusal.FAST_FORWARD, deltaTopic(), delta(head -> ForgedHeads.of(head, far)));
    }

    @Test
    void fastForwardToAnEpochThatTheTrustFileDoesNotKnow() {
        install();
        byte[] later = signed(head -> ForgedHeads.of(head, 2, 1, head.issuedAt()));
        refuses(ListRefusal.FAST_FORWARD, headTopic(), later);
        refuses(ListRefusal.FAST_FORWARD, Topics.checkpointHead(LIST, 1), later);
    }

    // Freeze

    @Test
    void freezeByAHeadThatHasExpired() {
        install();
        byte[] head = issued.heartbeat();
        gate.clock.pass(Duration.ofDays(31));
        refuses(ListRefusal.EXPIRED, headTopic(), head);
    }

    @Test
    void freezeByAConnectionThatBringsNothingNewerIsToldOnce() {
        install();
        gate.pass(Duration.ofMinutes(5));
        assertThat(gate.refusals()).isEmpty();
        gate.clock.pass(Duration.ofDays(31));
        gate.pass(Duration.ofMinutes(5));
        assertThat(gate.refusals())
                .extracting(effect -> ((ListEffect.Refused) effect).cause())
                .containsExactly(ListRefusal.FROZEN);
    }

    // Mix and match

    @Test
    void mixAndMatchOfATable() {
        begin();
        byte[] table = publisher.tableChunk(0);
        table[table.length - 1] ^= 1;
        refuses(ListRefusal.NOT_PROVED, Topics.tableChunk(LIST, issued.version(), 0), table);
    }

    @Test
    void mixAndMatchOfATableThatIsNone() {
        begin();
        byte[] table = publisher.tableChunk(0);
        ByteBuffer.wrap(table).putInt(4, Integer.MAX_VALUE);
        refuses(ListRefusal.NOT_PROVED, Topics.tableChunk(LIST, issued.version(), 0), table);
    }

    @Test
    void mixAndMatchOfKeys() {
        begin();
        gate.give(Topics.tableChunk(LIST, issued.version(), 0), publisher.tableChunk(0));
        gate.tick();
        byte[] keys = publisher.keyChunk(0);
        keys[keys.length / 2] ^= 1;
        refuses(ListRefusal.NOT_PROVED, Topics.keyChunk(LIST, issued.version(), 0), keys);
    }

    @Test
    void mixAndMatchOfADeltasKeys() {
        install();
        byte[] delta = next();
        delta[delta.length - 1] ^= 1;
        refuses(ListRefusal.NOT_PROVED, deltaTopic(), delta);
    }

    /** A genuine delta, and a genuine version that it leads to, but not from where the gate is. */
    @Test
    void mixAndMatchOfADeltaFromAnotherVersion() {
        install();
        next();
        byte[] later = next();
        refuses(ListRefusal.NOT_PROVED, deltaTopic(), later);
    }

    @Test
    void mixAndMatchOfASnapshotsHead() {
        install();
        refuses(ListRefusal.NOT_PROVED, Topics.checkpointHead(LIST, issued.version() + 1), issued.head());
    }

    // Keys

    @Test
    void aHeadSignedByAStranger() {
        Issuer stranger = new Issuer();
        byte[] strange = new IssuedList(stranger, LIST, 10).head();
        refuses(ListRefusal.BAD_SIGNATURE, headTopic(), strange);
        refuses(ListRefusal.BAD_SIGNATURE, Topics.checkpointHead(LIST, 1), strange);
        byte[] borrowedName = new ListHead(
                        LIST,
                        1,
                        1,
                        0,
                        10,
                        HandClock.START,
                        HandClock.START.plusSeconds(60),
                        "00".repeat(32),
                        KeyId.of(issuer.publicKey()))
                .sign(stranger.keys.getPrivate());
        refuses(ListRefusal.BAD_SIGNATURE, headTopic(), borrowedName);
    }

    @Test
    void aDeltaSignedByAStranger() {
        install();
        byte[] delta = next();
        System.arraycopy(honest().sign(new Issuer().keys.getPrivate()), 0, delta, 0, ListHead.SIZE_BYTES);
        refuses(ListRefusal.BAD_SIGNATURE, deltaTopic(), delta);
    }

    @Test
    void everyFlippedBitOfAHead() {
        byte[] head = issued.head();
        for (int bit = 0; bit < head.length * 8; bit += 3) {
            byte[] flipped = head.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(gate.give(headTopic(), flipped)).hasSize(1).hasOnlyElementsOfType(ListEffect.Refused.class);
        }
        assertThat(gate.disk().contents()).isEmpty();
    }

    @Test
    void aKeyThatSignsOtherListsOnly() throws Exception {
        trust.document(roots.file(2, Map.of(), Trust.Key.of(issuer.publicKey(), List.of("site-bergen"), true)));
        refuses(ListRefusal.WRONG_KEY_USE, headTopic(), issued.head());
    }

    @Test
    void aRetiredKeySignsNothingNew() throws Exception {
        install();
        trust.document(roots.file(
                2,
                Map.of(),
                new Trust.Key(
                        issuer.publicKey(), KeyId.of(issuer.publicKey()), List.of(Trust.EVERY_LIST), true, true)));
        refuses(ListRefusal.RETIRED_KEY, headTopic(), issued.heartbeat());
        refuses(ListRefusal.RETIRED_KEY, deltaTopic(), next());
        gate.start(gate.disk());
        assertThat(gate.version()).isEqualTo(1);
    }

    // Endless data

    @Test
    void aDeltaOverTheBound() {
        install();
        refuses(ListRefusal.ENDLESS, deltaTopic(), Arrays.copyOf(next(), ListDelta.BYTES_MAX + 1));
    }

    @Test
    void aTableChunkOverTheBound() {
        begin();
        byte[] table = publisher.tableChunk(0);
        refuses(
                ListRefusal.ENDLESS,
                Topics.tableChunk(LIST, issued.version(), 0),
                Arrays.copyOf(table, table.length + 1));
    }

    @Test
    void aKeyChunkOverTheBound() {
        begin();
        gate.give(Topics.tableChunk(LIST, issued.version(), 0), publisher.tableChunk(0));
        gate.tick();
        byte[] keys = publisher.keyChunk(0);
        refuses(ListRefusal.ENDLESS, Topics.keyChunk(LIST, issued.version(), 0), Arrays.copyOf(keys, keys.length + 8));
    }

    @Test
    void moreKeysThanTheGateTakes() {
        install();
        int count = ListGate.KEYS_MAX + 1;
        Twist large = head -> ForgedHeads.withCount(ForgedHeads.of(head, head.version() + 1), count, 10);
        refuses(ListRefusal.TOO_LARGE, headTopic(), signed(large));
        refuses(ListRefusal.TOO_LARGE, Topics.checkpointHead(LIST, issued.version() + 1), signed(large));
        refuses(ListRefusal.TOO_LARGE, deltaTopic(), delta(head -> ForgedHeads.withCount(head, count, 10)));
    }

    @Test
    void moreBucketsThanTheKeysNeed() {
        refuses(ListRefusal.MALFORMED, headTopic(), signed(head -> ForgedHeads.withCount(head, head.count(), 24)));
    }

    @Test
    void partsThatNobodyAskedFor() {
        refuses(ListRefusal.ENDLESS, Topics.keyChunk(LIST, 1, 0), new byte[64]);
        begin();
        refuses(ListRefusal.ENDLESS, Topics.keyChunk(LIST, issued.version(), 0), publisher.keyChunk(0));
        refuses(ListRefusal.ENDLESS, Topics.keyChunk(LIST, 4711, 3), new byte[64]);
        refuses(ListRefusal.ENDLESS, Topics.tableChunk(LIST, issued.version(), 999), new byte[64]);
    }

    // Truncated data, and bytes too many

    @Test
    void aTruncatedHead() {
        refuses(ListRefusal.MALFORMED, headTopic(), Arrays.copyOf(issued.head(), ListHead.SIZE_BYTES - 1));
        refuses(ListRefusal.MALFORMED, headTopic(), new byte[ListHead.SIZE_BYTES]);
    }

    @Test
    void aTruncatedDelta() {
        install();
        byte[] delta = next();
        for (int length : new int[] {1, ListHead.SIZE_BYTES, delta.length - 8, delta.length - 1}) {
            refuses(ListRefusal.MALFORMED, deltaTopic(), Arrays.copyOf(delta, length));
        }
    }

    @Test
    void aTruncatedTableChunk() {
        begin();
        byte[] table = publisher.tableChunk(0);
        refuses(
                ListRefusal.NOT_PROVED,
                Topics.tableChunk(LIST, issued.version(), 0),
                Arrays.copyOf(table, table.length - 1));
    }

    @Test
    void aTruncatedKeyChunk() {
        begin();
        gate.give(Topics.tableChunk(LIST, issued.version(), 0), publisher.tableChunk(0));
        gate.tick();
        byte[] keys = publisher.keyChunk(0);
        for (int length : new int[] {1, 8, keys.length - 8, keys.length - 1}) {
            refuses(ListRefusal.NOT_PROVED, Topics.keyChunk(LIST, issued.version(), 0), Arrays.copyOf(keys, length));
        }
    }

    @Test
    void bytesBehindAHead() {
        refuses(ListRefusal.MALFORMED, headTopic(), Arrays.copyOf(issued.head(), ListHead.SIZE_BYTES + 1));
    }

    @Test
    void bytesBehindADelta() {
        install();
        byte[] delta = next();
        refuses(ListRefusal.MALFORMED, deltaTopic(), Arrays.copyOf(delta, delta.length + 1));
        refuses(ListRefusal.MALFORMED, deltaTopic(), Arrays.copyOf(delta, delta.length + 8));
    }

    // Names and times

    @Test
    void theHeadOfAnotherList() {
        byte[] other = new IssuedList(issuer, "site-bergen", 10).head();
        refuses(ListRefusal.WRONG_LIST, headTopic(), other);
        refuses(ListRefusal.WRONG_LIST, Topics.checkpointHead(LIST, 1), other);
    }

    /** Without a trust file that names lists too. */
    @Test
    void theHeadOfAnotherListByTheListsOwnCheck() {
        gate = new ListGate(broker, issued.trust());
        byte[] other = new IssuedList(issuer, "site-bergen", 10).head();
        refuses(ListRefusal.WRONG_LIST, headTopic(), other);
    }

    @Test
    void aHeadFromTheFuture() {
        Instant late = gate.now().wall().plus(HeadChecks.CLOCK_LEEWAY);
        byte[] tooLate = signed(head -> ForgedHeads.of(head, 1, 1, late.plusMillis(1)));
        refuses(ListRefusal.ISSUED_IN_FUTURE, headTopic(), tooLate);
        refuses(ListRefusal.ISSUED_IN_FUTURE, Topics.checkpointHead(LIST, 1), tooLate);
        assertThat(gate.give(headTopic(), signed(head -> ForgedHeads.of(head, 1, 1, late))))
                .noneMatch(ListEffect.Refused.class::isInstance);
    }

    /** A clock that nobody has set is a floor: it cannot say that something is too late or too early. */
    @Test
    void aClockThatNobodySetRefusesNoTime() {
        gate.clock.trust(ClockTrust.CLOCK_TRUST_BOUNDED_BELOW);
        Instant late = gate.now().wall().plus(Duration.ofDays(400));
        assertThat(gate.give(headTopic(), signed(head -> ForgedHeads.of(head, 1, 1, late))))
                .noneMatch(ListEffect.Refused.class::isInstance);
    }

    @Test
    void whatIsRefusedIsNoListOfAnyKind() {
        assertThatThrownBy(() -> gate.give("portvakt/v1/lists/hms-kort/other", new byte[3]))
                .isInstanceOf(RuntimeException.class);
        for (int length = 0; length < 300; length += 7) {
            assertThat(gate.give(headTopic(), new byte[length]))
                    .hasSize(1)
                    .hasOnlyElementsOfType(ListEffect.Refused.class);
        }
    }
}
