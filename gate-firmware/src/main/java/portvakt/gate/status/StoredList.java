package portvakt.gate.status;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import portvakt.gate.port.Disk;
import portvakt.protocol.list.ListDelta;
import portvakt.protocol.list.ListHead;

/**
 * A list with its pair of files on the disk, {@code <list>.<epoch>.<version>.list} and {@code .log}: takes deltas and signs of
 * life, and after a power cut at any point opens at one of the versions that were signed.
 *
 * <p>Belongs to one thread, which may block: it writes to the disk. The lists that it gives out are any thread's.
 */
public final class StoredList implements AutoCloseable {

    /** Keys in memory beside the base, at most, before a fold is due. */
    static final int CHANGES_MAX = 32_768;

    /** Length of the log before a fold is due. */
    static final int LOG_BYTES_MAX = 4 << 20;

    private static final int WRITE_BYTES = 256 * 1024;

    /**
     * What decides from now on.
     *
     * @param notStored why it is not on the disk; it decides all the same, since what it denies must be denied now
     */
    public record Applied(SealedList list, Optional<String> notStored) {}

    private final Disk disk;
    private Pair pair;
    private Disk.File log;
    private SealedList current;
    /** How much of the log is what was written, on the medium and proved. */
    private long storedBytes;

    private boolean logNameIsDurable;
    /** Records that are to be written, in order. */
    private final List<byte[]> unstored = new ArrayList<>();

    private long unstoredBytes;
    /** Whether only a fold can store what is in memory. */
    private boolean foldToStore;

    private int scrubbedUntil;

    private StoredList(Disk disk, Pair pair, Disk.File log, SealedList current, long storedBytes) {
        this.disk = disk;
        this.pair = pair;
        this.log = log;
        this.current = current;
        this.storedBytes = storedBytes;
    }

    /**
     * Opens a pair and proves head and table, not the keys: they prove themselves at their first touch.
     *
     * @param heard whether the base's head came from the server since this program started
     * @throws IOException if the disk cannot read
     * @throws ListRefusedException if no version proves
     */
    static StoredList open(Disk disk, Pair pair, HeadProof trust, byte[] secret, boolean heard)
            throws IOException, ListRefusedException {
        ByteBuffer file = disk.map(pair.base());
        SealedList.BaseFile base = SealedList.BaseFile.parse(file);
        ListHead head = base.head();
        if (!new Pair(head.list(), head.epoch(), head.version()).equals(pair)) {
            throw new ListRefusedException(
                    ListRefusal.DAMAGED_FILE,
                    pair.base() + " holds list " + head.list() + " epoch " + head.epoch() + " version "
                            + head.version());
        }
        Disk.File log = disk.open(pair.log());
        try {
            List<ListLog.Entry> entries = ListLog.read(log);
            ListReplay.Outcome outcome = ListReplay.replay(file, base, entries, trust, secret);
            long end = 0;
            SealedList list = outcome.list();
            if (outcome.entries() > 0) {
                end = entries.get(outcome.entries() - 1).end();
            } else if (heard) {
                list = list.withHead(list.head(), list.headBytes());
            }
            return new StoredList(disk, pair, log, list, end);
        } catch (IOException | ListRefusedException e) {
            log.close();
            throw e;
        }
    }

    /** What decides now. */
    public SealedList list() {
        return current;
    }

    Pair pair() {
        return pair;
    }

    /**
     * Takes the list one step further. The caller has proved the head's signature and that it is in order; this proves the rest.
     *
     * @return the new version; it decides whether or not it could be stored
     * @throws ListRefusedException if the delta does not lead from this version to exactly what its head signs; nothing has changed
     *         then but, for {@link ListRefusal#DAMAGED_FILE}, what is known of damaged buckets
     */
    public Applied apply(ListDelta delta) throws ListRefusedException {
        DeltaStep step = DeltaStep.take(current, delta);
        current = step.list();
        if (step.changesBuckets()) {
            foldToStore = true;
        } else {
            add(ListLog.delta(delta, step.leaves()));
        }
        return stored();
    }

    /**
     * Takes a newer signing of the same version. The caller has proved its signature.
     *
     * @param persist whether to write it to the disk; if not, a later record or fold will
     * @throws ListRefusedException if it is not of the same version and set, or older; nothing has changed then
     */
    public Applied renew(ListHead head, byte[] headBytes, boolean persist) throws ListRefusedException {
        ListHead mine = current.head();
        if (!head.list().equals(mine.list()) || head.epoch() != mine.epoch() || head.version() != mine.version()) {
            throw new ListRefusedException(
                    ListRefusal.NOT_PROVED, "version " + head.version() + " is no signing of " + mine.version());
        }
        if (!head.rootHex().equals(mine.rootHex()) || head.count() != mine.count() || head.bits() != mine.bits()) {
            throw new ListRefusedException(
                    ListRefusal.NOT_PROVED, "version " + head.version() + " was signed with another content before");
        }
        if (head.issuedAt().isBefore(mine.issuedAt())) {
            throw new ListRefusedException(ListRefusal.ROLLBACK, "signed at " + head.issuedAt() + ", older than mine");
        }
        current = current.withHead(head, headBytes);
        if (!persist) {
            return new Applied(current, Optional.empty());
        }
        add(ListLog.renewal(headBytes));
        return stored();
    }

    /** A fold may replace the list while it is stored. */
    private Applied stored() {
        Optional<String> notStored = retryStore();
        return new Applied(current, notStored);
    }

    private void add(byte[] record) {
        unstored.add(record);
        unstoredBytes += record.length;
        if (unstoredBytes > LOG_BYTES_MAX) {
            foldToStore = true;
        }
        if (foldToStore) {
            unstored.clear();
            unstoredBytes = 0;
        }
    }

