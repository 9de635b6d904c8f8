package portvakt.gate.adapter.qr;

/** Foreign bytes made fit for one line of a log: short, and without control characters that could forge a second line. */
final class Printable {

    private static final int CHARS_MAX = 160;

    private Printable() {}

    /** In quotation marks; anything but printable ASCII is a dot. */
    static String text(String foreign) {
        StringBuilder text = new StringBuilder("\"");
        foreign.chars().limit(CHARS_MAX).forEach(c -> text.append(c >= ' ' && c <= '~' ? (char) c : '.'));
        return text.append(foreign.length() > CHARS_MAX ? "…\"" : "\"").toString();
    }
}
