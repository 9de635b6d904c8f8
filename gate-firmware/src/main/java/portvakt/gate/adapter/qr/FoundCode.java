package portvakt.gate.adapter.qr;

/**
 * A code that a decoder read in a frame, with its place.
 *
 * @param text   what it says; hostile input, never logged whole
 * @param x      its centre, pixels from the left
 * @param y      its centre, pixels from the top
 * @param sizePx about the length of its sides
 */
public record FoundCode(String text, double x, double y, double sizePx) {

    /** Whether both are the same piece of paper: their centres are nearer than half a side. */
    boolean isAtPlaceOf(FoundCode other) {
        return Math.hypot(x - other.x, y - other.y) < Math.max(sizePx, other.sizePx) / 2;
    }

    /** Says where, not what. */
    @Override
    public String toString() {
        return "FoundCode[" + text.length() + " characters at " + Math.round(x) + "," + Math.round(y) + "]";
    }
}
