package portvakt.gate.status;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Predicate;
import portvakt.gate.port.Disk;
import portvakt.protocol.Topics;
import portvakt.protocol.list.BucketTable;
import portvakt.protocol.list.ListHead;
import portvakt.protocol.list.MalformedListException;
import portvakt.protocol.list.SnapshotChunks;

/**
 * Brings one of the issuer's snapshots onto the disk: at the first start, after so long an absence that no delta leads on, and
 * where the medium has damaged buckets. What the gate has already is copied, the rest is fetched, a few chunks at a time.
 *
 * <pre>
 *            a head that is acceptable        the table proves            all own buckets looked at
 * LEARNING ------------------------> TABLE ------------------> SCANNING ---------------------------> KEYS --> COMPLETE
 *     ^              a part file with its table is there -------^                                      |
 *     +---------- a message does not come, the disk fails, the snapshot is of no use any more ---------+
 * </pre>
 *
 * Each bucket proves itself before it is written and again after a restart, so a power cut costs what was on the way. In memory
 * are the table and the chunk that has just come. Belongs to one thread at a time, which may block.
 */
final class ListSync implements AutoCloseable {

    static final int KEY_CHUNKS_OPEN_MAX = 4;
    /** Buckets, of about 3 KiB each, that one tick looks at. */
    static final int SCAN_BUCKETS = 512;

    static final Duration LEARN = Duration.ofSeconds(1);
    /** Soon at first, since a head published while the broker subscribed us can be missed; then twice as long each time. */
    static final Duration LEARN_AGAIN_MIN = Duration.ofSeconds(2);

    static final Duration LEARN_AGAIN_MAX = Duration.ofSeconds(30);
    static final Duration AFTER_FAILURE = Duration.ofSeconds(30);
    static final Duration GIVEN_UP_FOR = Duration.ofMinutes(5);
    private static final int CHUNKS_A_FORCE = 64;
    private static final int OFFERS_MAX = 8;

    private enum Stage {
        LEARNING,
        TABLE,
        SCANNING,
        KEYS,
        COMPLETE
    }

    private record Offer(ListHead head, byte[] headBytes) {}

    /** What was asked for of one version, so that a message that comes twice is told from one that nobody wanted. */
    private record Wanted(long version, BitSet tables, BitSet keys) {}

    private final String list;
    private final Disk disk;
    private final ListStore store;
    private final Fetches fetches = new Fetches();
    /** By epoch and version. */
    private final TreeMap<String, Offer> offers = new TreeMap<>();

    private final Map<String, Long> givenUpUntilNs = new HashMap<>(); // looked up, never walked
    private Stage stage = Stage.LEARNING;
    private long beginAtNs;
    private OptionalLong learningSinceNs = OptionalLong.empty();
    private Duration learnAgain = LEARN_AGAIN_MIN;
    private OptionalLong firstOfferNs = OptionalLong.empty();
    private Offer target;
    private Wanted wanted = new Wanted(-1, new BitSet(), new BitSet());
    private Wanted wantedBefore = wanted;
    private PartFile part;
    private byte[][] tableParts = {};
    private List<SnapshotChunks.KeyChunk> plan = List.of();
    private final BitSet lacking = new BitSet();
    private int scanned;
    private int nextChunk;
    private int unforcedChunks;

    /** What a {@link #tick} is told. @param acceptable which snapshots would help */
    record Moment(
            long nowNs,
            boolean connected,
            Optional<SealedList> own,
            Predicate<ListHead> acceptable,
            Optional<ListHead> newest) {}

    /** @param beginAtNs uptime, not before which it asks for anything */
    ListSync(String list, Disk disk, ListStore store, long beginAtNs) {
        this.list = list;
        this.disk = disk;
        this.store = store;
        this.beginAtNs = beginAtNs;
    }

    /** Version of the snapshot that is being fetched; 0 while there is none. */
    long fetchingVersion() {
        return target == null ? 0 : target.head().version();
    }

