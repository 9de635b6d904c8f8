package portvakt.server.list;

import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * A Token Status List (draft-ietf-oauth-status-list): one status for each index, 1, 2, 4 or 8 bits wide, the lowest bits of a byte
 * first. Immutable.
 *
 * <pre>
 *   bits = 2:   byte 0              byte 1
 *               7 6 5 4 3 2 1 0     7 6 5 4 …
 *   index        3   2   1   0       7   6
 * </pre>
 */
public final class TokenStatusList {

    public static final int VALID = 0;
    public static final int INVALID = 1;
    public static final int SUSPENDED = 2;

    private static final int CHUNK_BYTES = 8192;

    private final int bits;
    private final byte[] statuses;

    private TokenStatusList(int bits, byte[] statuses) {
        this.bits = bits;
        this.statuses = statuses;
    }

    /** A list that cannot be read. The message says what is wrong. */
    public static final class Malformed extends Exception {
        private static final long serialVersionUID = 1L;

        Malformed(String message) {
            super(message, null, false, false);
        }
    }

    /** Whether a status may be that many bits wide. */
    public static boolean isWidth(int bits) {
        return bits == 1 || bits == 2 || bits == 4 || bits == 8;
    }

    /**
     * @param compressed       in the zlib format (RFC 1950)
     * @param inflatedBytesMax more is refused before it is in memory
     */
    public static TokenStatusList inflate(int bits, byte[] compressed, int inflatedBytesMax) throws Malformed {
        if (!isWidth(bits)) {
            throw new Malformed("\"bits\" has to be 1, 2, 4 or 8, got " + bits);
        }
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(compressed);
            byte[] out = new byte[CHUNK_BYTES];
            int length = 0;
            while (!inflater.finished()) {
                if (length == out.length) {
                    out = Arrays.copyOf(out, Math.min(2 * out.length, inflatedBytesMax + 1));
                }
                int got = inflater.inflate(out, length, out.length - length);
                length += got;
                if (length > inflatedBytesMax) {
                    throw new Malformed("the list inflates to more than " + inflatedBytesMax + " bytes");
                }
                if (got == 0 && !inflater.finished()) {
                    throw new Malformed("the compressed list is cut short");
                }
            }
            if (inflater.getRemaining() > 0) {
                throw new Malformed("bytes follow the compressed list");
            }
            return new TokenStatusList(bits, Arrays.copyOf(out, length));
        } catch (DataFormatException e) {
            throw new Malformed("the list is not compressed with zlib, or is damaged");
        } finally {
            inflater.end();
        }
    }

    /** How many indexes it has a status for. */
    public long size() {
        return (long) statuses.length * 8 / bits;
    }

    /** @throws IndexOutOfBoundsException if the list says nothing of this index */
    public int status(long index) {
        if (index < 0 || index >= size()) {
            throw new IndexOutOfBoundsException("index " + index + " of " + size());
        }
        long firstBit = index * bits;
        int value = Byte.toUnsignedInt(statuses[Math.toIntExact(firstBit / 8)]);
        return value >>> (firstBit % 8) & (1 << bits) - 1;
    }

    /** The first index from {@code from} on whose status is not {@link #VALID}; {@link #size} if there is none. */
    public long nextNotValid(long from) {
        for (long index = from; index < size(); index++) {
            if (index * bits % 8 == 0) {
                // Most bytes are zero: step over them whole.
                int at = Math.toIntExact(index * bits / 8);
                while (at < statuses.length && statuses[at] == 0) {
                    at++;
                }
                index = Math.max(index, (long) at * 8 / bits);
                if (index >= size()) {
                    return size();
                }
            }
            if (status(index) != VALID) {
                return index;
            }
        }
        return size();
    }
}
