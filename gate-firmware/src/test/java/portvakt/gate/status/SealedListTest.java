package portvakt.gate.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import portvakt.gate.adapter.file.FolderDisk;
import portvakt.gate.testing.MemoryDisk;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;
import portvakt.protocol.list.BucketTable;
import portvakt.protocol.list.ListHead;

/** What a list answers of a card when the buckets that it could stand in are whole, and when one of them is not. */
class SealedListTest {

    private final Issuer issuer = new Issuer();
    private final IssuedList issued = new IssuedList(issuer, Issuer.LIST, 2_000);
    private final BucketTable table = issued.table();
    private final ByteBuffer file = ByteBuffer.wrap(issued.file());
    private final SealedList list = over(issued.trust());

    private SealedList over(HeadProof trust) {
        try {
            return SealedList.over(file, trust, Issuer.SECRET, false);
        } catch (ListRefusedException e) {
            throw new AssertionError(e);
        }
    }

    private int bucketOf(CardNumber card, CardStatus status) {
        return BucketTable.bucketOf(issued.key(card, status), table.bits());
    }

    /** Flips a bit of a bucket's first key, or flips it back. */
    private void flip(int bucket) {
        int at = file.limit() - (issued.count() - table.start(bucket)) * Long.BYTES;
        file.put(at, (byte) (file.get(at) ^ 1));
    }

    /** One whose two keys would be in different buckets, and neither the first of its bucket. */
    private CardNumber card(IntPredicate which) {
        return IntStream.range(0, 4_000)
                .filter(which)
                .mapToObj(issued::number)
                .filter(card -> bucketOf(card, CardStatus.REVOKED) != bucketOf(card, CardStatus.SUSPENDED))
                .skip(20)
                .findFirst()
                .orElseThrow();
    }

    private final CardNumber suspended = card(at -> at < 2_000 && at % 3 == 0);
    private final CardNumber revoked = card(at -> at < 2_000 && at % 3 != 0);
    private final CardNumber valid = card(at -> at >= 2_000);

    @Test
    void whereAllIsWholeACardHasTheStatusThatItStandsUnder() {
        assertThat(list.statusOf(revoked)).contains(CardStatus.REVOKED);
        assertThat(list.statusOf(suspended)).contains(CardStatus.SUSPENDED);
        assertThat(list.statusOf(valid)).contains(CardStatus.VALID);
    }

    /** It is denied either way, and the reason is the true one. */
    @Test
    void aCardThatIsFoundHasItsStatusWhateverBecameOfTheOtherBucket() {
        flip(bucketOf(revoked, CardStatus.SUSPENDED));
        assertThat(list.statusOf(revoked)).contains(CardStatus.REVOKED);
        flip(bucketOf(revoked, CardStatus.SUSPENDED));
        SealedList anew = over(issued.trust());
        flip(bucketOf(suspended, CardStatus.REVOKED));
        assertThat(anew.statusOf(suspended)).contains(CardStatus.SUSPENDED);
    }

    @Test
    void aCardThatIsNotFoundIsValidOnlyIfBothBucketsAreWhole() {
        for (CardStatus status : new CardStatus[] {CardStatus.REVOKED, CardStatus.SUSPENDED}) {
            SealedList anew = over(issued.trust());
            flip(bucketOf(valid, status));
            assertThat(anew.statusOf(valid)).as("%s", status).isEmpty();
            flip(bucketOf(valid, status));
            assertThat(anew.statusOf(valid)).as("damaged once, %s", status).isEmpty();
            assertThat(anew.damaged()).containsExactly(bucketOf(valid, status));
        }
    }

    /** The medium rots under a bucket that had proved: the decision has both proved anew. */
    @Test
    void aDecisionsProofFindsWhatHasRottedSinceTheLast() {
        Set<Integer> buckets = Set.of(bucketOf(valid, CardStatus.REVOKED), bucketOf(valid, CardStatus.SUSPENDED));
        CardNumber elsewhere = card(at -> at >= 2_000
                && !buckets.contains(bucketOf(issued.number(at), CardStatus.REVOKED))
                && !buckets.contains(bucketOf(issued.number(at), CardStatus.SUSPENDED)));
        for (CardStatus status : new CardStatus[] {CardStatus.REVOKED, CardStatus.SUSPENDED}) {
            SealedList anew = over(issued.trust());
            assertThat(anew.statusOf(valid)).contains(CardStatus.VALID);
            flip(bucketOf(valid, status));
            assertThat(anew.statusOf(elsewhere)).as("another card before").contains(CardStatus.VALID);
            anew.prove(valid);
            assertThat(anew.statusOf(valid)).as("%s", status).isEmpty();
            flip(bucketOf(valid, status));
        }
    }

    /** Both are on the heap. */
    @Test
    void whatADeltaAddedIsListedWhateverBecomesOfTheMedium() throws Exception {
        SealedList next = DeltaStep.take(list, issued.change(Map.of(valid, CardStatus.REVOKED)))
                .list();
        assertThat(next.heardInThisRun()).isTrue();
        assertThat(next.statusOf(valid)).contains(CardStatus.REVOKED);
        flip(bucketOf(valid, CardStatus.REVOKED));
        next.prove(valid);
        assertThat(next.statusOf(valid)).contains(CardStatus.REVOKED);
        assertThat(next.damagedBuckets()).isEqualTo(1);
        assertThat(list.damagedBuckets())
                .as("versions over one base know of it together")
                .isEqualTo(1);
    }

