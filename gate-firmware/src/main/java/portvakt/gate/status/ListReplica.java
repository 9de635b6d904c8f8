package portvakt.gate.status;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import portvakt.gate.access.GateTime;
import portvakt.gate.port.Disk;
import portvakt.protocol.list.BucketTable;
import portvakt.protocol.list.ListHead;
import portvakt.protocol.v1.ClockTrust;

/**
 * A gate's copy of one list: takes heads and chunks as they come, and gives out a list only when it is proved and stored, in
 * that order. Whatever is refused leaves it as it was. Belongs to one thread; writes to the disk.
 */
public final class ListReplica {

    /** How far ahead of a synchronised clock an issuer's may be. */
    static final Duration CLOCK_LEEWAY = Duration.ofMinutes(5);

    /** A newer signing of the same version is written to disk only when it is so much newer, to spare the card. */
    static final Duration HEARTBEAT_STORE_INTERVAL = Duration.ofHours(1);

    /** What a message led to. */
    public sealed interface Outcome {
        /** Nothing to do. */
        record Nothing() implements Outcome {}

        /** This version's chunks are wanted. */
        record Fetch(long version) implements Outcome {}

        /**
         * Decide by this from now on.
         *
         * @param newVersion false for a newer signing of the same set
         * @param notStored  why it is not on the disk; it decides all the same, since what it denies must be denied now
         */
        record Installed(SealedList list, boolean newVersion, Optional<String> notStored) implements Outcome {}
    }

    private final String list;
    private final HeadProof keys;
    private final byte[] secret;
    private final int countMax;
    private final Disk disk;
    private final ListStore store;
    /** Empty while the current list is in memory only. */
    private Optional<StoredList> stored = Optional.empty();
    /** The current list's file where the disk did not take it. */
    private byte[] unstored = {};

    private Optional<SealedList> current = Optional.empty();
    private Instant storedIssuedAt = Instant.EPOCH;
    private Optional<SnapshotAssembly> assembly = Optional.empty();

    /**
     * @param secret   of the list's key permutation
     * @param countMax most keys that this gate takes
     */
    public ListReplica(String list, HeadProof keys, byte[] secret, int countMax, Disk disk) {
        this.list = list;
        this.keys = keys;
        this.secret = secret.clone();
        this.countMax = countMax;
        this.disk = disk;
        this.store = new ListStore(disk, list, keys, secret);
    }

    public String list() {
        return list;
    }

    /** What the disk has from before; empty at the first start. */
    public Optional<SealedList> load() throws ListRefusedException {
        try {
            stored = store.open();
            current = stored.map(StoredList::list);
            storedIssuedAt = current.map(SealedList::issuedAt).orElse(Instant.EPOCH);
            return current;
        } catch (IOException e) {
            throw new ListRefusedException(
                    ListRefusal.DAMAGED_FILE, "list " + list + " cannot be read: " + e.getMessage());
        }
    }

    public Outcome head(byte[] bytes, GateTime now) throws ListRefusedException {
        ListHead head = keys.proveNew(bytes);
        check(head, now);
        if (current.isPresent()
                && current.get().epoch() == head.epoch()
                && current.get().version() == head.version()) {
            return heartbeat(current.get(), head, bytes);
        }
        if (assembly.isEmpty() || !assembly.get().goesOnUnder(head, bytes.clone())) {
            assembly = Optional.of(new SnapshotAssembly(head, bytes.clone()));
        }
        return new Outcome.Fetch(head.version());
    }

