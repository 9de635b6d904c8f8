package portvakt.protocol;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The number printed on an HSE card (HMS-kort): 1 to 16 decimal digits, leading zeros count.
 *
 * <p>Seven digits is what integrations in use expect, but no official statement of length or check digit is known, so the
 * accepted pattern is a setting and the number is kept as text. Immutable. {@link #toString()} is masked, so that a log line
 * never holds a whole number; only {@link #digits()} gives it away.
 */
public record CardNumber(String digits) implements Comparable<CardNumber> {

    /** Most digits that the lists' key permutation has room for. */
    public static final int DIGITS_MAX = 16;

    private static final Pattern DIGITS = Pattern.compile("[0-9]{1," + DIGITS_MAX + "}");
    private static final Pattern NOISE = Pattern.compile("[\\s\\u00a0.-]");

    /** @throws IllegalArgumentException if not 1 to 16 ASCII digits */
    public CardNumber {
        if (!DIGITS.matcher(digits).matches()) {
            throw new IllegalArgumentException("a card number is 1 to " + DIGITS_MAX + " digits");
        }
    }

    /**
     * Reads a number as people and chips write it: spaces, dots, hyphens and a leading "NO" are dropped ("NO 438 8261").
     *
     * @param accepted what the rest has to look like, for example {@code [0-9]{7}}
     * @return empty if the rest is no card number, or not an accepted one
     */
    public static Optional<CardNumber> parse(String text, Pattern accepted) {
        String rest = NOISE.matcher(text).replaceAll("").toUpperCase(Locale.ROOT);
        if (rest.startsWith("NO")) {
            rest = rest.substring(2);
        }
        return DIGITS.matcher(rest).matches() && accepted.matcher(rest).matches()
                ? Optional.of(new CardNumber(rest))
                : Optional.empty();
    }

    /** The first and the last two digits, the others starred: {@code 43***61}. At most four digits are shown whole as stars. */
    public String masked() {
        return digits.length() <= 4
                ? "*".repeat(digits.length())
                : digits.substring(0, 2) + "*".repeat(digits.length() - 4) + digits.substring(digits.length() - 2);
    }

    @Override
    public int compareTo(CardNumber other) {
        return digits.compareTo(other.digits);
    }

    /** @return {@link #masked()} */
    @Override
    public String toString() {
        return masked();
    }
}
