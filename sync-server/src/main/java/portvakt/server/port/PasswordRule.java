package portvakt.server.port;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Which passwords are taken: long ones, and not those that are tried first. No rule on kinds of characters, which makes passwords
 * worse (NIST SP 800-63B § 5.1.1.2).
 */
public final class PasswordRule {

    public static final int CHARS_MIN = 12;
    public static final int CHARS_MAX = 256;

    /** Of the most used ones those of 12 characters and more, and what is likeliest on a server of this name; lower case. */
    private static final Set<String> MOST_USED = Set.of( // looked up, never walked
            "123456789012",
            "1234567890123",
            "12345678901234",
            "123456789012345",
            "1234567890123456",
            "12345678910111213",
            "123456789101112",
            "123456789abc",
            "012345678901",
            "098765432109",
            "1q2w3e4r5t6y",
            "1q2w3e4r5t6y7u",
            "1q2w3e4r5t6y7u8i",
            "1qaz2wsx3edc",
            "1qaz2wsx3edc4rfv",
            "qwertyuiop123",
            "qwertyuiop12",
            "qwertyuiop[]",
            "qwertyuiopå¨",
            "qwertyuiopasdfghjkl",
            "qwerty123456",
            "qwerty1234567890",
            "qwertyqwerty",
            "abcdefghijkl",
            "abcdefghijklm",
            "abc123456789",
            "abcd12345678",
            "password1234",
            "password12345",
            "password123456",
            "password2026",
            "passwordpassword",
            "passw0rd1234",
            "p@ssw0rd1234",
            "passord12345",
            "passord123456",
            "passordpassord",
            "hemmelig1234",
            "hemmelighemmelig",
            "administrator",
            "administrator1",
            "admin1234567",
            "adminadminadmin",
            "letmeinletmein",
            "iloveyou1234",
            "iloveyouiloveyou",
            "trustno1trustno1",
            "welcome12345",
            "velkommen123",
            "velkommen1234",
            "changeme1234",
            "changemechangeme",
            "byggeplass123",
            "portvakt1234",
            "portvaktportvakt",
            "correcthorsebatterystaple");

    private PasswordRule() {}

    /** Why a password is not taken. */
    public enum Fault {
        SHORT("a password has " + CHARS_MIN + " characters or more"),
        LONG("a password has at most " + CHARS_MAX + " characters"),
        NAME("a password is not the account's name"),
        MOST_USED("this password is one of those that are tried first");

        private final String detail;

        Fault(String detail) {
            this.detail = detail;
        }

        /** In plain English, for a log or an API. */
        public String detail() {
            return detail;
        }
    }

    public static Optional<Fault> fault(String account, char[] password) {
        if (password.length < CHARS_MIN) {
            return Optional.of(Fault.SHORT);
        }
        if (password.length > CHARS_MAX) {
            return Optional.of(Fault.LONG);
        }
        String lower = new String(password).toLowerCase(Locale.ROOT);
        if (lower.strip().equals(account.strip().toLowerCase(Locale.ROOT))) {
            return Optional.of(Fault.NAME);
        }
        boolean oneCharacter = lower.chars().distinct().count() == 1;
        return oneCharacter || MOST_USED.contains(lower) ? Optional.of(Fault.MOST_USED) : Optional.empty();
    }
}