    /** Whether a tick should follow at once. */
    boolean isBusy() {
        return stage == Stage.SCANNING;
    }

    /** Whether the part file is whole, to be adopted. */
    boolean isComplete() {
        return stage == Stage.COMPLETE;
    }

    String partName() {
        return store.partName(target.head().epoch(), target.head().version());
    }

    void connected(long nowNs, List<ListEffect> out) {
        learningSinceNs = OptionalLong.empty();
        fetches.connected(nowNs, out);
    }

    /** A snapshot's head that has passed the checks. */
    void offer(ListHead head, byte[] bytes, long nowNs) {
        if (firstOfferNs.isEmpty()) {
            firstOfferNs = OptionalLong.of(nowNs);
        }
        offers.put(key(head), new Offer(head, bytes.clone()));
        if (offers.size() > OFFERS_MAX) {
            offers.pollFirstEntry();
        }
    }

    private static String key(ListHead head) {
        return String.format("%010d %019d", head.epoch(), head.version());
    }

    void tick(Moment moment, List<ListEffect> out) throws IOException {
        if (moment.nowNs() - beginAtNs < 0) {
            return;
        }
        if (target != null && stage != Stage.COMPLETE && !moment.acceptable().test(target.head())) {
            beginAnew(moment.nowNs(), out);
        }
        switch (stage) {
            case LEARNING -> learn(moment, out);
            case SCANNING -> scan(moment, out);
            case TABLE, KEYS, COMPLETE -> {}
        }
        if (moment.connected() && !fetches.tick(moment.nowNs(), out)) {
            // Taken back by its issuer, or it never proves: another one may do.
            givenUpUntilNs.put(key(target.head()), moment.nowNs() + GIVEN_UP_FOR.toNanos());
            beginAnew(moment.nowNs(), out);
        }
    }

    private void learn(Moment moment, List<ListEffect> out) throws IOException {
        long nowNs = moment.nowNs();
        boolean again = learningSinceNs.isPresent() && nowNs - learningSinceNs.getAsLong() >= learnAgain.toNanos();
        if (moment.connected() && (learningSinceNs.isEmpty() || again)) {
            learnAgain = again ? longer(learnAgain) : LEARN_AGAIN_MIN;
            learningSinceNs = OptionalLong.of(nowNs);
            out.add(new ListEffect.Subscribe(Topics.checkpointHeadFilter(list), true));
        }
        List<Offer> good = offers.descendingMap().values().stream()
                .filter(offer -> moment.acceptable().test(offer.head()))
                .filter(offer -> nowNs - givenUpUntilNs.getOrDefault(key(offer.head()), nowNs) >= 0)
                .toList();
        if (good.isEmpty() || !moment.connected()) {
            return;
        }
        boolean isNewest = moment.newest()
                .filter(newest -> !HeadChecks.isLater(newest, good.getFirst().head()))
                .isPresent();
        if (isNewest || nowNs - firstOfferNs.orElse(nowNs) >= LEARN.toNanos()) {
            out.add(new ListEffect.Unsubscribe(Topics.checkpointHeadFilter(list)));
            begin(preferred(good), nowNs, out);
        }
    }

    private static Duration longer(Duration wait) {
        Duration twice = wait.multipliedBy(2);
        return twice.compareTo(LEARN_AGAIN_MAX) < 0 ? twice : LEARN_AGAIN_MAX;
    }

    /** The newest, but where one has been begun already that one, so that a gate which is often cut off gets to an end. */
    private Offer preferred(List<Offer> good) throws IOException {
        List<String> begun = store.parts();
        return good.stream()
                .filter(offer -> begun.contains(
                        store.partName(offer.head().epoch(), offer.head().version())))
                .findFirst()
                .orElse(good.getFirst());
    }

