package portvakt.protocol.pass;

import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import portvakt.protocol.CardNumber;

/**
 * A pass's number: 16 decimal digits drawn at random, leading zeros count. It has the form of the longest card number, so it stands
 * in card status lists, journals and logs as a card number does, and HSE cards, of seven digits, never have the same. Immutable;
 * {@link #toString()} is masked.
 */
public record PassNumber(String digits) {

    public static final int DIGITS = CardNumber.DIGITS_MAX;

    /** One more than the highest number. */
    static final long LIMIT = 10_000_000_000_000_000L;

    private static final Pattern FORM = Pattern.compile("[0-9]{" + DIGITS + "}");

    /** @throws IllegalArgumentException if not 16 ASCII digits */
    public PassNumber {
        if (!FORM.matcher(digits).matches()) {
            throw new IllegalArgumentException("a pass's number is " + DIGITS + " digits");
        }
    }

    /** @param random unforeseeable, as {@code SecureRandom} is */
    public static PassNumber random(RandomGenerator random) {
        return ofLong(random.nextLong(LIMIT));
    }

    static PassNumber ofLong(long number) {
        return new PassNumber(String.format("%0" + DIGITS + "d", number));
    }

    /** The number of a pass, if a card number has the form of one. */
    public static Optional<PassNumber> of(CardNumber card) {
        return FORM.matcher(card.digits()).matches() ? Optional.of(new PassNumber(card.digits())) : Optional.empty();
    }

    /** How lists, events and logs name the pass. */
    public CardNumber card() {
        return new CardNumber(digits);
    }

    /** @return masked as a card number is */
    @Override
    public String toString() {
        return card().masked();
    }
}
