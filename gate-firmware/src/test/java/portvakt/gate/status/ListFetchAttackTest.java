package portvakt.gate.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import portvakt.gate.testing.MemoryDisk;
import portvakt.protocol.Topics;
import portvakt.protocol.list.ListHead;

/** While a snapshot is fetched a broker can fill neither memory nor link, and cannot keep the gate from the true parts. */
class ListFetchAttackTest {

    private static final String LIST = Issuer.LIST;

    private final FakeBroker broker = new FakeBroker(new Random(1));
    private IssuedList issued;
    private ListPublisher publisher;
    private ListGate gate;

    /** The gate has asked for the first parts, and the broker has none of those that the filter names. */
    private void begin(int cards, String withheld) {
        issued = new IssuedList(new Issuer(), LIST, cards);
        publisher = new ListPublisher(issued, broker);
        gate = new ListGate(broker, issued.trust());
        gate.clock.pass(Duration.ofDays(1));
        publisher.checkpoint();
        publisher.publishHead();
        broker.retainedTopics().stream()
                .filter(topic -> topic.contains(withheld))
                .toList()
                .forEach(broker::takeBack);
        gate.connect();
        gate.receiveAll();
        gate.pass(Duration.ofSeconds(3));
    }

    private List<ListRefusal> refused(String topic, byte[] payload) {
        return gate.give(topic, payload).stream()
                .filter(ListEffect.Refused.class::isInstance)
                .map(effect -> ((ListEffect.Refused) effect).cause())
                .toList();
    }

    @Test
    void onlyAFewKeyChunksAreOnTheWayAtOnce() {
        begin(50_000, "/keys/");
        assertThat(publisher.keyChunks()).isGreaterThan(ListSync.KEY_CHUNKS_OPEN_MAX);
        assertThat(broker.filters())
                .filteredOn(filter -> filter.contains("/keys/"))
                .hasSize(ListSync.KEY_CHUNKS_OPEN_MAX);
    }

    @Test
    void aPartThatComesTwiceIsNoAttackAndOneOfAnotherVersionIs() {
        begin(50_000, "/keys/");
        byte[] table = publisher.tableChunk(0);
        assertThat(refused(Topics.tableChunk(LIST, 1, 0), table)).isEmpty();
        assertThat(refused(Topics.tableChunk(LIST, 2, 0), table)).containsExactly(ListRefusal.ENDLESS);
        byte[] keys = publisher.keyChunk(0);
        assertThat(refused(Topics.keyChunk(LIST, 1, 0), keys)).isEmpty();
        assertThat(refused(Topics.keyChunk(LIST, 1, 0), keys)).isEmpty();
        assertThat(refused(Topics.keyChunk(LIST, 2, 0), keys)).containsExactly(ListRefusal.ENDLESS);
    }

    @Test
    void aFalseTableIsAskedForAgainAndTheTrueOneTaken() {
        begin(1_000, "/table/");
        byte[] table = publisher.tableChunk(0);
        table[table.length - 1] ^= 1;
        assertThat(refused(Topics.tableChunk(LIST, 1, 0), table)).containsExactly(ListRefusal.NOT_PROVED);
        broker.publish(Topics.tableChunk(LIST, 1, 0), publisher.tableChunk(0));
        while (broker.next().isPresent()) {}
        gate.pass(Fetches.ASK_AGAIN.plusSeconds(2));
        assertThat(gate.version()).isEqualTo(1);
    }

    /** Signed heads are cheap for whoever collects old ones: the gate keeps the newest few. */
    @Test
    void ofManySnapshotsOfferedOnlyTheNewestAreRemembered() throws Exception {
        IssuedList list = new IssuedList(new Issuer(), LIST, 10);
        assertThat(fetched(list, 8)).isEqualTo(1);
        assertThat(fetched(list, 9)).isZero();
    }

    /** @return the version that is fetched of so many on offer, where only the first would help */
    private static long fetched(IssuedList list, int offers) throws Exception {
        MemoryDisk disk = new MemoryDisk();
        ListSync sync = new ListSync(LIST, disk, list.store(disk), 0);
        ListHead honest = list.headOf(list.table(), list.count());
        for (long version = 1; version <= offers; version++) {
            ListHead head = ForgedHeads.of(honest, version);
            sync.offer(head, list.sign(head), 0);
        }
        List<ListEffect> out = new ArrayList<>();
        sync.tick(
                new ListSync.Moment(
                        ListSync.LEARN.toNanos(),
                        true,
                        Optional.empty(),
                        head -> head.version() == 1,
                        Optional.empty()),
                out);
        return sync.fetchingVersion();
    }
}
