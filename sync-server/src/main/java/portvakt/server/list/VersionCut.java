package portvakt.server.list;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import portvakt.protocol.CardStatus;
import portvakt.protocol.list.CardKeys;
import portvakt.server.port.CardStatuses.Changed;

/**
 * What one version changes.
 *
 * @param changes  never empty, and no more keys than {@code keysMax}
 * @param revoked  by how many the revoked cards become more
 * @param changeId the newest change that is in it or before it
 */
public record VersionCut(KeyChanges changes, int revoked, long changeId) {

    /**
     * Cuts what happened to cards into versions, in the order of the changes. A card stays whole: its suspension goes in the same
     * version as its revocation comes, so that it is in every version either the one or the other.
     *
     * @param content what the list holds before all of them
     * @param changed each card once, in the order of the change ids
     * @return empty if the list holds all that already
     */
    public static List<VersionCut> cut(ListContent content, List<Changed> changed, CardKeys cardKeys, int keysMax) {
        List<VersionCut> cuts = new ArrayList<>();
        Collector collector = new Collector(keysMax);
        long before = 0;
        for (Changed card : changed) {
            long revoked = cardKeys.key(card.card(), CardStatus.REVOKED);
            long suspended = cardKeys.key(card.card(), CardStatus.SUSPENDED);
            boolean wasRevoked = content.contains(revoked);
            boolean wasSuspended = content.contains(suspended);
            boolean isRevoked = card.status() == CardStatus.REVOKED;
            boolean isSuspended = card.status() == CardStatus.SUSPENDED;
            int keys = (wasRevoked == isRevoked ? 0 : 1) + (wasSuspended == isSuspended ? 0 : 1);
            if (collector.count() + keys > keysMax) {
                cuts.add(collector.take(before));
            }
            collector.change(revoked, wasRevoked, isRevoked);
            collector.change(suspended, wasSuspended, isSuspended);
            collector.revoked += (isRevoked ? 1 : 0) - (wasRevoked ? 1 : 0);
            before = card.changeId();
        }
        if (collector.count() > 0) {
            cuts.add(collector.take(before));
        } else if (!cuts.isEmpty()) {
            VersionCut last = cuts.removeLast();
            cuts.add(new VersionCut(last.changes, last.revoked, before));
        }
        return cuts;
    }

    private static final class Collector {
        private final long[] added;
        private final long[] removed;
        private int addedCount;
        private int removedCount;
        private int revoked;

        Collector(int keysMax) {
            added = new long[keysMax];
            removed = new long[keysMax];
        }

        int count() {
            return addedCount + removedCount;
        }

        void change(long key, boolean was, boolean is) {
            if (is && !was) {
                added[addedCount++] = key;
            } else if (was && !is) {
                removed[removedCount++] = key;
            }
        }

        VersionCut take(long changeId) {
            VersionCut cut = new VersionCut(
                    new KeyChanges(
                            KeyChanges.sort(Arrays.copyOf(added, addedCount)),
                            KeyChanges.sort(Arrays.copyOf(removed, removedCount))),
                    revoked,
                    changeId);
            addedCount = 0;
            removedCount = 0;
            revoked = 0;
            return cut;
        }
    }
}
