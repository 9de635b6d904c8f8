package portvakt.server.port;

import java.util.Optional;

/**
 * A number of Enhetsregisteret: nine digits, the last of which follows from the others (modulus 11, weights 3 2 7 6 5 4 3 2). That one
 * is well-formed does not say that it was given to anybody.
 */
public record OrganisationNumber(String digits) {

    private static final int[] WEIGHTS = {3, 2, 7, 6, 5, 4, 3, 2};
    private static final int MODULUS = 11;

    public OrganisationNumber {
        if (!isValid(digits)) {
            throw new IllegalArgumentException("not the number of an organisation");
        }
    }

    /** As people write it: with spaces, or with NO before it. */
    public static Optional<OrganisationNumber> parse(String text) {
        String digits = text.replaceAll("[\\s\\u00a0.]", "").replaceFirst("(?i)^NO", "");
        return isValid(digits) ? Optional.of(new OrganisationNumber(digits)) : Optional.empty();
    }

    private static boolean isValid(String digits) {
        if (!digits.matches("[0-9]{9}")) {
            return false;
        }
        int sum = 0;
        for (int i = 0; i < WEIGHTS.length; i++) {
            sum += WEIGHTS[i] * (digits.charAt(i) - '0');
        }
        // 10 has no digit: such numbers are not given.
        int check = (MODULUS - sum % MODULUS) % MODULUS;
        return check == digits.charAt(WEIGHTS.length) - '0';
    }

    /** {@code 974 760 673}. */
    public String grouped() {
        return digits.substring(0, 3) + " " + digits.substring(3, 6) + " " + digits.substring(6);
    }

    @Override
    public String toString() {
        return digits;
    }
}