    /**
     * Writes what could not be written before.
     *
     * @return why it cannot be written now either; empty when all is on the disk
     */
    public Optional<String> retryStore() {
        if (foldToStore) {
            return fold().notStored();
        }
        if (unstored.isEmpty()) {
            return Optional.empty();
        }
        try {
            append(ListLog.join(unstored));
            unstored.clear();
            unstoredBytes = 0;
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of("list " + pair.list() + " cannot be written to disk: " + e.getMessage());
        }
    }

    private void append(byte[] records) throws IOException {
        cutTail();
        try {
            log.append(ByteBuffer.wrap(records));
            log.force();
            if (!logNameIsDurable) {
                disk.forceNames();
                logNameIsDurable = true;
            }
        } catch (IOException e) {
            tryCutTail();
            throw e;
        }
        storedBytes += records.length;
    }

    /** Cuts off what stands behind the last record that counts. */
    void cutTail() throws IOException {
        if (log.size() != storedBytes) {
            log.truncate(storedBytes);
        }
    }

    private void tryCutTail() {
        try {
            cutTail();
        } catch (IOException e) {
            // Due again before the next record; a restart would cut it too.
        }
    }

    /** Whether so much has changed since the base was written that {@link #fold} should be called when there is time. */
    public boolean foldDue() {
        return current.keys().changes() > CHANGES_MAX || storedBytes > LOG_BYTES_MAX;
    }

    /**
     * Writes base and log together as a new base, and goes on from there. Costs the whole list's size on the disk, and time: about
     * 0.1 µs a key on a PC. The power may go at any point.
     *
     * @return the same version over the new base; over the old one as before, with the reason, if that cannot be
     */
    public Applied fold() {
        try {
            foldOrThrow();
            return new Applied(current, Optional.empty());
        } catch (IOException | ListRefusedException e) {
            return new Applied(
                    current, Optional.of("list " + pair.list() + " cannot be folded on the disk: " + e.getMessage()));
        }
    }

    private void foldOrThrow() throws IOException, ListRefusedException {
        Pair next = new Pair(pair.list(), current.epoch(), current.version());
        boolean sameName = next.equals(pair);
        write(next.fold());
        Disk.File nextLog = log;
        SealedList folded;
        try {
            if (!sameName) {
                disk.delete(next.log());
                nextLog = disk.open(next.log());
            }
            disk.replace(next.fold(), next.base());
            disk.forceNames();
            folded = reopened(next);
        } catch (IOException | ListRefusedException e) {
            if (!sameName) {
                nextLog.close();
                tryDelete(next);
            }
            throw e;
        }
        Pair old = pair;
        Disk.File oldLog = log;
        pair = next;
        log = nextLog;
        logNameIsDurable = true;
        current = folded;
        storedBytes = 0;
        unstored.clear();
        unstoredBytes = 0;
        foldToStore = false;
        scrubbedUntil = 0;
        if (sameName) {
            tryCutTail();
        } else {
            oldLog.close();
            tryDelete(old);
        }
    }

    private void write(String name) throws IOException, ListRefusedException {
        byte[] table = current.table().bytes();
        long bytes = ListHead.SIZE_BYTES + table.length + (long) current.head().count() * Long.BYTES;
        if (disk.freeBytes() < bytes) {
            throw new IOException("it needs " + bytes + " bytes, " + disk.freeBytes() + " are free");
        }
        try (Disk.File file = disk.open(name)) {
            file.truncate(0);
            file.append(ByteBuffer.wrap(current.headBytes()));
            file.append(ByteBuffer.wrap(table));
            ByteBuffer chunk = ByteBuffer.allocate(WRITE_BYTES);
            for (int bucket = 0; bucket < current.table().buckets(); bucket++) {
                writeBucket(file, chunk, bucket);
            }
            file.append(chunk.flip());
            file.force();
        } catch (IOException | ListRefusedException e) {
            tryDelete(name);
            throw e;
        }
    }

    private void writeBucket(Disk.File file, ByteBuffer chunk, int bucket) throws IOException, ListRefusedException {
        Optional<long[]> keys = current.prove(bucket);
        if (keys.isEmpty()) {
            throw new ListRefusedException(ListRefusal.DAMAGED_FILE, "bucket " + bucket + " is damaged");
        }
        for (long key : keys.get()) {
            if (chunk.remaining() < Long.BYTES) {
                file.append(chunk.flip());
                chunk.clear();
            }
            chunk.putLong(key);
        }
    }

    private SealedList reopened(Pair next) throws IOException, ListRefusedException {
        ByteBuffer file = disk.map(next.base());
        SealedList.BaseFile base = SealedList.BaseFile.parse(file);
        base.proveTable(current.head());
        return current.rebased(new BaseKeys(file, base.table()));
    }

    private void tryDelete(Pair gone) {
        tryDelete(gone.base());
        tryDelete(gone.log());
    }

    private void tryDelete(String name) {
        try {
            disk.delete(name);
        } catch (IOException e) {
            // A leftover takes room and no part in anything; the next start deletes it.
        }
    }

    /**
     * Proves some buckets from the medium, going on from the last call, each time round: rot is found before somebody needs the
     * place.
     *
     * @param buckets how many, at most
     * @return how many are left of this round; 0 at its end, and the next call begins anew
     */
    public int scrub(int buckets) {
        int all = current.table().buckets();
        int from = scrubbedUntil >= all ? 0 : scrubbedUntil;
        scrubbedUntil = Math.min(all, from + Math.max(1, buckets));
        for (int bucket = from; bucket < scrubbedUntil; bucket++) {
            current.prove(bucket);
        }
        return all - scrubbedUntil;
    }

    /** Lets go of the files; the lists given out go on. */
    @Override
    public void close() throws IOException {
        log.close();
    }
}
