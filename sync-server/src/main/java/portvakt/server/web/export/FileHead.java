package portvakt.server.web.export;

import java.util.List;
import portvakt.server.web.view.Texts;

/**
 * What stands above the rows of a file that people read, in their language.
 *
 * @param texts        words, and how times are shown
 * @param title        {@code Entry log of Bjørvika}
 * @param asked        the filter in words: {@code 1–30 November 2026 · Denied}
 * @param made         when, by whom, and how its times are to be read
 * @param wholeNumbers whether card numbers and UIDs are shown whole
 * @param severalSites whether a gate's name needs its site's beside it
 */
public record FileHead(
        Texts texts, String title, String asked, List<String> made, boolean wholeNumbers, boolean severalSites) {

    public FileHead {
        made = List.copyOf(made);
    }
}
