package portvakt.server.web.view;

import java.util.List;
import java.util.Optional;

/**
 * Where requests of people are answered.
 *
 * @param complaints where to complain; empty: the operator has not said it
 */
public record PrivacyView(
        PageFrame frame,
        List<PassesView.Place> places,
        String site,
        String title,
        String card,
        Optional<String> fault,
        List<CaseLine> open,
        List<FrozenLine> frozen,
        Optional<String> complaints) {

    /** @param left days left, in words @param css {@code good}, {@code warn} or {@code bad} */
    public record CaseLine(
            long id, String url, String what, String card, String received, String left, String css, String grounds) {}

    public record FrozenLine(String url, String card, String words) {}
}