    @Test
    void whatADeltaRemovedIsValid() throws Exception {
        SealedList next = DeltaStep.take(list, issued.change(Map.of(revoked, CardStatus.VALID)))
                .list();
        assertThat(next.statusOf(revoked)).contains(CardStatus.VALID);
        assertThat(list.statusOf(revoked)).as("before").contains(CardStatus.REVOKED);
    }

    /** After both buckets have proved: what can be read still is answered, and what cannot is damaged. */
    @Test
    void aMediumThatFailsLaterLeavesWhatItStillReads(@TempDir Path folder) throws Exception {
        IssuedList large = new IssuedList(issuer, Issuer.LIST, 20_000);
        SealedList onMedium = large.install(new FolderDisk(folder)).list();
        large.assertAnswers(onMedium, "before");
        int readable = 65_536;
        try (FileChannel channel =
                FileChannel.open(folder.resolve(Issuer.LIST + ".1.1.list"), StandardOpenOption.WRITE)) {
            channel.truncate(readable);
        }
        int keysAt = ListHead.SIZE_BYTES + BucketTable.sizeBytes(large.table().bits());
        int firstLost = BucketTable.bucketOf(
                large.keyAt((readable - keysAt) / Long.BYTES), large.table().bits());
        Map<CardNumber, CardStatus> cards = large.now().cards();
        Map<Optional<CardStatus>, Integer> answers = new HashMap<>();
        for (int at = 0; at < 20_000; at++) {
            CardNumber card = large.number(at);
            CardStatus status = cards.get(card);
            int bucket =
                    BucketTable.bucketOf(large.key(card, status), large.table().bits());
            Optional<CardStatus> answer = onMedium.statusOf(card);
            if (bucket < firstLost) {
                assertThat(answer).contains(status);
            } else if (bucket > firstLost) {
                assertThat(answer).isEmpty();
            }
            answers.merge(answer, 1, Integer::sum);
        }
        assertThat(answers)
                .containsOnlyKeys(Optional.of(CardStatus.REVOKED), Optional.of(CardStatus.SUSPENDED), Optional.empty());
        assertThat(onMedium.damagedBuckets())
                .isBetween(
                        large.table().buckets() - firstLost - 1, large.table().buckets() - firstLost);
    }

    @Test
    void ofAnotherBaseNothingIsProvedYet() throws Exception {
        flip(0);
        assertThat(list.prove(0)).isEmpty();
        flip(0);
        SealedList rebased = list.rebased(new BaseKeys(file, table));
        assertThat(rebased.damagedBuckets()).isZero();
        assertThat(rebased.prove(0)).isPresent();
        assertThat(rebased.head()).isEqualTo(list.head());
        assertThat(rebased.heardInThisRun()).isFalse();
        assertThat(list.damagedBuckets()).isEqualTo(1);
    }

    @Test
    void aFileCountsByItsHeadsLengthAndTable() throws Exception {
        byte[] bytes = issued.file();
        assertThat(SealedList.BaseFile.parse(ByteBuffer.wrap(bytes)).head()).isEqualTo(list.head());
        for (int length : new int[] {0, 1, ListHead.SIZE_BYTES - 1, ListHead.SIZE_BYTES, bytes.length - 1}) {
            assertThatThrownBy(() -> SealedList.BaseFile.parse(ByteBuffer.wrap(bytes, 0, length)))
                    .isInstanceOfSatisfying(
                            ListRefusedException.class,
                            refused -> assertThat(refused.refusal()).isEqualTo(ListRefusal.DAMAGED_FILE));
        }
        byte[] bent = bytes.clone();
        bent[ListHead.SIZE_BYTES + BucketTable.sizeBytes(table.bits()) - 1] ^= 1;
        assertThatThrownBy(() -> SealedList.over(ByteBuffer.wrap(bent), issued.trust(), Issuer.SECRET, false))
                .isInstanceOf(ListRefusedException.class);
        ListHead head = list.head();
        assertThat(SealedList.isRoot(table, head)).isTrue();
        assertThat(SealedList.isRoot(table, ForgedHeads.withRoot(head, "ab".repeat(32))))
                .isFalse();
        assertThat(SealedList.isRoot(table, ForgedHeads.withCount(head, head.count() + 1, head.bits())))
                .isFalse();
        assertThat(SealedList.isRoot(table, ForgedHeads.withCount(head, head.count(), head.bits() + 1)))
                .isFalse();
    }

    /** What arrives must be by a key that signs still; what is there already may be by one that has retired. */
    @Test
    void aFileThatIsHeardIsProvedAsNew() throws Exception {
        Roots roots = new Roots();
        TrustReplica trust = new TrustReplica(roots.start(issuer.publicKey()), new MemoryDisk());
        trust.document(roots.rotated(2, Map.of(), issuer.publicKey(), new Issuer().publicKey()));
        HeadProof heads = trust.headsOf(Issuer.LIST);
        assertThat(SealedList.over(file, heads, Issuer.SECRET, false).heardInThisRun())
                .isFalse();
        assertThatThrownBy(() -> SealedList.over(file, heads, Issuer.SECRET, true))
                .isInstanceOfSatisfying(
                        ListRefusedException.class,
                        refused -> assertThat(refused.refusal()).isEqualTo(ListRefusal.RETIRED_KEY));
        assertThat(SealedList.over(file, issued.trust(), Issuer.SECRET, true).heardInThisRun())
                .isTrue();
        assertThat(list.expiresAt()).isEqualTo(list.head().expiresAt());
    }
}