    private void check(ListHead head, GateTime now) throws ListRefusedException {
        if (!head.list().equals(list)) {
            throw new ListRefusedException(ListRefusal.WRONG_LIST, "a head of " + head.list());
        }
        if (head.count() > countMax) {
            throw new ListRefusedException(ListRefusal.TOO_LARGE, head.count() + " keys, this gate takes " + countMax);
        }
        if (head.bits() != BucketTable.bitsFor(head.count())) {
            throw new ListRefusedException(
                    ListRefusal.MALFORMED, "2^" + head.bits() + " buckets for " + head.count() + " keys");
        }
        if (current.isPresent()) {
            ListHead mine = current.get().head();
            if (head.epoch() < mine.epoch()
                    || (head.epoch() == mine.epoch()
                            && (head.version() < mine.version()
                                    || head.issuedAt().isBefore(mine.issuedAt())))) {
                throw new ListRefusedException(
                        ListRefusal.ROLLBACK,
                        "epoch " + head.epoch() + " version " + head.version() + " issued " + head.issuedAt()
                                + " is older than epoch " + mine.epoch() + " version " + mine.version() + " issued "
                                + mine.issuedAt());
            }
        }
        if (now.trust() == ClockTrust.CLOCK_TRUST_SYNCHRONISED) {
            if (head.issuedAt().isAfter(now.wall().plus(CLOCK_LEEWAY))) {
                throw new ListRefusedException(ListRefusal.ISSUED_IN_FUTURE, "issued " + head.issuedAt());
            }
            if (head.expiresAt().isBefore(now.wall())) {
                throw new ListRefusedException(ListRefusal.EXPIRED, "expired " + head.expiresAt());
            }
        }
    }

    private Outcome heartbeat(SealedList mine, ListHead head, byte[] bytes) throws ListRefusedException {
        if (!head.rootHex().equals(mine.head().rootHex())
                || head.count() != mine.head().count()) {
            throw new ListRefusedException(
                    ListRefusal.NOT_PROVED, "version " + head.version() + " was signed with another content before");
        }
        if (!head.issuedAt().isAfter(mine.issuedAt())) {
            return new Outcome.Nothing();
        }
        boolean due = head.issuedAt().isAfter(storedIssuedAt.plus(HEARTBEAT_STORE_INTERVAL));
        Optional<String> notStored = Optional.empty();
        if (due && stored.isEmpty()) {
            System.arraycopy(bytes, 0, unstored, 0, bytes.length);
            notStored = store(unstored, head.issuedAt());
        }
        SealedList renewed = mine.withHead(head, bytes);
        if (stored.isPresent()) {
            StoredList.Applied applied = stored.get().renew(head, bytes, due);
            renewed = applied.list();
            notStored = applied.notStored();
            if (due && notStored.isEmpty()) {
                storedIssuedAt = head.issuedAt();
            }
        }
        current = Optional.of(renewed);
        return new Outcome.Installed(renewed, false, notStored);
    }

    public Outcome tableChunk(long version, int index, byte[] bytes) throws ListRefusedException {
        if (!wants(version)) {
            return new Outcome.Nothing();
        }
        assembly.orElseThrow().addTable(index, bytes);
        return installIfComplete();
    }

    public Outcome keyChunk(long version, int index, byte[] bytes) throws ListRefusedException {
        if (!wants(version)) {
            return new Outcome.Nothing();
        }
        assembly.orElseThrow().addKeys(index, bytes);
        return installIfComplete();
    }

    private boolean wants(long version) {
        return assembly.isPresent() && assembly.get().head().version() == version;
    }

    private Outcome installIfComplete() throws ListRefusedException {
        if (!assembly.orElseThrow().isComplete()) {
            return new Outcome.Nothing();
        }
        byte[] file = assembly.get().file();
        SealedList sealed = SealedList.over(ByteBuffer.wrap(file), keys, secret, true);
        Optional<String> notStored = store(file, sealed.issuedAt());
        assembly = Optional.empty();
        current = Optional.of(stored.map(StoredList::list).orElse(sealed));
        return new Outcome.Installed(current.get(), true, notStored);
    }

    private Optional<String> store(byte[] file, Instant issuedAt) throws ListRefusedException {
        try {
            ListHead head = keys.proveStored(Arrays.copyOf(file, ListHead.SIZE_BYTES));
            String part = store.partName(head.epoch(), head.version());
            try (Disk.File open = disk.open(part)) {
                open.truncate(0);
                open.append(ByteBuffer.wrap(file));
                open.force();
            }
            close();
            StoredList adopted = store.adopt(part, true);
            store.keepOnly(adopted);
            stored = Optional.of(adopted);
            unstored = new byte[0];
            storedIssuedAt = issuedAt;
            return Optional.empty();
        } catch (IOException e) {
            // Due again at the next sign of life.
            stored = Optional.empty();
            unstored = file;
            storedIssuedAt = Instant.EPOCH;
            return Optional.of("list " + list + " cannot be written to disk: " + e.getMessage());
        }
    }

    private void close() throws IOException {
        if (stored.isPresent()) {
            stored.get().close();
        }
    }
}