    private void begin(Offer offer, long nowNs, List<ListEffect> out) throws IOException {
        target = offer;
        wantedBefore = wanted;
        wanted = new Wanted(offer.head().version(), new BitSet(), new BitSet());
        part = PartFile.open(disk, partName(), offer.head(), offer.headBytes());
        if (part.table().isPresent()) {
            startScan();
            return;
        }
        stage = Stage.TABLE;
        tableParts = new byte[SnapshotChunks.tableChunks(offer.head().bits())][];
        for (int index = 0; index < tableParts.length; index++) {
            wanted.tables().set(index);
            fetches.ask(Topics.tableChunk(list, offer.head().version(), index), nowNs, out);
        }
    }

    private void startScan() {
        tableParts = new byte[0][];
        plan = SnapshotChunks.keyChunks(part.table().orElseThrow());
        lacking.clear();
        scanned = 0;
        stage = Stage.SCANNING;
    }

    /** Takes over from the part file and the own list what the new table proves. */
    private void scan(Moment moment, List<ListEffect> out) throws IOException {
        BucketTable table = part.table().orElseThrow();
        int until = Math.min(table.buckets(), scanned + SCAN_BUCKETS);
        for (; scanned < until; scanned++) {
            int bucket = scanned;
            if (!part.has(bucket)) {
                Optional<long[]> own = moment.own()
                        .flatMap(mine -> mine.keysIn(bucket, table.bits()))
                        .filter(keys -> table.proves(bucket, keys));
                if (own.isPresent()) {
                    part.put(bucket, own.get());
                } else {
                    lacking.set(bucket);
                }
            }
        }
        if (scanned == table.buckets()) {
            nextChunk = 0;
            stage = Stage.KEYS;
            askForKeys(moment.nowNs(), out);
        }
    }

    private void askForKeys(long nowNs, List<ListEffect> out) throws IOException {
        while (fetches.open() < KEY_CHUNKS_OPEN_MAX && nextChunk < plan.size()) {
            SnapshotChunks.KeyChunk chunk = plan.get(nextChunk);
            int first = lacking.nextSetBit(chunk.fromBucket());
            if (first >= 0 && first < chunk.untilBucket()) {
                wanted.keys().set(nextChunk);
                fetches.ask(Topics.keyChunk(list, target.head().version(), nextChunk), nowNs, out);
            }
            nextChunk++;
        }
        if (fetches.open() == 0) {
            part.finish();
            part.close();
            part = null;
            stage = Stage.COMPLETE;
        }
    }

    /** @throws ListRefusedException if it is not what was asked for, or the head does not prove it; nothing of it is kept then */
    void tableChunk(long version, int index, byte[] bytes, long nowNs) throws IOException, ListRefusedException {
        String topic = Topics.tableChunk(list, version, index);
        if (!isWanted(topic, version, index, true)) {
            return;
        }
        int size = BucketTable.sizeBytes(target.head().bits());
        checkLength(topic, bytes, Math.min(SnapshotChunks.CHUNK_BYTES, size - index * SnapshotChunks.CHUNK_BYTES));
        tableParts[index] = bytes;
        fetches.came(topic);
        if (Arrays.stream(tableParts).allMatch(each -> each != null)) {
            try {
                part.put(proved(size));
            } catch (ListRefusedException e) {
                askForTableAgain(nowNs);
                throw e;
            }
            startScan();
        }
    }

    private BucketTable proved(int size) throws ListRefusedException {
        ByteBuffer bytes = ByteBuffer.allocate(size);
        for (int index = 0; index < tableParts.length; index++) {
            bytes.put(tableParts[index]);
            tableParts[index] = null;
        }
        try {
            BucketTable table =
                    BucketTable.parse(target.head().bits(), target.head().count(), bytes.array());
            if (SealedList.isRoot(table, target.head())) {
                return table;
            }
        } catch (MalformedListException e) {
            throw new ListRefusedException(ListRefusal.NOT_PROVED, e.getMessage());
        }
        throw new ListRefusedException(ListRefusal.NOT_PROVED, "the table is not the one that the head signs");
    }

