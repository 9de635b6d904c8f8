package portvakt.server.web;

import java.net.URI;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import portvakt.server.port.AccessAudit;
import portvakt.server.port.SiteList;

/**
 * What it takes to answer for personal data. Immutable.
 *
 * @param sites               those that are set up
 * @param acceptedCardNumbers what a card number has to look like
 * @param publicUrl           what people type; used in links that leave the server
 */
public record PrivacyDesk(
        AccessAudit audit, SiteList siteList, List<Site> sites, Pattern acceptedCardNumbers, URI publicUrl) {

    /** @param title what people call it @param zone where it is: its days begin there */
    public record Site(String name, String title, ZoneId zone) {

        LocalDate day(Instant instant) {
            return LocalDate.ofInstant(instant, zone);
        }
    }

    public PrivacyDesk {
        sites = List.copyOf(sites);
    }

    Optional<Site> find(String name) {
        return sites.stream().filter(site -> site.name().equals(name)).findFirst();
    }
}
