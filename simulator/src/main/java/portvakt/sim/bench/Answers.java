package portvakt.sim.bench;

import java.util.function.Predicate;
import portvakt.protocol.CardNumber;

/** Asks a structure for cards of which the answer is known, as many that are listed as cards that are not. */
final class Answers {

    private Answers() {}

    /**
     * @param most cards of either kind, spread over all
     * @throws IllegalStateException at the first wrong answer: no time that a wrong structure takes means anything
     */
    static void check(String title, Cards cards, Predicate<CardNumber> lists, int most) {
        int asked = Math.min(most, cards.count());
        for (int at = 0; at < asked; at++) {
            int index = (int) ((long) at * cards.count() / asked);
            check(title, cards.listed(index), true, lists);
            check(title, cards.absent(index), false, lists);
        }
    }

    /** After a delta: what came is listed, what went is not. */
    static void check(String title, Cards.Changes changes, Predicate<CardNumber> lists) {
        changes.added().forEach(card -> check(title, card, true, lists));
        changes.removed().forEach(card -> check(title, card, false, lists));
    }

    private static void check(String title, CardNumber card, boolean listed, Predicate<CardNumber> lists) {
        if (lists.test(card) != listed) {
            throw new IllegalStateException("wrong answer: " + title + " says that card " + card.digits() + " is "
                    + (listed ? "not listed, and it is" : "listed, and it is not"));
        }
    }
}
