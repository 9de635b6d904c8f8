package portvakt.gate.status;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
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
    private final TrustedKeys keys;
    private final byte[] secret;
    private final int countMax;
    private final ListFile file;
    private Optional<SealedList> current = Optional.empty();
    private Instant storedIssuedAt = Instant.EPOCH;
    private Optional<SnapshotAssembly> assembly = Optional.empty();

    /**
     * @param secret   of the list's key permutation
     * @param countMax most keys that this gate takes
     */
    public ListReplica(String list, TrustedKeys keys, byte[] secret, int countMax, Disk disk) {
        this.list = list;
        this.keys = keys;
        this.secret = secret.clone();
        this.countMax = countMax;
        this.file = new ListFile(disk, list);
    }

    public String list() {
        return list;
    }

    /** What the disk has from before; empty at the first start. */
    public Optional<SealedList> load() throws ListRefusedException {
        try {
            if (file.exists()) {
                SealedList loaded = file.load(keys, secret);
                if (!loaded.list().equals(list)) {
                    throw new ListRefusedException(ListRefusal.DAMAGED_FILE, "holds list " + loaded.list());
                }
                current = Optional.of(loaded);
                storedIssuedAt = loaded.issuedAt();
            }
            return current;
        } catch (IOException e) {
            throw new ListRefusedException(
                    ListRefusal.DAMAGED_FILE, "list " + list + " cannot be read: " + e.getMessage());
        }
    }

    public Outcome head(byte[] bytes, GateTime now) throws ListRefusedException {
        ListHead head = keys.prove(bytes);
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
        SealedList renewed = mine.withHead(head, bytes);
        current = Optional.of(renewed);
        boolean due = head.issuedAt().isAfter(storedIssuedAt.plus(HEARTBEAT_STORE_INTERVAL));
        return new Outcome.Installed(renewed, false, due ? store(renewed) : Optional.empty());
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
        SealedList sealed = assembly.get().seal(secret);
        Optional<String> notStored = store(sealed);
        assembly = Optional.empty();
        current = Optional.of(sealed);
        return new Outcome.Installed(sealed, true, notStored);
    }

    private Optional<String> store(SealedList sealed) {
        try {
            file.store(sealed);
            storedIssuedAt = sealed.issuedAt();
            return Optional.empty();
        } catch (IOException e) {
            // Due again at the next sign of life.
            storedIssuedAt = Instant.EPOCH;
            return Optional.of("list " + list + " cannot be written to disk: " + e.getMessage());
        }
    }
}
