package portvakt.protocol.list;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.stream.LongStream;

/**
 * What leads from one version of a list to a later one. Big-endian:
 *
 * <pre>
 *   0  168  head       of the version that it leads to ({@link ListHead})
 * 168    8  from       the version that it leads on from, in the same epoch
 * 176    4  additions
 * 180    4  removals
 * 184  8 x  keys that come, then keys that go; each sorted ascending unsigned, none twice
 * </pre>
 *
 * Its body is not signed and need not be: whoever applies it must arrive at the root that the head signs. Immutable.
 */
public final class ListDelta {

    /** Most bytes of a delta: brokers are set to take that much. */
    public static final int BYTES_MAX = 64 * 1024;

    private static final int HEADER_BYTES = ListHead.SIZE_BYTES + Long.BYTES + 2 * Integer.BYTES;

    /** Most keys that come and go in one delta. */
    public static final int KEYS_MAX = (BYTES_MAX - HEADER_BYTES) / Long.BYTES;

    private final ListHead head;
    private final byte[] headBytes;
    private final long from;
    private final long[] added;
    private final long[] removed;

    private ListDelta(ListHead head, byte[] headBytes, long from, long[] added, long[] removed) {
        this.head = head;
        this.headBytes = headBytes;
        this.from = from;
        this.added = added;
        this.removed = removed;
    }

    /**
     * @param headBytes the signed head of the version that it leads to
     * @param added     sorted ascending unsigned, as {@code removed}; no key in both
     * @throws IllegalArgumentException if it would be no well-formed delta
     */
    public static ListDelta of(byte[] headBytes, long from, long[] added, long[] removed) {
        ByteBuffer bytes = ByteBuffer.allocate(HEADER_BYTES + (added.length + removed.length) * Long.BYTES);
        bytes.put(headBytes).putLong(from).putInt(added.length).putInt(removed.length);
        bytes.asLongBuffer().put(added).put(removed);
        try {
            return parse(bytes.array());
        } catch (MalformedListException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /**
     * Decodes without proving: a caller must prove the head, and arrive at its root, before it believes a word.
     *
     * @throws MalformedListException if the bytes are no delta, or one byte too many
     */
    public static ListDelta parse(byte[] bytes) throws MalformedListException {
        if (bytes.length < HEADER_BYTES || bytes.length > BYTES_MAX) {
            throw new MalformedListException(
                    "a delta has " + HEADER_BYTES + " to " + BYTES_MAX + " bytes, got " + bytes.length);
        }
        byte[] headBytes = Arrays.copyOf(bytes, ListHead.SIZE_BYTES);
        ListHead head = ListHead.parse(headBytes);
        ByteBuffer rest = ByteBuffer.wrap(bytes, ListHead.SIZE_BYTES, bytes.length - ListHead.SIZE_BYTES);
        long from = rest.getLong();
        int additions = rest.getInt();
        int removals = rest.getInt();
        if (additions < 0 || removals < 0 || ((long) additions + removals) * Long.BYTES != rest.remaining()) {
            throw new MalformedListException(
                    "a delta of " + additions + " and " + removals + " keys cannot have " + bytes.length + " bytes");
        }
        if (from < 0 || from >= head.version()) {
            throw new MalformedListException("no delta leads from version " + from + " to " + head.version());
        }
        long[] added = keys(rest, additions);
        long[] removed = keys(rest, removals);
        if (!disjoint(added, removed)) {
            throw new MalformedListException("a key comes and goes in the same delta");
        }
        return new ListDelta(head, headBytes, from, added, removed);
    }

    private static long[] keys(ByteBuffer from, int count) throws MalformedListException {
        long[] keys = new long[count];
        for (int at = 0; at < count; at++) {
            keys[at] = from.getLong();
            if (at > 0 && Long.compareUnsigned(keys[at - 1], keys[at]) >= 0) {
                throw new MalformedListException("the delta's keys are not sorted, or one stands twice");
            }
        }
        return keys;
    }

    private static boolean disjoint(long[] one, long[] other) {
        return LongStream.concat(Arrays.stream(one), Arrays.stream(other))
                        .distinct()
                        .count()
                == one.length + other.length;
    }

    /** The bytes that {@link #parse} takes. */
    public byte[] bytes() {
        ByteBuffer bytes = ByteBuffer.allocate(HEADER_BYTES + (added.length + removed.length) * Long.BYTES);
        bytes.put(headBytes).putLong(from).putInt(added.length).putInt(removed.length);
        bytes.asLongBuffer().put(added).put(removed);
        return bytes.array();
    }

    /** Of the version that it leads to. */
    public ListHead head() {
        return head;
    }

    public byte[] headBytes() {
        return headBytes.clone();
    }

    public long from() {
        return from;
    }

    /** Keys that come, sorted ascending unsigned. */
    public long[] added() {
        return added.clone();
    }

    /** Keys that go, sorted ascending unsigned. */
    public long[] removed() {
        return removed.clone();
    }
}
