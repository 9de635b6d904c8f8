package portvakt.sim.fleet;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;

/** The cards of a run, and what the register says of each. For one thread. */
final class FirmCards {

    private static final int LISTED_FROM = 1_000_000;
    private static final int PUSHED_FROM = 3_000_000;
    private static final int FIRM_FROM = 5_000_000;
    private static final int NEVER_FROM = 9_000_000;
    private static final int NEVER = 1_000;

    private final List<CardNumber> listed;
    private final List<CardNumber> pushed;
    private final List<CardNumber> firm;
    private final List<CardNumber> never = from(NEVER_FROM, NEVER);
    private final Map<CardNumber, CardStatus> statuses = new HashMap<>(); // looked up, never walked

    FirmCards(SpreadBench.Effort effort) {
        listed = from(LISTED_FROM, effort.listed());
        pushed = from(PUSHED_FROM, SpreadBench.WARM_UP + effort.pushes());
        firm = from(FIRM_FROM, effort.firm());
    }

    private static List<CardNumber> from(int first, int count) {
        return IntStream.range(first, first + count)
                .mapToObj(number -> new CardNumber(String.valueOf(number)))
                .toList();
    }

    /** On the list from the beginning. */
    List<CardNumber> listed() {
        return listed;
    }

    /** Changed one by one. */
    List<CardNumber> pushed() {
        return pushed;
    }

    /** Changed at once. */
    List<CardNumber> firm() {
        return firm;
    }

    /** All of these, and some that nothing is ever said of. */
    List<CardNumber> all() {
        return Stream.of(listed, pushed, firm, never).flatMap(List::stream).toList();
    }

    void set(List<CardNumber> cards, CardStatus status) {
        cards.forEach(card -> statuses.put(card, status));
    }

    CardStatus status(CardNumber card) {
        return statuses.getOrDefault(card, CardStatus.VALID);
    }

    /** How many stand on the list now. */
    int count() {
        return (int) statuses.values().stream()
                .filter(status -> status != CardStatus.VALID)
                .count();
    }
}
