package portvakt.server.web.view;

import java.util.List;
import java.util.Optional;

/**
 * One gate, whole.
 *
 * @param mayCutOff whether the reader gets the form
 */
public record GatePageView(
        PageFrame frame,
        CardsView.Place place,
        String gate,
        Detail detail,
        String refreshUrl,
        boolean mayCutOff,
        Optional<String> error) {

    /** The part that changes. */
    public record Detail(
            Texts texts,
            String asOf,
            GateHealthView.Row row,
            List<Fact> facts,
            List<ListLine> lists,
            List<Device> devices) {}

    public record Fact(String label, String value) {}

    /** @param css colour and icon of the state */
    public record ListLine(String list, String css, String state, List<String> facts) {}

    public record Device(String name, String css, String state, String detail) {}
}