    private void askForTableAgain(long nowNs) {
        for (int index = 0; index < tableParts.length; index++) {
            fetches.askLater(Topics.tableChunk(list, target.head().version(), index), nowNs);
        }
    }

    /** @throws ListRefusedException as {@link #tableChunk} */
    void keyChunk(long version, int index, byte[] bytes, long nowNs, List<ListEffect> out)
            throws IOException, ListRefusedException {
        String topic = Topics.keyChunk(list, version, index);
        if (!isWanted(topic, version, index, false)) {
            return;
        }
        BucketTable table = part.table().orElseThrow();
        SnapshotChunks.KeyChunk chunk = plan.get(index);
        int from = table.start(chunk.fromBucket());
        checkLength(topic, bytes, (table.start(chunk.untilBucket()) - from) * Long.BYTES);
        long[] keys = new long[bytes.length / Long.BYTES];
        ByteBuffer.wrap(bytes).asLongBuffer().get(keys);
        for (int bucket = chunk.fromBucket(); bucket < chunk.untilBucket(); bucket++) {
            if (!table.proves(bucket, cut(table, bucket, keys, from))) {
                throw new ListRefusedException(
                        ListRefusal.NOT_PROVED, "bucket " + bucket + " in " + topic + " does not prove");
            }
        }
        for (int bucket = chunk.fromBucket(); bucket < chunk.untilBucket(); bucket++) {
            if (lacking.get(bucket)) {
                part.put(bucket, cut(table, bucket, keys, from));
                lacking.clear(bucket);
            }
        }
        unforcedChunks++;
        if (unforcedChunks >= CHUNKS_A_FORCE) {
            part.force();
            unforcedChunks = 0;
        }
        fetches.came(topic);
        askForKeys(nowNs, out);
    }

    private static long[] cut(BucketTable table, int bucket, long[] keys, int from) {
        return Arrays.copyOfRange(keys, table.start(bucket) - from, table.start(bucket + 1) - from);
    }

    /** Brokers may send a message twice; one that was never asked for only fills the link. */
    private boolean isWanted(String topic, long version, int index, boolean ofTable) throws ListRefusedException {
        if (fetches.isAsked(topic)) {
            return true;
        }
        for (Wanted known : List.of(wanted, wantedBefore)) {
            if (known.version() == version && (ofTable ? known.tables() : known.keys()).get(index)) {
                return false;
            }
        }
        throw new ListRefusedException(ListRefusal.ENDLESS, "nobody asked for " + topic);
    }

    private static void checkLength(String topic, byte[] bytes, int expected) throws ListRefusedException {
        if (bytes.length != expected) {
            throw new ListRefusedException(
                    bytes.length > expected ? ListRefusal.ENDLESS : ListRefusal.NOT_PROVED,
                    topic + " has " + bytes.length + " bytes instead of " + expected);
        }
    }

    /** The disk fails, or what was put together was not adopted. What is on the disk stays for the next try. */
    void failed(long nowNs, List<ListEffect> out) {
        beginAnew(nowNs + AFTER_FAILURE.toNanos(), out);
    }

    private void beginAnew(long atNs, List<ListEffect> out) {
        fetches.dropAll(out);
        closePart();
        beginAtNs = atNs;
        stage = Stage.LEARNING;
        target = null;
        tableParts = new byte[0][];
        plan = List.of();
        offers.clear();
        firstOfferNs = OptionalLong.empty();
        learningSinceNs = OptionalLong.empty();
    }

    /** Lets go of everything but the part file's bytes. */
    void stop(List<ListEffect> out) {
        if (stage == Stage.LEARNING) {
            out.add(new ListEffect.Unsubscribe(Topics.checkpointHeadFilter(list)));
        }
        fetches.dropAll(out);
        closePart();
    }

    private void closePart() {
        if (part != null) {
            try {
                part.close();
            } catch (IOException e) {
                // Its bytes are proved again whenever they are used.
            }
            part = null;
        }
    }

    @Override
    public void close() {
        closePart();
    }
}
