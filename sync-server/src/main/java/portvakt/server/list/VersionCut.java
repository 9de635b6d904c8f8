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
 * @param changeId the newest change that is in it or in a version before it, so that all before that are too
 */
public record VersionCut(KeyChanges changes, int revoked, long changeId) {

    /** What becomes of one card in the list. */
    private record CardChange(
            long revoked, long suspended, boolean wasRevoked, boolean wasSuspended, CardStatus status) {

        boolean isRevoked() {
            return status == CardStatus.REVOKED;
        }

        boolean isSuspended() {
            return status == CardStatus.SUSPENDED;
        }

        int keys() {
            return (wasRevoked == isRevoked() ? 0 : 1) + (wasSuspended == isSuspended() ? 0 : 1);
        }

        /** The key by which it is put in order: the one that comes, else the one that goes. */
        long place() {
            return isRevoked() || wasRevoked && !isSuspended() ? revoked : suspended;
        }
    }

    /**
     * Cuts what happened to cards into versions. A card stays whole: its suspension goes in the same version as its revocation
     * comes, so that it is in every version either the one or the other.
     *
     * <p>Cards that do not fit into one version are taken in the order of their keys: then each version touches other buckets, and
     * issuer and gates hash each bucket once and not once a version. So only the last of these versions can say that it has all
     * changes up to a number; those before it have the number from before. They are committed together.
     *
     * @param content what the list holds before all of them
     * @param before  the newest change that is in the content
     * @param changed each card once, in the order of the change ids
     * @return empty if the list holds all that already
     */
    public static List<VersionCut> cut(
            ListContent content, long before, List<Changed> changed, CardKeys cardKeys, int keysMax) {
        List<CardChange> cards = new ArrayList<>();
        for (Changed card : changed) {
            long revoked = cardKeys.key(card.card(), CardStatus.REVOKED);
            long suspended = cardKeys.key(card.card(), CardStatus.SUSPENDED);
            CardChange change = new CardChange(
                    revoked, suspended, content.contains(revoked), content.contains(suspended), card.status());
            if (change.keys() > 0) {
                cards.add(change);
            }
        }
        cards.sort((one, other) -> Long.compareUnsigned(one.place(), other.place()));
        List<VersionCut> cuts = new ArrayList<>();
        Collector collector = new Collector(keysMax);
        for (CardChange card : cards) {
            if (collector.count() + card.keys() > keysMax) {
                cuts.add(collector.take(before));
            }
            collector.add(card);
        }
        if (collector.count() > 0) {
            cuts.add(collector.take(changed.getLast().changeId()));
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

        void add(CardChange card) {
            change(card.revoked, card.wasRevoked, card.isRevoked());
            change(card.suspended, card.wasSuspended, card.isSuspended());
            revoked += (card.isRevoked() ? 1 : 0) - (card.wasRevoked ? 1 : 0);
        }

        private void change(long key, boolean was, boolean is) {
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
