package portvakt.protocol.enrol;

import java.math.BigInteger;

/** Crockford's Base32 symbols, which are read aloud and typed without mistaking one for another. */
final class Symbols {

    static final int BITS = 5;
    private static final String ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    private Symbols() {}

    /** The first bits of some bytes. */
    static String of(byte[] bytes, int count) {
        BigInteger number = new BigInteger(1, bytes).shiftRight(bytes.length * Byte.SIZE - count * BITS);
        StringBuilder symbols = new StringBuilder();
        for (int i = count - 1; i >= 0; i--) {
            symbols.append(ALPHABET.charAt(number.shiftRight(i * BITS).intValue() & (ALPHABET.length() - 1)));
        }
        return symbols.toString();
    }

    /** What a person typed for a symbol: small letters count, O is 0, I and L are 1. @return -1 for none */
    static int value(char typed) {
        char upper = Character.toUpperCase(typed);
        return ALPHABET.indexOf(
                switch (upper) {
                    case 'O' -> '0';
                    case 'I', 'L' -> '1';
                    default -> upper;
                });
    }

    static char symbol(int value) {
        return ALPHABET.charAt(value);
    }

    /**
     * The symbol that shows a slip: the remainder of the symbols, taken as a polynomial over GF(32), at a generator of that field.
     * One wrong symbol, or two that changed places, always give another one, up to 31 symbols.
     */
    static char check(String symbols) {
        int sum = 0;
        for (int i = 0; i < symbols.length(); i++) {
            sum = doubled(sum) ^ value(symbols.charAt(i));
        }
        return symbol(doubled(sum));
    }

    /** Times x, modulo x^5 + x^2 + 1. */
    private static int doubled(int value) {
        int shifted = value << 1;
        return (shifted & 0x20) == 0 ? shifted : shifted ^ 0x25;
    }
}
