package portvakt.sim.world;

import java.util.EnumSet;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;

/**
 * Which status each card has in each version of the list, by what was told to the register and when a version was committed, and
 * without anything that server or gates reckon.
 */
public final class ListTruth {

    private final Map<CardNumber, CardStatus> told = new TreeMap<>();
    private final Map<CardNumber, NavigableMap<Long, CardStatus>> statuses = new TreeMap<>();
    private final Set<CardNumber> changed = new TreeSet<>();
    /** The last of those that are committed together: the others are on the way to it. */
    private final TreeSet<Long> whole = new TreeSet<>();

    /** The server's database says so from now on. */
    void told(CardNumber card, CardStatus status) {
        told.put(card, status);
        changed.add(card);
    }

    void committed(long version) {
        whole.add(version);
        changed.forEach(
                card -> statuses.computeIfAbsent(card, _ -> new TreeMap<>()).put(version, told.get(card)));
        changed.clear();
    }

    /** The newest version; 0: none yet. */
    public long newest() {
        return whole.isEmpty() ? 0 : whole.last();
    }

    /** Whether all that was told is in a version. */
    boolean isSettled() {
        return changed.stream().allMatch(card -> told.get(card) == newest(card));
    }

    private CardStatus newest(CardNumber card) {
        return at(card, Long.MAX_VALUE);
    }

    public CardStatus toldOf(CardNumber card) {
        return told.getOrDefault(card, CardStatus.VALID);
    }

    /** What a gate at this version may say of a card; more than one only between versions that were committed together. */
    public Set<CardStatus> statusesOf(CardNumber card, long version) {
        Long until = whole.ceiling(version);
        if (until == null) {
            throw new Violation("a version that nobody issued", "version " + version);
        }
        Long from = until == version ? until : whole.floor(version);
        return EnumSet.of(from == null ? CardStatus.VALID : at(card, from), at(card, until));
    }

    private CardStatus at(CardNumber card, long version) {
        Map.Entry<Long, CardStatus> newest =
                statuses.getOrDefault(card, new TreeMap<>()).floorEntry(version);
        return newest == null ? CardStatus.VALID : newest.getValue();
    }
}
