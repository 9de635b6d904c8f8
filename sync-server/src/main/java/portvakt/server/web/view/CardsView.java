package portvakt.server.web.view;

import java.util.List;
import java.util.Optional;

/**
 * The page of a site's cards and chips.
 *
 * @param error     why the last form did nothing
 * @param conflict  what has to be confirmed before a chip is bound
 * @param find      what was looked for among the bindings
 * @param hasList   whether the site has a list of its own
 * @param barCard   what was typed, to be typed no second time
 */
public record CardsView(
        PageFrame frame,
        List<Place> places,
        Place place,
        boolean mayBind,
        boolean mayBar,
        String streamUrl,
        Optional<String> error,
        Optional<Conflict> conflict,
        ChipsView chips,
        List<Warning> doubled,
        List<Warning> expired,
        String find,
        Bindings bindings,
        boolean hasList,
        List<Barred> barred,
        String barCard,
        String barReason) {

    public record Place(String name, String title, String url) {}

    /** @param uid and card are of the binding that was wished for */
    public record Conflict(String text, String uid, String card, String confirm) {}

    /** Something about a card that somebody should look at. */
    public record Warning(String card, Optional<String> url, List<String> lines) {}

    /** @param shown how many of how many, in words; empty where all are shown */
    public record Bindings(List<Binding> rows, String shown, boolean any) {}

    /** @param uid hexadecimal, for the form that ends it */
    public record Binding(String card, Optional<String> url, String uid, String shown, String made) {}

    /** @param number for the form that takes it off */
    public record Barred(
            String card, String number, Optional<String> url, String status, String since, Optional<String> reason) {}
}
