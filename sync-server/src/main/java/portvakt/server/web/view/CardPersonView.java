package portvakt.server.web.view;

import java.util.List;
import java.util.Optional;

/**
 * One card at one site.
 *
 * @param holder  as its newest event says
 * @param warnings what somebody should look at
 * @param onSite  whether its holder is there, in words
 * @param logUrl  empty where the reader may not see passages
 */
public record CardPersonView(
        PageFrame frame,
        CardsView.Place place,
        String card,
        String number,
        Optional<String> holder,
        Optional<String> employer,
        boolean mayBind,
        boolean mayBar,
        Optional<String> error,
        List<String> warnings,
        String onSite,
        List<ListStatus> statuses,
        boolean hasList,
        boolean barred,
        List<Chip> chips,
        List<RowView> rows,
        String logUrl) {

    /** @param css colour and icon */
    public record ListStatus(String list, String css, String status, List<String> history) {}

    /** @param uid hexadecimal, for the form that ends the binding; empty: it is not bound */
    public record Chip(String uid, String shown, List<String> facts) {}
}
