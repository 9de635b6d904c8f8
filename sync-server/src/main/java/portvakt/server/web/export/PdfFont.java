package portvakt.server.web.export;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.openpdf.text.pdf.BaseFont;

/**
 * Liberation Sans (SIL Open Font License 1.1), for one document: it has Latin letters with all their marks, Greek and Cyrillic. What
 * it lacks becomes a square, and is remembered, so that the document can say so. For one thread.
 */
final class PdfFont {

    static final char LACKING = '□';

    private final BaseFont regular = load("LiberationSans-Regular.ttf");
    private final BaseFont bold = load("LiberationSans-Bold.ttf");
    private boolean lacked;

    BaseFont regular() {
        return regular;
    }

    BaseFont bold() {
        return bold;
    }

    /** Whether {@link #printable} has met anything that it could not keep. */
    boolean lacked() {
        return lacked;
    }

    /** The text with a square for each character that the font lacks; both weights have the same ones. */
    String printable(String text) {
        StringBuilder printable = new StringBuilder(text.length());
        text.codePoints().forEach(each -> {
            if (Character.isWhitespace(each)) {
                printable.append(' ');
            } else if (!Character.isISOControl(each) && regular.charExists(each)) {
                printable.appendCodePoint(each);
            } else {
                printable.append(LACKING);
                lacked = true;
            }
        });
        return printable.toString();
    }

    /** Whole glyphs are embedded, but only those that the document uses. Not shared: a font collects what was used of it. */
    private static BaseFont load(String name) {
        try (InputStream in = PdfFont.class.getResourceAsStream("/liberation/" + name)) {
            if (in == null) {
                throw new IllegalStateException("the font " + name + " is not on the class path");
            }
            return BaseFont.createFont(
                    name, BaseFont.IDENTITY_H, BaseFont.EMBEDDED, BaseFont.NOT_CACHED, in.readAllBytes(), null);
        } catch (IOException e) {
            throw new UncheckedIOException(name, e);
        }
    }
}
