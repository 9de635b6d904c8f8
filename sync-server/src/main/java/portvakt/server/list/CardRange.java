package portvakt.server.list;

import java.util.OptionalLong;
import portvakt.protocol.CardNumber;

/**
 * Which index of a Token Status List stands for which card: index 0 is the first card, and each next index the next number. No
 * public document says how a register would number its list, so this is a setting.
 *
 * @param firstCard the number at index 0
 * @param digits    digits of a card number; shorter numbers have zeros in front
 */
public record CardRange(long firstCard, int digits) {

    /** @throws IllegalArgumentException if no card has such a number */
    public CardRange {
        if (digits < 1 || digits > CardNumber.DIGITS_MAX) {
            throw new IllegalArgumentException("digits must be 1 to " + CardNumber.DIGITS_MAX + ", got " + digits);
        }
        if (firstCard < 0 || firstCard >= end(digits)) {
            throw new IllegalArgumentException(
                    "firstCard must be a number of at most " + digits + " digits, got " + firstCard);
        }
    }

    /** How many indexes can stand for a card; what follows is padding. */
    public long size() {
        return end(digits) - firstCard;
    }

    public CardNumber card(long index) {
        String number = Long.toString(firstCard + index);
        return new CardNumber("0".repeat(digits - number.length()) + number);
    }

    /** Empty if the card is none of these. */
    public OptionalLong index(CardNumber card) {
        if (card.digits().length() != digits) {
            return OptionalLong.empty();
        }
        long number = Long.parseLong(card.digits());
        return number < firstCard ? OptionalLong.empty() : OptionalLong.of(number - firstCard);
    }

    private static long end(int digits) {
        long end = 1;
        for (int i = 0; i < digits; i++) {
            end *= 10;
        }
        return end;
    }
}
