package portvakt.gate.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import portvakt.gate.port.Disk;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;
import portvakt.protocol.list.BucketTable;
import portvakt.protocol.list.CardKeys;
import portvakt.protocol.list.ListDelta;
import portvakt.protocol.list.ListHead;
import portvakt.protocol.sign.KeyId;

/** One list at its issuer, version after version: what a gate must arrive at, made without the gate's code. */
public final class IssuedList {

    private static final int UNIVERSE_SPARE = 400;

    private final Issuer issuer;
    private final String name;
    private final CardKeys permutation = new CardKeys(Issuer.SECRET);
    private final Map<CardNumber, CardStatus> cards = new HashMap<>();
    private final Map<Integer, CardNumber> numbers = new HashMap<>();
    private int epoch = 1;
    private long version = 1;
    private Instant issuedAt = Instant.parse("2026-06-01T12:00:00Z");
    private long[] keys = {};
    private BucketTable table = BucketTable.of(keys);
    private byte[] head = {};

    public IssuedList(Issuer issuer, String name, int count) {
        this.issuer = issuer;
        this.name = name;
        for (int card = 0; card < count; card++) {
            cards.put(number(card), card % 3 == 0 ? CardStatus.SUSPENDED : CardStatus.REVOKED);
        }
        seal();
    }

    /** What answered when: kept by a test to compare a reopened list with. */
    record Version(int epoch, long version, Instant issuedAt, Map<CardNumber, CardStatus> cards) {}

    Version now() {
        return new Version(epoch, version, issuedAt, Map.copyOf(cards));
    }

    public CardNumber number(int card) {
        return numbers.computeIfAbsent(card, number -> new CardNumber("" + (1_000_000 + number)));
    }

    long key(CardNumber card, CardStatus status) {
        return permutation.key(card, status);
    }

    private void seal() {
        keys = cards.entrySet().stream()
                .mapToLong(card -> permutation.key(card.getKey(), card.getValue()))
                .map(key -> key ^ Long.MIN_VALUE)
                .sorted()
                .map(key -> key ^ Long.MIN_VALUE)
                .toArray();
        table = BucketTable.of(keys);
        sign();
    }

    private void sign() {
        head = headOf(table, keys.length).sign(issuer.keys.getPrivate());
    }

    ListHead headOf(BucketTable of, int count) {
        return new ListHead(
                name,
                epoch,
                version,
                of.bits(),
                count,
                issuedAt,
                issuedAt.plus(Duration.ofDays(30)),
                java.util.HexFormat.of().formatHex(of.root()),
                KeyId.of(issuer.publicKey()));
    }

    byte[] sign(ListHead other) {
        return other.sign(issuer.keys.getPrivate());
    }

    byte[] head() {
        return head.clone();
    }

    public long version() {
        return version;
    }

    int count() {
        return keys.length;
    }

    /** The key at a place of the file. */
    long keyAt(int place) {
        return keys[place];
    }

    public BucketTable table() {
        return table;
    }

    /** The canonical file. */
    byte[] file() {
        byte[] tableBytes = table.bytes();
        ByteBuffer file = ByteBuffer.allocate(head.length + tableBytes.length + keys.length * Long.BYTES);
        file.put(head).put(tableBytes);
        file.asLongBuffer().put(keys);
        return file.array();
    }

    /** Signs the same set again, later. */
    byte[] heartbeat() {
        issuedAt = issuedAt.plus(Duration.ofMinutes(15));
        sign();
        return head();
    }

    /** The next version, with these cards as they are now; a {@code VALID} one leaves the list. */
    ListDelta change(Map<CardNumber, CardStatus> changes) {
        long[] before = keys;
        long from = version;
        changes.forEach((card, status) -> {
            if (status == CardStatus.VALID) {
                cards.remove(card);
            } else {
                cards.put(card, status);
            }
        });
        version++;
        issuedAt = issuedAt.plus(Duration.ofMinutes(1));
        seal();
        return ListDelta.of(head, from, minus(keys, before), minus(before, keys));
    }

    private static long[] minus(long[] some, long[] others) {
        java.util.Set<Long> gone = new java.util.HashSet<>();
        Arrays.stream(others).forEach(gone::add);
        return Arrays.stream(some).filter(key -> !gone.contains(key)).toArray();
    }

    /** A change of so many cards: some come, some change their status, some go. The list grows and shrinks towards a size. */
    ListDelta randomChange(RandomGenerator random, int changes, int towards) {
        Map<CardNumber, CardStatus> next = new HashMap<>();
        int universe = Math.max(towards, cards.size()) + UNIVERSE_SPARE;
        boolean growing = cards.size() < towards;
        for (int at = 0; at < changes; at++) {
            CardNumber card = number(random.nextInt(universe));
            boolean listed = cards.containsKey(card);
            int dice = random.nextInt(4);
            if (listed && (dice == 0 || !growing)) {
                next.put(card, CardStatus.VALID);
            } else if (growing || dice == 0) {
                next.put(card, random.nextBoolean() ? CardStatus.REVOKED : CardStatus.SUSPENDED);
            }
        }
        return change(next);
    }

    TrustedKeys trust() {
        return new TrustedKeys(List.of(issuer.publicKey()));
    }

    ListStore store(Disk disk) {
        return new ListStore(disk, name, trust(), Issuer.SECRET);
    }

    /** Brings the current version as a sync does. */
    StoredList install(Disk disk) throws IOException, ListRefusedException {
        ListStore store = store(disk);
        String part = writePart(disk, store);
        StoredList stored = store.adopt(part, true);
        store.keepOnly(stored);
        return stored;
    }

    String writePart(Disk disk, ListStore store) throws IOException {
        String part = store.partName(epoch, version);
        try (Disk.File file = disk.open(part)) {
            file.truncate(0);
            file.append(ByteBuffer.wrap(file()));
            file.force();
        }
        return part;
    }

    /** All cards, the listed ones and as many that are not. */
    public void assertAnswers(SealedList list, String context) {
        assertAnswers(list, now(), Integer.MAX_VALUE, context);
    }

    /**
     * Compares answers for some listed cards, and as many others.
     *
     * @return how many were not answered since their bucket is damaged
     */
    int assertAnswers(SealedList list, Version expected, int cardsMax, String context) {
        assertThat(list.version()).as(context).isEqualTo(expected.version());
        int asked = Math.min(cardsMax, expected.cards().size() + UNIVERSE_SPARE);
        int universe = expected.cards().size() + UNIVERSE_SPARE;
        int stride = Math.max(1, universe / asked);
        int damaged = 0;
        for (int card = 0; card < universe; card += stride) {
            CardNumber number = number(card);
            Optional<CardStatus> answer = list.statusOf(number);
            if (answer.isEmpty()) {
                damaged++;
            } else if (answer.get() != expected.cards().getOrDefault(number, CardStatus.VALID)) {
                throw new AssertionError(context + ": version " + list.version() + " says " + answer + " of card "
                        + number.digits() + ", it is "
                        + expected.cards().getOrDefault(number, CardStatus.VALID));
            }
        }
        return damaged;
    }
}
