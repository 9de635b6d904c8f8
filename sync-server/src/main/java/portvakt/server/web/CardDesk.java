package portvakt.server.web;

import java.util.regex.Pattern;
import portvakt.server.port.CardChips;
import portvakt.server.port.Enrolments;
import portvakt.server.port.EntryLog;
import portvakt.server.port.Lists;
import portvakt.server.port.RegisterRecords;

/** What the pages about cards are made of. */
record CardDesk(EnrolmentDesk enrolment, RegisterDesk register, Lists lists, EntryLog log, SitePlaces places) {

    Enrolments enrolments() {
        return enrolment.enrolments();
    }

    CardChips chips() {
        return enrolment.chips();
    }

    RegisterRecords records() {
        return register.records();
    }

    Pattern accepted() {
        return enrolment.acceptedCardNumbers();
    }

    UnknownChips unknown() {
        return new UnknownChips(log, enrolments());
    }

    static String listOf(String site) {
        return Lists.SITE_PREFIX + site;
    }

    /** Whether the site has a list of its own. */
    boolean hasList(String site) {
        return lists.names().contains(listOf(site));
    }
}
