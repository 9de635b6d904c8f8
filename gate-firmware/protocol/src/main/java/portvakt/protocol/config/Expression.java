package portvakt.protocol.config;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** A regular expression that somebody has written into settings. */
public final class Expression {

    /** Groups in groups use up the stack of whoever compiles them; so many characters never do. */
    static final int CHARS_MAX = 500;

    private Expression() {}

    /**
     * @param setting its name, for the message
     * @param example of one that is right, for the message
     * @throws IllegalArgumentException if it is none, or too long
     */
    public static Pattern compile(String setting, String expression, String example) {
        if (expression.length() > CHARS_MAX) {
            throw new IllegalArgumentException("\"" + setting + "\" has " + expression.length()
                    + " characters, at most " + CHARS_MAX + ": write it shorter, for example " + example);
        }
        try {
            return Pattern.compile(expression);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException("\"" + setting + "\" is no regular expression: " + e.getDescription()
                    + " at character " + (e.getIndex() + 1) + "; write it in Java's syntax, for example " + example);
        }
    }
}
