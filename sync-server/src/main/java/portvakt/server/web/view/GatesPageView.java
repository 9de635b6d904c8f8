package portvakt.server.web.view;

import java.util.List;

/** The page of a site's gates. @param refreshUrl where its changing part is */
public record GatesPageView(
        PageFrame frame,
        List<CardsView.Place> places,
        CardsView.Place place,
        String refreshUrl,
        GateHealthView health) {}
