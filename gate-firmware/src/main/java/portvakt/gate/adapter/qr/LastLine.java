package portvakt.gate.adapter.qr;

/**
 * The last line that a command wrote to its standard error, however much it wrote. A carriage return ends a line too: ffmpeg
 * draws its progress with it. Safe for two threads.
 */
final class LastLine {

    private static final int CHARS_MAX = 512;

    private final StringBuilder current = new StringBuilder();
    private String last = "";

    synchronized void accept(byte[] bytes, int length) {
        for (int i = 0; i < length; i++) {
            char c = (char) (bytes[i] & 0xff);
            if (c == '\n' || c == '\r') {
                keep();
            } else if (current.length() < CHARS_MAX) {
                current.append(c);
            }
        }
    }

    private void keep() {
        if (!current.toString().isBlank()) {
            last = current.toString().strip();
        }
        current.setLength(0);
    }

    /** What was written last, a line without an end included; empty if nothing was. */
    synchronized String text() {
        return current.toString().isBlank() ? last : current.toString().strip();
    }
}
