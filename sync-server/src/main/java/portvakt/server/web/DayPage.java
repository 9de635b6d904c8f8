package portvakt.server.web;

import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import portvakt.server.port.EntryLog;
import portvakt.server.port.EntryLog.Tally;
import portvakt.server.port.Right;
import portvakt.server.web.SitePlaces.Place;
import portvakt.server.web.view.CardsView;
import portvakt.server.web.view.DayView;
import portvakt.server.web.view.DayWording;
import portvakt.server.web.view.PageFrame;
import portvakt.server.web.view.Texts;

/** A day of a site in pictures: taps by the hour, who was there, and where it was crowded. */
final class DayPage {

    static final String PATH = "/day";

    private final EntryLog log;
    private final SitePlaces places;
    private final Pages pages;
    private final InstantSource clock;

    DayPage(EntryLog log, SitePlaces places, Pages pages, InstantSource clock) {
        this.log = log;
        this.places = places;
        this.pages = pages;
        this.clock = clock;
    }

    List<Route> routes() {
        return List.of(Route.page(PATH, Right.SEE_PASSAGES, this::show));
    }

    static String url(String site) {
        return PATH + "?" + Scope.SITE + "=" + site;
    }

    private static String url(Place place, LocalDate date) {
        return url(place.name()) + "&date=" + date;
    }

    private void show(ServerRequest request, ServerResponse response) {
        List<Place> theirs = places.of(Authentication.principal(request), Right.SEE_PASSAGES);
        Place place =
                SitePlaces.chosen(theirs, request.query().first(Scope.SITE).asOptional());
        Instant now = clock.instant();
        LocalDate today = LocalDate.ofInstant(now, place.zone());
        LocalDate date = date(request, today);
        Instant from = date.atStartOfDay(place.zone()).toInstant();
        Instant until = date.plusDays(1).atStartOfDay(place.zone()).toInstant();
        // A day has 92, 96 or 100 of them.
        int steps = (int) (Duration.between(from, until).toSeconds() / DayWording.STEP.toSeconds());
        List<Tally> day = log.tallies(place.name(), from, DayWording.STEP, steps);
        PageFrame frame = pages.frame(request, response, url(place.name()));
        Texts texts = frame.texts().in(place.zone());
        DayWording wording = new DayWording(texts, from, steps);
        List<DayView.Hour> hours = wording.hours(day);
        Optional<DayView.Queue> queue = DayWording.rush(day)
                .map(rush -> wording.queue(
                        rush,
                        log.tallies(place.name(), rush.from(), DayWording.MINUTE, (int)
                                Duration.ofHours(1).toMinutes()),
                        day));
        pages.send(
                response,
                "day",
                new DayView(
                        frame,
                        theirs.stream().map(DayPage::view).toList(),
                        view(place),
                        date.toString(),
                        today.toString(),
                        texts.today(from),
                        url(place, date.minusDays(1)),
                        date.isBefore(today) ? Optional.of(url(place, date.plusDays(1))) : Optional.empty(),
                        wording.figures(day),
                        wording.taps(hours),
                        wording.onSite(day, hours, now),
                        queue,
                        hours.stream().filter(hour -> !hour.from().isAfter(now)).toList()));
    }

    private static CardsView.Place view(Place place) {
        return new CardsView.Place(place.name(), place.title(), url(place.name()));
    }

    /** A mistyped date, or one to come, is today. */
    private static LocalDate date(ServerRequest request, LocalDate today) {
        try {
            return request.query()
                    .first("date")
                    .asOptional()
                    .map(LocalDate::parse)
                    .filter(date -> !date.isAfter(today) && date.isAfter(today.minusYears(10)))
                    .orElse(today);
        } catch (DateTimeParseException e) {
            return today;
        }
    }
}
