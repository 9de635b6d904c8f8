package portvakt.sim.lists;

import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;

/**
 * Which status each card has in each version, by what was told to the register and when a version was committed, and without
 * anything that the server or a gate reckons. For one thread.
 */
final class IssuedHistory {

    private final RegisterTruth truth;
    private final Map<CardNumber, NavigableMap<Long, CardStatus>> statuses = new HashMap<>();
    /** The last of those that are committed together: the others are on the way to it. */
    private final TreeSet<Long> whole = new TreeSet<>();

    IssuedHistory(RegisterTruth truth) {
        this.truth = truth;
    }

    /** The server has committed versions up to this one, of what the register says now. */
    void committed(long version) {
        whole.add(version);
        for (CardNumber card : truth.takeChanged()) {
            statuses.computeIfAbsent(card, _ -> new TreeMap<>()).put(version, truth.statusOf(card));
        }
    }

    long newest() {
        return whole.isEmpty() ? 0 : whole.last();
    }

    /** What a gate at this version may say of a card; more than one only between versions that were committed together. */
    Set<CardStatus> statusesOf(CardNumber card, long version) {
        Long until = whole.ceiling(version);
        if (until == null) {
            throw new AssertionError("nobody has issued version " + version);
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
