package portvakt.server.web.view;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A day of a site in pictures.
 *
 * @param date    for the form's field
 * @param figures what is asked first
 * @param hours   the pictures' numbers as a table
 * @param queue   empty: nobody tapped
 */
public record DayView(
        PageFrame frame,
        List<CardsView.Place> places,
        CardsView.Place place,
        String date,
        String today,
        String title,
        String beforeUrl,
        Optional<String> afterUrl,
        List<SpreadView.Figure> figures,
        BarsView taps,
        BarsView onSite,
        Optional<Queue> queue,
        List<Hour> hours) {

    /** The busiest hour at the busiest gate. @param facts what can be said of waiting, and what cannot */
    public record Queue(String title, BarsView chart, List<String> facts) {}

    public record Hour(Instant from, String hour, long granted, long denied, long in, long out, long present) {}
}
