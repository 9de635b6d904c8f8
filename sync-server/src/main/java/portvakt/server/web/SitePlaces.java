package portvakt.server.web;

import io.helidon.http.HttpException;
import io.helidon.http.Status;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import portvakt.server.port.Gates;
import portvakt.server.port.Principal;
import portvakt.server.port.Right;
import portvakt.server.port.Sites;

/** The sites that a page can be about: those that are set up, then those that are known by their gates. */
record SitePlaces(PresenceDesk desk, Gates gates) {

    /** @param title what people call it @param zone where it is */
    record Place(String name, String title, ZoneId zone) {}

    /** Those where somebody has a right. */
    List<Place> of(Principal principal, Right right) {
        Sites theirs = principal.sites(right);
        return Stream.concat(
                        desk.sites().stream().map(site -> new Place(site.name(), site.title(), site.zone())),
                        gates.all().stream()
                                .map(Gates.Gate::site)
                                .distinct()
                                .sorted()
                                .filter(name -> desk.find(name).isEmpty())
                                .map(name -> new Place(name, name, desk.zone())))
                .filter(place -> theirs.include(place.name()))
                .toList();
    }

    /**
     * The one asked for, else the first.
     *
     * @throws HttpException if there is none
     */
    static Place chosen(List<Place> places, Optional<String> asked) {
        return places.stream()
                .filter(place -> asked.isEmpty() || asked.get().equals(place.name()))
                .findFirst()
                .orElseThrow(() -> new HttpException("no such site", Status.NOT_FOUND_404));
    }

    String title(String site) {
        return desk.find(site).map(PresenceDesk.Site::title).orElse(site);
    }

    ZoneId zone(String site) {
        return desk.find(site).map(PresenceDesk.Site::zone).orElse(desk.zone());
    }
}
