package portvakt.gate.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import portvakt.gate.access.GateTime;
import portvakt.gate.status.ListReplica.Outcome;
import portvakt.gate.testing.MemoryDisk;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;
import portvakt.protocol.list.ListHead;
import portvakt.protocol.sign.KeyId;
import portvakt.protocol.v1.ClockTrust;

/** Only what the issuer signed is ever used or stored, and what is used answers exactly. */
class ListReplicaTest {

    private static final Instant ISSUED = Instant.parse("2026-06-01T12:00:00Z");
    private static final GateTime NOW = new GateTime(ISSUED.plusSeconds(60), 1, ClockTrust.CLOCK_TRUST_SYNCHRONISED);
    private static final int COUNT_MAX = 100_000;

    private final Issuer issuer = new Issuer();
    private final MemoryDisk disk = new MemoryDisk();
    private ListReplica replica = replica();

    private ListReplica replica() {
        return new ListReplica(
                Issuer.LIST,
                new TrustedKeys(List.of(new Issuer().keys.getPublic(), issuer.keys.getPublic())),
                Issuer.SECRET,
                COUNT_MAX,
                disk);
    }

    private Optional<SealedList> install(Issuer.Snapshot snapshot) throws ListRefusedException {
        Optional<SealedList> installed = installed(replica.head(snapshot.head(), NOW));
        for (int part = 0; part < snapshot.table().size(); part++) {
            installed = installed(replica.tableChunk(
                            snapshot.version(), part, snapshot.table().get(part)))
                    .or(keep(installed));
        }
        for (int part = 0; part < snapshot.keys().size(); part++) {
            installed = installed(replica.keyChunk(
                            snapshot.version(), part, snapshot.keys().get(part)))
                    .or(keep(installed));
        }
        return installed;
    }

    private static java.util.function.Supplier<Optional<SealedList>> keep(Optional<SealedList> before) {
        return () -> before;
    }

