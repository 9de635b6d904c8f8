package portvakt.protocol.enrol;

import java.security.SecureRandom;

/**
 * A one-time code as a person types it: seven groups of four symbols.
 *
 * <pre>
 * 15 symbols  the server's {@link ServerPin}, 75 bits: whom the gate may show the rest to
 * 12 symbols  the secret, 60 random bits; the first four of them name the code where tries are counted
 *  1 symbol   shows a slip
 * </pre>
 *
 * Does not print itself: use {@link #text}.
 */
public final class EnrolmentCode {

    /** Random bytes that hold a secret's 60 bits. */
    private static final int SECRET_BYTES = 8;

    private static final int SECRET_SYMBOLS = 12;
    private static final int NAME_SYMBOLS = 4;
    private static final int GROUP = 4;
    private static final int SYMBOLS = ServerPin.SYMBOLS + SECRET_SYMBOLS + 1;

    private final String symbols;

    private EnrolmentCode(String symbols) {
        this.symbols = symbols;
    }

    /** A new code of a server. */
    public static EnrolmentCode random(ServerPin pin, SecureRandom random) {
        byte[] secret = new byte[SECRET_BYTES];
        random.nextBytes(secret);
        String body = pin.symbols() + Symbols.of(secret, SECRET_SYMBOLS);
        return new EnrolmentCode(body + Symbols.check(body));
    }

    /**
     * What somebody typed; spaces, hyphens and small letters are as good, and O, I, L are taken for 0, 1, 1.
     *
     * @throws IllegalArgumentException if it is no whole code, saying what is wrong and what to do
     */
    public static EnrolmentCode parse(String typed) {
        StringBuilder symbols = new StringBuilder();
        for (char each : typed.toCharArray()) {
            if (Character.isWhitespace(each) || each == '-' || each == '\u2013' || each == '.') {
                continue;
            }
            int value = Symbols.value(each);
            if (value < 0) {
                throw new IllegalArgumentException(
                        "the code holds \"" + each
                                + "\", which is in no code: there are the digits and the letters without I, L, O, U. Read it again.");
            }
            symbols.append(Symbols.symbol(value));
        }
        if (symbols.length() != SYMBOLS) {
            throw new IllegalArgumentException("the code has " + symbols.length() + " characters, and a whole one has "
                    + SYMBOLS + ", in seven groups of four. Read it again.");
        }
        String body = symbols.substring(0, SYMBOLS - 1);
        if (Symbols.check(body) != symbols.charAt(SYMBOLS - 1)) {
            throw new IllegalArgumentException(
                    "a character of the code is wrong, or two have changed places. Read it again.");
        }
        return new EnrolmentCode(symbols.toString());
    }

    /** As it is shown and read aloud: {@code XXXX-XXXX-XXXX-XXXX-XXXX-XXXX-XXXX}. */
    public String text() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < symbols.length(); i += GROUP) {
            text.append(i == 0 ? "" : "-").append(symbols, i, i + GROUP);
        }
        return text.toString();
    }

    /** Whom the gate may show the secret to. */
    public ServerPin pin() {
        return new ServerPin(symbols.substring(0, ServerPin.SYMBOLS));
    }

    /** What proves, to that server alone, that somebody was given this code. */
    public String secret() {
        return symbols.substring(ServerPin.SYMBOLS, SYMBOLS - 1);
    }

    /** The part of a secret by which a server counts tries against the code that it may be meant for. */
    public static String name(String secret) {
        return secret.substring(0, Math.min(NAME_SYMBOLS, secret.length()));
    }

    /** Whether a text has the form of a secret. */
    public static boolean isSecret(String text) {
        return text.length() == SECRET_SYMBOLS && text.chars().allMatch(each -> Symbols.value((char) each) >= 0);
    }

    @Override
    public String toString() {
        return "an enrolment code";
    }
}
