package portvakt.server.web.view;

import java.util.List;
import java.util.Optional;

/**
 * The page of a site's gates.
 *
 * @param refreshUrl where its changing part is
 * @param codesUrl   where new gates are let in, for those who may
 */
public record GatesPageView(
        PageFrame frame,
        List<CardsView.Place> places,
        CardsView.Place place,
        String refreshUrl,
        GateHealthView health,
        Optional<String> codesUrl) {}
