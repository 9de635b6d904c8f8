package portvakt.protocol.pass;

import java.util.Arrays;
import java.util.Optional;

/**
 * Base45 (RFC 9285): bytes in the 45 characters that a QR code holds at 5.5 bits each. Strict both ways: to each text belongs one
 * run of bytes at most, and the other way round.
 */
final class Base45 {

    private static final String ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
    private static final int BASE = 45;
    private static final byte[] VALUES = values();

    private Base45() {}

    private static byte[] values() {
        byte[] values = new byte[128];
        Arrays.fill(values, (byte) -1);
        for (int i = 0; i < ALPHABET.length(); i++) {
            values[ALPHABET.charAt(i)] = (byte) i;
        }
        return values;
    }

    static String encode(byte[] bytes) {
        StringBuilder text = new StringBuilder(bytes.length / 2 * 3 + 2);
        for (int i = 0; i < bytes.length; i += 2) {
            boolean pair = i + 1 < bytes.length;
            int n = pair ? (bytes[i] & 0xff) << 8 | bytes[i + 1] & 0xff : bytes[i] & 0xff;
            text.append(ALPHABET.charAt(n % BASE)).append(ALPHABET.charAt(n / BASE % BASE));
            if (pair) {
                text.append(ALPHABET.charAt(n / BASE / BASE));
            }
        }
        return text.toString();
    }

    /** @return empty for what is no base45: a foreign character, a length that none has, a group above what its bytes hold */
    static Optional<byte[]> decode(String text) {
        int rest = text.length() % 3;
        if (rest == 1) {
            return Optional.empty();
        }
        byte[] bytes = new byte[text.length() / 3 * 2 + rest / 2];
        int length = 0;
        for (int i = 0; i < text.length(); i += 3) {
            boolean triple = i + 2 < text.length();
            int low = value(text.charAt(i));
            int middle = value(text.charAt(i + 1));
            int high = triple ? value(text.charAt(i + 2)) : 0;
            int n = low + BASE * middle + BASE * BASE * high;
            if (low < 0 || middle < 0 || high < 0 || n > (triple ? 0xffff : 0xff)) {
                return Optional.empty();
            }
            if (triple) {
                bytes[length++] = (byte) (n >> 8);
            }
            bytes[length++] = (byte) n;
        }
        return Optional.of(bytes);
    }

    private static int value(char character) {
        return character < VALUES.length ? VALUES[character] : -1;
    }
}
