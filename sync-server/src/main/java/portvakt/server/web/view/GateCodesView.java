package portvakt.server.web.view;

import java.util.List;
import java.util.Optional;

/**
 * The codes by which a site's gates are let in, and the form for a new one.
 *
 * @param gate     what stands in the form's field
 * @param out      whether the gate leads out
 * @param known    names of the site's gates, as suggestions
 * @param validity how long a code lasts, in words
 * @param made     a code that was just made, shown this once
 * @param error    what was wrong with the form that was sent
 */
public record GateCodesView(
        PageFrame frame,
        List<CardsView.Place> places,
        CardsView.Place place,
        String back,
        String gate,
        boolean out,
        List<String> known,
        Optional<Made> made,
        Optional<String> error,
        List<Row> rows) {

    /**
     * @param groups  of the code, to be read aloud one by one
     * @param command to be typed at the gate
     * @param until   how long it lasts, in words
     * @param lead    what it does to the gate that there is
     */
    public record Made(String gate, List<String> groups, String command, String until, Optional<String> lead) {}

    /** @param url where an open one is withdrawn */
    public record Row(String gate, String direction, String css, String state, String made, Optional<String> url) {}
}
