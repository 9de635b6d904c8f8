package portvakt.sim.lists;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;

/** What is true of each card by all that was said of it: the word of the latest time, and of one time the gravest. For one thread. */
final class RegisterTruth {

    private static final List<CardStatus> BY_GRAVITY =
            List.of(CardStatus.VALID, CardStatus.SUSPENDED, CardStatus.REVOKED);

    private record Word(Instant at, CardStatus status) {
        boolean outweighs(Word other) {
            int later = at.compareTo(other.at);
            return later > 0 || later == 0 && BY_GRAVITY.indexOf(status) > BY_GRAVITY.indexOf(other.status);
        }
    }

    private final Map<CardNumber, Word> words = new TreeMap<>();
    private final Set<CardNumber> changed = new TreeSet<>();

    /** @return whether the card's status is another one by this */
    boolean hear(CardNumber card, CardStatus status, Instant at) {
        Word word = new Word(at, status);
        CardStatus before = statusOf(card);
        if (!words.containsKey(card) || word.outweighs(words.get(card))) {
            words.put(card, word);
        }
        boolean other = statusOf(card) != before;
        if (other) {
            changed.add(card);
        }
        return other;
    }

    /** Of the cards that are listed only these are, since now. */
    void onlyThese(Set<CardNumber> cards, Instant now) {
        cards().stream()
                .filter(card -> statusOf(card) != CardStatus.VALID && !cards.contains(card))
                .forEach(card -> hear(card, CardStatus.VALID, now));
    }

    CardStatus statusOf(CardNumber card) {
        return words.containsKey(card) ? words.get(card).status() : CardStatus.VALID;
    }

    /** Every card that something was said of. */
    List<CardNumber> cards() {
        return List.copyOf(words.keySet());
    }

    /** Those whose status changed since this was asked last; some may have changed back. */
    Set<CardNumber> takeChanged() {
        Set<CardNumber> taken = Set.copyOf(changed);
        changed.clear();
        return taken;
    }
}
