package portvakt.server.web.view;

import java.util.List;
import java.util.Optional;

/**
 * A site's passes, and the form for a new one.
 *
 * @param site     the one shown; empty: there is no site with a list
 * @param error    what was wrong with the form that was sent
 * @param olderUrl the next page, if there is one
 */
public record PassesView(
        PageFrame frame,
        List<Place> sites,
        String site,
        List<Choice> kinds,
        Entered entered,
        Optional<String> error,
        List<Row> rows,
        Optional<String> olderUrl) {

    /** Another site's page. */
    public record Place(String name, String url, boolean current) {}

    /** @param name as the form sends it */
    public record Choice(String name, String text, boolean chosen) {}

    /** What stands in the form's fields: dates as ISO 8601. */
    public record Entered(String from, String until, String note) {}

    /** @param css of the state: {@code good}, {@code calm}, {@code bad} */
    public record Row(String url, String kind, String period, String note, String state, String css) {}
}
