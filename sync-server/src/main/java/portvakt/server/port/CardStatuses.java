package portvakt.server.port;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;
import portvakt.protocol.list.ListHead;

/**
 * The committed statuses behind a list, and what was issued of it. Safe for any thread; each method is one transaction and throws
 * {@link StorageException} if the database is away.
 */
public interface CardStatuses {

    /** A card that is not valid. */
    record Listed(CardNumber card, CardStatus status) {}

    /** What became of a card. @param changeId of its newest change; ids rise in the order of the commits */
    record Changed(CardNumber card, CardStatus status, long changeId) {}

    /**
     * What was issued last.
     *
     * @param signedHead what gates get
     * @param changeId   the newest change that is in it; all before are too
     */
    record Issued(ListHead head, byte[] signedHead, int revokedCount, int suspendedCount, long changeId) {}

    /** A new version. @param deltaBytes of the delta that leads to it from the version before; 0 if none does */
    record Version(ListHead head, int keysChanged, int deltaBytes, long changeId) {}

    /** The delta that leads on from a version, as gates get it. */
    record Delta(long from, long to, byte[] bytes) {}

    /** A version whose table and keys can be fetched, or could. @param signedHead empty if gates cannot find it */
    record Checkpoint(long version, Optional<byte[]> signedHead, int tableChunks, int keyChunks, boolean complete) {}

    /** Every revoked or suspended card, in no order. */
    default List<Listed> listed(String list) {
        List<Listed> all = new ArrayList<>();
        listedAt(list, Long.MAX_VALUE, all::add);
        return all;
    }

    /** The newest change of the list, 0 if it never had one. */
    long newestChange(String list);

    /**
     * Every card that was revoked or suspended when this change was the newest, in no order, each once. Reads all cards.
     *
     * @param each called inside the transaction
     */
    void listedAt(String list, long changeId, Consumer<Listed> each);

    /** Cards that changed after this change, in the order of their newest changes. @param limit at most so many */
    List<Changed> changed(String list, long after, int limit);

    Optional<Issued> issued(String list);

    /**
     * Commits, to the disk, what is about to be published.
     *
     * @param versions that are new, ascending; none when only the head was signed anew
     * @param deltas   that are new, or take the place of another that leads on from the same version
     */
    void issue(Issued issued, List<Version> versions, List<Delta> deltas);

    /** All deltas, by the version that they lead on from, ascending. */
    List<Delta> deltas(String list);

    /** Deltas that lead on from versions before this one are gone from the broker. */
    void forgetDeltas(String list, long before);

    /** Keys that changed in the versions after this one. */
    long keysChangedAfter(String list, long version);

    /** Versions whose chunks may lie in the broker, oldest first. */
    List<Checkpoint> checkpoints(String list);

    /** Commits, to the disk, that chunks of this version are about to be published, or that all of them are. */
    void keepCheckpoint(String list, Checkpoint checkpoint);

    /** The version's chunks are gone from the broker. */
    void forgetCheckpoint(String list, long version);
}
