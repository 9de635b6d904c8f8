package portvakt.server.web.view;

import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * What an inspector's link shows.
 *
 * @param sheet empty: the link opens nothing
 * @param until how long it opens, and who gave it
 * @param fileUrl where a static file is
 */
public record InspectView(
        Texts texts,
        UnaryOperator<String> fileUrl,
        Optional<SiteListView.Sheet> sheet,
        String until,
        String checked,
        String self) {

    public String text(String key, Object... arguments) {
        return texts.text(key, arguments);
    }
}
