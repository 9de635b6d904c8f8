package portvakt.server.port;

import java.util.List;
import java.util.Optional;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;
import portvakt.protocol.list.ListHead;

/**
 * The committed statuses behind a list, and what was last issued of it. Safe for any thread; each method is one transaction and
 * throws {@link StorageException} if the database is away.
 */
public interface CardStatuses {

    /** A card that is not valid. */
    record Listed(CardNumber card, CardStatus status) {}

    /** What was issued last; {@code signedHead} is what gates get. */
    record Issued(ListHead head, byte[] signedHead, int revokedCount, int suspendedCount) {}

    /** How many messages a version's snapshot takes in the broker. */
    record Snapshot(long version, int tableChunks, int keyChunks) {}

    /** Every revoked or suspended card, in no order. */
    List<Listed> listed(String list);

    Optional<Issued> issued(String list);

    /** Commits, to the disk, what is about to be published. */
    void issue(Issued issued, Snapshot snapshot);

    /** Versions whose chunks may lie in the broker, oldest first. */
    List<Snapshot> snapshots(String list);

    /** The version's chunks are gone from the broker. */
    void forgetSnapshot(String list, long version);
}
