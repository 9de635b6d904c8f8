package portvakt.server.adapter.sql;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import portvakt.protocol.CardNumber;

/**
 * Persons who are left out of a removal, as conditions: by card, and by the chips that a site has bound to their cards. The numbers go
 * into the text, since there is no telling how many they are; a card number is digits and a UID is hexadecimal, by their types.
 */
record Excepted(Set<CardNumber> cards, List<String> uids) {

    static final Excepted NOBODY = new Excepted(Set.of(), List.of());

    /** A row of the log that has anything of anybody. */
    static final String SOMEBODY =
            "(card_number IS NOT NULL OR uid IS NOT NULL OR holder_name IS NOT NULL OR employer_name IS NOT NULL)";

    static Excepted of(Handle handle, String site, Set<CardNumber> cards) {
        return cards.isEmpty()
                ? NOBODY
                : new Excepted(
                        new TreeSet<>(cards),
                        handle.select(
                                        "SELECT DISTINCT uid FROM enrolment WHERE site = ? AND"
                                                + in("card_number", cards) + " ORDER BY uid",
                                        site)
                                .mapTo(String.class)
                                .list());
    }

    /** @return {@code  column IN ('1', '2')}; there has to be one at least */
    static String in(String column, Set<CardNumber> cards) {
        return " " + column + " IN (" + quoted(cards.stream().map(CardNumber::digits)) + ")";
    }

    /** For a column that is never NULL. */
    static String notIn(String column, Set<CardNumber> cards) {
        return cards.isEmpty() ? "" : " AND NOT" + in(column, cards);
    }

    private static String quoted(Stream<String> values) {
        return values.sorted().map(value -> "'" + value + "'").collect(Collectors.joining(", "));
    }

    /** The row of the log is none of theirs. */
    String notOfRow() {
        String byCard = cards.isEmpty() ? "" : " AND (card_number IS NULL OR NOT" + in("card_number", cards) + ")";
        return uids.isEmpty()
                ? byCard
                : byCard + " AND (card_number IS NOT NULL OR uid IS NULL OR uid NOT IN (" + quoted(uids.stream())
                        + "))";
    }

    /** The holder is none of them. */
    String notOfHolder() {
        return cards.isEmpty()
                ? ""
                : " AND (holder IS NULL OR holder NOT IN ("
                        + quoted(Stream.concat(
                                cards.stream().map(card -> "card:" + card.digits()),
                                uids.stream().map(uid -> "uid:" + uid)))
                        + "))";
    }

    boolean has(String card, String uid) {
        return cards.stream().anyMatch(each -> each.digits().equals(card)) || card.isEmpty() && uids.contains(uid);
    }
}
