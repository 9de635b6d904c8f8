package portvakt.server.web;

import java.net.URI;
import java.time.Instant;
import java.time.LocalDate;
import java.time.Period;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import portvakt.server.port.AccessAudit;
import portvakt.server.port.Erasure;
import portvakt.server.port.PersonalData;
import portvakt.server.port.PrivacyCases;
import portvakt.server.port.Restrictions;
import portvakt.server.port.RowCorrections;
import portvakt.server.port.SiteList;

/**
 * What it takes to answer for personal data. Immutable.
 *
 * @param sites               those that are set up
 * @param acceptedCardNumbers what a card number has to look like
 * @param publicUrl           what people type; used in links that leave the server
 * @param operator            what the operator says of itself
 */
public record PrivacyDesk(
        AccessAudit audit,
        SiteList siteList,
        Restrictions restrictions,
        PrivacyCases cases,
        RowCorrections corrections,
        PersonalData personalData,
        Erasure erasure,
        List<Site> sites,
        Pattern acceptedCardNumbers,
        URI publicUrl,
        Operator operator) {

    /**
     * @param title     what people call it
     * @param zone      where it is: its days begin there
     * @param passages  how long passages are kept
     * @param list      how long the site's list is kept, from the end of the work on
     * @param passNotes how long it is kept whom a pass was for, from its end on
     */
    public record Site(String name, String title, ZoneId zone, Period passages, Period list, Period passNotes) {

        LocalDate day(Instant instant) {
            return LocalDate.ofInstant(instant, zone);
        }
    }

    /** A text in both languages of the pages. */
    public record InBoth(String nb, String en) {}

    /** What the operator has said; nothing is made up for what is missing. @param auditKept how long the audit and closed cases are kept */
    public record Operator(
            Optional<String> controller,
            Optional<String> contact,
            Optional<String> officer,
            Optional<InBoth> passagesPurpose,
            Optional<InBoth> passagesBasis,
            Optional<InBoth> recipients,
            Optional<InBoth> complaints,
            Period auditKept) {}

    public PrivacyDesk {
        sites = List.copyOf(sites);
    }

    Optional<Site> find(String name) {
        return sites.stream().filter(site -> site.name().equals(name)).findFirst();
    }
}