    private static Optional<SealedList> installed(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Installed installed -> Optional.of(installed.list());
            case Outcome.Nothing _, Outcome.Fetch _ -> Optional.empty();
        };
    }

    private static void assertAnswers(SealedList list, Map<CardNumber, CardStatus> cards) {
        cards.forEach((card, status) -> assertThat(list.statusOf(card)).contains(status));
        for (int unlisted = 0; unlisted < 20_000; unlisted++) {
            assertThat(list.statusOf(new CardNumber("" + (5_000_000 + unlisted))))
                    .contains(CardStatus.VALID);
        }
        cards.keySet().stream()
                .limit(1_000)
                .forEach(card -> assertThat(list.statusOf(new CardNumber("0" + card.digits())))
                        .contains(CardStatus.VALID));
    }

    /** Refuses for this reason, and neither disk nor answers have changed. */
    private void assertRefused(ListRefusal refusal, ThrowingCallable call) {
        Map<String, String> before = disk.contents();
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ListRefusedException.class,
                        refused -> assertThat(refused.refusal()).isEqualTo(refusal));
        assertThat(disk.contents()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 1_000, 50_000})
    void answersExactlyAfterInstallAndAfterARestart(int count) throws ListRefusedException {
        Map<CardNumber, CardStatus> cards = Issuer.cards(count);
        SealedList list = install(issuer.snapshot(1, ISSUED, cards)).orElseThrow();
        assertThat(list.version()).isEqualTo(1);
        assertThat(list.issuedAt()).isEqualTo(ISSUED);
        assertAnswers(list, cards);
        replica = replica();
        assertAnswers(replica.load().orElseThrow(), cards);
    }

    @Test
    void aHeadAsksForItsSnapshot() throws ListRefusedException {
        assertThat(replica.load()).isEmpty();
        assertThat(replica.head(issuer.snapshot(7, ISSUED, Issuer.cards(3)).head(), NOW))
                .isEqualTo(new Outcome.Fetch(7));
    }

    static LongStream seeds() {
        return LongStream.rangeClosed(1, 10);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void chunksMayComeInAnyOrderRepeatedAndMixedWithOthers(long seed) throws ListRefusedException {
        Map<CardNumber, CardStatus> cards = Issuer.cards(30_000);
        Issuer.Snapshot wanted = issuer.snapshot(2, ISSUED, cards);
        Issuer.Snapshot other = issuer.snapshot(1, ISSUED, Issuer.cards(29_000));
        record Chunk(long version, boolean table, int index, byte[] bytes) {}
        List<Chunk> chunks = new ArrayList<>();
        for (Issuer.Snapshot snapshot : List.of(wanted, other, wanted)) {
            for (int part = 0; part < snapshot.table().size(); part++) {
                chunks.add(new Chunk(
                        snapshot.version(), true, part, snapshot.table().get(part)));
            }
            for (int part = 0; part < snapshot.keys().size(); part++) {
                chunks.add(new Chunk(
                        snapshot.version(), false, part, snapshot.keys().get(part)));
            }
        }
        chunks.add(new Chunk(2, false, 999, new byte[8]));
        chunks.add(new Chunk(2, true, 999, new byte[8]));
        Collections.shuffle(chunks, new Random(seed));
        assertThat(replica.head(wanted.head(), NOW)).isEqualTo(new Outcome.Fetch(2));
        List<SealedList> installs = new ArrayList<>();
        for (Chunk chunk : chunks) {
            installed(
                            chunk.table()
                                    ? replica.tableChunk(chunk.version(), chunk.index(), chunk.bytes())
                                    : replica.keyChunk(chunk.version(), chunk.index(), chunk.bytes()))
                    .ifPresent(installs::add);
        }
        assertThat(installs).hasSize(1);
        assertAnswers(installs.getFirst(), cards);
    }

    @Test
    void aSignOfLifeRenewsTheAgeAndIsStoredOnceAnHour() throws ListRefusedException {
        Map<CardNumber, CardStatus> cards = Issuer.cards(10);
        install(issuer.snapshot(1, ISSUED, cards));
        Map<String, String> stored = disk.contents();
        Instant later = ISSUED.plus(Duration.ofMinutes(15));
        Outcome outcome = replica.head(issuer.snapshot(1, later, cards).head(), at(later));
        assertThat(outcome).isInstanceOfSatisfying(Outcome.Installed.class, installed -> {
            assertThat(installed.newVersion()).isFalse();
            assertThat(installed.list().issuedAt()).isEqualTo(later);
        });
        assertThat(disk.contents()).isEqualTo(stored);
        assertThat(replica.head(issuer.snapshot(1, later, cards).head(), at(later)))
                .isEqualTo(new Outcome.Nothing());
        Instant muchLater = ISSUED.plus(Duration.ofMinutes(61));
        replica.head(issuer.snapshot(1, muchLater, cards).head(), at(muchLater));
        replica = replica();
        assertThat(replica.load().orElseThrow().issuedAt()).isEqualTo(muchLater);
    }

    private static GateTime at(Instant wall) {
        return new GateTime(wall, 1, ClockTrust.CLOCK_TRUST_SYNCHRONISED);
    }

    @Test
    void aSignOfLifeDuringTheFetchKeepsWhatHasCome() throws ListRefusedException {
        Map<CardNumber, CardStatus> cards = Issuer.cards(30_000);
        Issuer.Snapshot first = issuer.snapshot(1, ISSUED, cards);
        replica.head(first.head(), NOW);
        replica.tableChunk(1, 0, first.table().getFirst());
        replica.keyChunk(1, 0, first.keys().getFirst());
        Instant later = ISSUED.plus(Duration.ofMinutes(15));
        assertThat(replica.head(issuer.snapshot(1, later, cards).head(), at(later)))
                .isEqualTo(new Outcome.Fetch(1));
        Optional<SealedList> installed = Optional.empty();
        for (int part = 1; part < first.keys().size(); part++) {
            installed = installed(replica.keyChunk(1, part, first.keys().get(part)));
        }
        assertThat(installed.orElseThrow().issuedAt()).isEqualTo(later);
    }

    @Test
    void malformedIsRefused() {
        assertRefused(ListRefusal.MALFORMED, () -> replica.head(new byte[0], NOW));
        assertRefused(ListRefusal.MALFORMED, () -> replica.head(new byte[ListHead.SIZE_BYTES], NOW));
        byte[] wrongBits = issuer.snapshot(
                        1, ISSUED, Issuer.cards(5), head -> head(head, head.epoch(), 3, head.rootHex()))
                .head();
        assertRefused(ListRefusal.MALFORMED, () -> replica.head(wrongBits, NOW));
    }

    private static ListHead head(ListHead honest, int epoch, int bits, String root) {
        return new ListHead(
                honest.list(),
                epoch,
                honest.version(),
                bits,
                honest.count(),
                honest.issuedAt(),
                honest.expiresAt(),
                root,
                honest.keyId());
    }

    @Test
    void aSignatureThatDoesNotCountIsRefused() {
        Issuer stranger = new Issuer();
        byte[] strange = stranger.snapshot(1, ISSUED, Issuer.cards(5)).head();
        assertRefused(ListRefusal.BAD_SIGNATURE, () -> replica.head(strange, NOW));
        byte[] borrowedName = stranger.snapshot(
                        1,
                        ISSUED,
                        Issuer.cards(5),
                        honest -> new ListHead(
                                honest.list(),
                                honest.epoch(),
                                honest.version(),
                                honest.bits(),
                                honest.count(),
                                honest.issuedAt(),
                                honest.expiresAt(),
                                honest.rootHex(),
                                KeyId.of(issuer.keys.getPublic())))
                .head();
        assertRefused(ListRefusal.BAD_SIGNATURE, () -> replica.head(borrowedName, NOW));
    }

    @Test
    void everyFlippedBitOfAHeadIsRefused() {
        byte[] head = issuer.snapshot(1, ISSUED, Issuer.cards(5)).head();
        for (int bit = 0; bit < head.length * 8; bit++) {
            byte[] flipped = head.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            assertThatThrownBy(() -> replica.head(flipped, NOW)).isInstanceOf(ListRefusedException.class);
        }
        assertThat(disk.contents()).isEmpty();
    }

    @Test
    void theHeadOfAnotherListIsRefused() {
        ListReplica other = new ListReplica(
                "site-oslo", new TrustedKeys(List.of(issuer.keys.getPublic())), Issuer.SECRET, COUNT_MAX, disk);
        byte[] head = issuer.snapshot(1, ISSUED, Issuer.cards(5)).head();
        assertRefused(ListRefusal.WRONG_LIST, () -> other.head(head, NOW));
    }

    @Test
    void goingBackIsRefused() throws ListRefusedException {
        Map<CardNumber, CardStatus> cards = Issuer.cards(5);
        install(issuer.snapshot(5, ISSUED, cards, head -> head(head, 2, head.bits(), head.rootHex())));
        List<byte[]> older = List.of(
                issuer.snapshot(9, ISSUED.plusSeconds(1), cards).head(),
                issuer.snapshot(4, ISSUED.plusSeconds(1), cards, head -> head(head, 2, head.bits(), head.rootHex()))
                        .head(),
                issuer.snapshot(5, ISSUED.minusSeconds(1), cards, head -> head(head, 2, head.bits(), head.rootHex()))
                        .head());
        for (byte[] head : older) {
            assertRefused(ListRefusal.ROLLBACK, () -> replica.head(head, NOW));
        }
        replica = replica();
        replica.load();
        for (byte[] head : older) {
            assertRefused(ListRefusal.ROLLBACK, () -> replica.head(head, NOW));
        }
    }

    @Test
    void theFutureIsRefusedByASynchronisedClockAlone() throws ListRefusedException {
        Instant ahead = NOW.wall().plus(ListReplica.CLOCK_LEEWAY);
        byte[] tooFar = issuer.snapshot(1, ahead.plusMillis(1), Issuer.cards(5)).head();
        assertRefused(ListRefusal.ISSUED_IN_FUTURE, () -> replica.head(tooFar, NOW));
        assertThat(replica.head(issuer.snapshot(1, ahead, Issuer.cards(5)).head(), NOW))
                .isEqualTo(new Outcome.Fetch(1));
        GateTime unsure = new GateTime(NOW.wall(), 1, ClockTrust.CLOCK_TRUST_BOUNDED_BELOW);
        assertThat(replica.head(tooFar, unsure)).isEqualTo(new Outcome.Fetch(1));
    }

    @Test
    void anExpiredHeadIsRefused() {
        byte[] head = issuer.snapshot(1, ISSUED.minus(Duration.ofDays(31)), Issuer.cards(5))
                .head();
        assertRefused(ListRefusal.EXPIRED, () -> replica.head(head, NOW));
    }

    @Test
    void moreKeysThanTheGateTakesAreRefused() {
        ListReplica small =
                new ListReplica(Issuer.LIST, new TrustedKeys(List.of(issuer.keys.getPublic())), Issuer.SECRET, 4, disk);
        byte[] head = issuer.snapshot(1, ISSUED, Issuer.cards(5)).head();
        assertRefused(ListRefusal.TOO_LARGE, () -> small.head(head, NOW));
    }

    @Test
    void partsThatDoNotProveAreRefusedAndTheRightOnesTakenAfterThem() throws ListRefusedException {
        Map<CardNumber, CardStatus> cards = Issuer.cards(30_000);
        Issuer.Snapshot wanted = issuer.snapshot(2, ISSUED, cards);
        Issuer.Snapshot other = issuer.snapshot(2, ISSUED, Issuer.cards(29_999));
        replica.head(wanted.head(), NOW);
        assertThatThrownBy(() -> replica.tableChunk(2, 0, other.table().getFirst()))
                .isInstanceOf(ListRefusedException.class);
        assertRefused(
                ListRefusal.MALFORMED,
                () -> replica.tableChunk(2, 0, new byte[wanted.table().getFirst().length - 1]));
        replica.tableChunk(2, 0, wanted.table().getFirst());
        for (int part = 0; part < wanted.keys().size(); part++) {
            int index = part;
            byte[] good = wanted.keys().get(part);
            byte[] torn = java.util.Arrays.copyOf(good, good.length - 8);
            byte[] changed = good.clone();
            changed[good.length / 2] ^= 1;
            byte[] foreign = wanted.keys().get((part + 1) % wanted.keys().size());
            for (byte[] bad : List.of(torn, changed, foreign, new byte[0])) {
                assertRefused(ListRefusal.NOT_PROVED, () -> replica.keyChunk(2, index, bad));
            }
        }
        assertAnswers(install(wanted).orElseThrow(), cards);
    }

    @Test
    void anEarlyChunkThatDoesNotProveCostsNoOther() throws ListRefusedException {
        Map<CardNumber, CardStatus> cards = Issuer.cards(30_000);
        Issuer.Snapshot wanted = issuer.snapshot(1, ISSUED, cards);
        replica.head(wanted.head(), NOW);
        replica.keyChunk(1, 0, new byte[8]);
        for (int part = 1; part < wanted.keys().size(); part++) {
            replica.keyChunk(1, part, wanted.keys().get(part));
        }
        assertRefused(
                ListRefusal.NOT_PROVED,
                () -> replica.tableChunk(1, 0, wanted.table().getFirst()));
        assertAnswers(
                installed(replica.keyChunk(1, 0, wanted.keys().getFirst())).orElseThrow(), cards);
    }

    @Test
    void anotherContentUnderTheSameVersionIsRefused() throws ListRefusedException {
        install(issuer.snapshot(1, ISSUED, Issuer.cards(5)));
        byte[] twin = issuer.snapshot(1, ISSUED.plusSeconds(9), Issuer.cards(6)).head();
        assertRefused(ListRefusal.NOT_PROVED, () -> replica.head(twin, NOW));
    }

    @Test
    void aListThatCannotBeStoredDecidesAllTheSameAndIsStoredAtTheNextSignOfLife() throws ListRefusedException {
        Map<CardNumber, CardStatus> cards = Issuer.cards(5);
        Issuer.Snapshot snapshot = issuer.snapshot(1, ISSUED, cards);
        disk.setRoomBytes(10);
        replica.head(snapshot.head(), NOW);
        replica.tableChunk(1, 0, snapshot.table().getFirst());
        assertThat(replica.keyChunk(1, 0, snapshot.keys().getFirst()))
                .isInstanceOfSatisfying(Outcome.Installed.class, installed -> {
                    assertThat(installed.notStored().orElseThrow()).contains("hms-kort", "No space left");
                    assertAnswers(installed.list(), cards);
                });
        assertThat(replica().load()).isEmpty();
        disk.setRoomBytes(Long.MAX_VALUE);
        replica.head(issuer.snapshot(1, ISSUED.plusSeconds(5), cards).head(), NOW);
        assertThat(replica().load()).isPresent();
    }

    @Test
    void thePowerMayGoAtAnyOperationOfAnUpdate() throws ListRefusedException {
        install(issuer.snapshot(1, ISSUED, Issuer.cards(5)));
        Issuer.Snapshot second = issuer.snapshot(2, ISSUED, Issuer.cards(9));
        long before = disk.operations();
        install(second);
        long steps = disk.operations() - before;
        for (long step = 0; step < steps; step++) {
            for (boolean keepNames : new boolean[] {false, true}) {
                for (int part = 0; part <= 2; part++) {
                    int halves = part;
                    MemoryDisk cut = new MemoryDisk();
                    ListReplica updated = new ListReplica(
                            Issuer.LIST,
                            new TrustedKeys(List.of(issuer.keys.getPublic())),
                            Issuer.SECRET,
                            COUNT_MAX,
                            cut);
                    replica = updated;
                    install(issuer.snapshot(1, ISSUED, Issuer.cards(5)));
                    cut.cutPowerAfter(step);
                    assertThatThrownBy(() -> install(second)).isInstanceOf(MemoryDisk.PowerCut.class);
                    ListReplica restarted = new ListReplica(
                            Issuer.LIST,
                            new TrustedKeys(List.of(issuer.keys.getPublic())),
                            Issuer.SECRET,
                            COUNT_MAX,
                            cut.afterPowerCut(keepNames, bytes -> bytes * halves / 2));
                    SealedList list = restarted.load().orElseThrow();
                    assertAnswers(list, Issuer.cards(list.version() == 1 ? 5 : 9));
                }
            }
        }
    }

    @Test
    void aFileDamagedAtAnyByteAnswersNothingWrong() throws Exception {
        install(issuer.snapshot(1, ISSUED, Issuer.cards(5)));
        byte[] good = disk.read("hms-kort.1.1.list");
        for (int at = 0; at < good.length; at++) {
            byte[] flipped = good.clone();
            flipped[at] ^= (byte) (1 << at % 8);
            disk.put("hms-kort.1.1.list", flipped);
            if (at < good.length - 5 * Long.BYTES) {
                assertRefused(ListRefusal.DAMAGED_FILE, () -> replica().load());
            } else {
                SealedList list = replica().load().orElseThrow();
                assertThat(Issuer.cards(5).keySet())
                        .allSatisfy(card -> assertThat(list.statusOf(card)).isEmpty());
                assertThat(list.damagedBuckets()).isEqualTo(1);
            }
            disk.put("hms-kort.1.1.list", java.util.Arrays.copyOf(good, at));
            assertRefused(ListRefusal.DAMAGED_FILE, () -> replica().load());
        }
        disk.put("hms-kort.1.1.list", java.util.Arrays.copyOf(good, good.length + 1));
        assertRefused(ListRefusal.DAMAGED_FILE, () -> replica().load());
        disk.put("hms-kort.1.1.list", good);
        assertAnswers(replica().load().orElseThrow(), Issuer.cards(5));
    }
}
