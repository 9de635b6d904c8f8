package portvakt.server.web;

import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import portvakt.server.port.Presence;

/**
 * What it takes to keep the count of who is on a site. Immutable.
 *
 * @param sites               those that are set up; one that has a gate is known beside them
 * @param zone                of sites that are not set up
 * @param acceptedCardNumbers what a card number has to look like
 */
public record PresenceDesk(Presence presence, List<Site> sites, ZoneId zone, Pattern acceptedCardNumbers) {

    /** @param title what people call it @param zone where it is: times that people write are its own @param deniesTwice whether a card may have to be forgiven */
    public record Site(String name, String title, ZoneId zone, boolean deniesTwice) {}

    public PresenceDesk {
        sites = List.copyOf(sites);
    }

    Optional<Site> find(String name) {
        return sites.stream().filter(site -> site.name().equals(name)).findFirst();
    }
}
