package portvakt.protocol;

import java.util.Arrays;
import java.util.HexFormat;

/**
 * The identifier that a contactless chip answers with before any authentication (ISO 14443-3): 4, 7 or 10 bytes, kept in the
 * order read. Easy to clone, so a UID alone is weak evidence ({@link Assurance#UID_ONLY}). Immutable.
 */
public record Uid(String hex) {

    /** @param hex lower-case hexadecimal digits of 4, 7 or 10 bytes */
    public Uid {
        if (!hex.matches("[0-9a-f]*") || (hex.length() != 8 && hex.length() != 14 && hex.length() != 20)) {
            throw new IllegalArgumentException("a UID has 4, 7 or 10 bytes, got \"" + hex + "\"");
        }
    }

    /** @throws IllegalArgumentException unless 4, 7 or 10 bytes */
    public static Uid of(byte[] bytes) {
        return new Uid(HexFormat.of().formatHex(bytes));
    }

    public byte[] bytes() {
        return HexFormat.of().parseHex(hex);
    }

    /**
     * Four bytes that begin with 08 are drawn anew at each read (ISO 14443-3 random ID; phones and some DESFire cards), so they
     * name nobody.
     */
    public boolean isRandom() {
        return hex.length() == 8 && hex.startsWith("08");
    }

    /** The first byte and the last, the rest starred. */
    @Override
    public String toString() {
        char[] stars = new char[hex.length() - 4];
        Arrays.fill(stars, '*');
        return hex.substring(0, 2) + new String(stars) + hex.substring(hex.length() - 2);
    }
}
