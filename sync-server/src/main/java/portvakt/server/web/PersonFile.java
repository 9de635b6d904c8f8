package portvakt.server.web;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import portvakt.protocol.CardNumber;
import portvakt.server.port.AccessAudit;
import portvakt.server.port.AccessAudit.Filter;
import portvakt.server.port.AccessAudit.Row;
import portvakt.server.port.PersonalData.Item;
import portvakt.server.port.PrivacyCases.Case;
import portvakt.server.port.Restrictions.Restriction;
import portvakt.server.port.RowCorrections.Correction;
import portvakt.server.port.SiteList.Facts;

/**
 * All that is held about one person on one site, when it goes, and who looked at it: what somebody gets who asks for access.
 *
 * @param cutAt      if not empty: of those who looked, only so many are in it, the newest
 * @param passagesGo passages before that are gone by themselves, and each later one so long after it
 * @param listGoes   when the site's list goes; empty: the work goes on
 */
record PersonFile(
        String site,
        String title,
        CardNumber card,
        Instant madeAt,
        List<Item> items,
        List<Correction> corrections,
        List<Restriction> restrictions,
        List<Case> cases,
        List<Row> viewed,
        List<Row> listsThatMayHaveShown,
        Optional<Integer> cutAt,
        Instant passagesGo,
        Optional<LocalDate> listGoes) {

    private static final int VIEWS_MAX = AccessAudit.LIMIT_MAX;

    static PersonFile of(PrivacyDesk desk, PrivacyDesk.Site site, CardNumber card, Instant now) {
        List<Row> viewed = desk.audit().rows(Filter.about(site.name(), card.digits()), Long.MAX_VALUE, VIEWS_MAX);
        List<Row> lists = desk.audit().listsWith(site.name(), card.digits(), VIEWS_MAX);
        return new PersonFile(
                site.name(),
                site.title(),
                card,
                now,
                desk.personalData().of(site.name(), card),
                desk.corrections().correctionsOf(site.name(), card),
                desk.restrictions().ofPerson(site.name(), card),
                desk.cases().casesOf(site.name(), card),
                viewed,
                lists,
                viewed.size() == VIEWS_MAX || lists.size() == VIEWS_MAX ? Optional.of(VIEWS_MAX) : Optional.empty(),
                site.day(now).minus(site.passages()).atStartOfDay(site.zone()).toInstant(),
                listGoes(desk, site));
    }

    /** The first day on which the law has the site's list kept no more; empty: the work goes on. */
    static Optional<LocalDate> listGoes(PrivacyDesk desk, PrivacyDesk.Site site) {
        return desk.siteList()
                .facts(site.name())
                .flatMap(Facts::endedOn)
                .map(ended -> ended.plus(site.list()).plusDays(1));
    }

    int rows() {
        return items.size()
                + corrections.size()
                + restrictions.size()
                + cases.size()
                + viewed.size()
                + listsThatMayHaveShown.size();
    }
}
