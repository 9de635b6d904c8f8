package portvakt.server.web.view;

import java.util.List;
import java.util.Optional;

/**
 * The chips that nobody has bound, in words.
 *
 * @param formToken for the forms; empty where the reader may not bind
 * @param read      card numbers to choose from
 */
public record ChipsView(Texts texts, String formToken, String site, List<Chip> chips, List<Read> read) {

    /**
     * @param uid   hexadecimal, for the form; empty where the reader may not bind
     * @param shown the same as the reader may see it
     * @param bound what became of it; empty: nothing yet
     */
    public record Chip(
            String id, String uid, String shown, String where, String time, String isoTime, Optional<String> bound) {}

    /** A card that was read a moment ago. */
    public record Read(String card, String label) {}
}
