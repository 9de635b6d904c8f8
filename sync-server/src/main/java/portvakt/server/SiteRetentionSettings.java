package portvakt.server;

import java.time.LocalDate;
import java.time.Period;

/**
 * How long a site's personal data is kept. Two data sets with two clocks: passages have times, which no law asks for; the site's list
 * has none, and byggherreforskriften § 15 says how long it is kept.
 *
 * @param passages  from the passage on, by the gate's clock; default P90D. With it goes who was on site, what was stated about that, and
 *                  what is quarantined
 * @param siteList  from the last day of the building work on; default and least P6M
 * @param passNotes whom a pass was for, from the end of the pass on; default P30D
 */
public record SiteRetentionSettings(Period passages, Period siteList, Period passNotes) {

    private static final Period PASSAGES_DEFAULT = Period.ofDays(90);
    private static final Period SITE_LIST_LEAST = Period.ofMonths(6);
    private static final Period PASS_NOTES_DEFAULT = Period.ofDays(30);
    private static final Period MOST = Period.ofYears(10);

    /** Periods of months have no length but from a day on. */
    private static final LocalDate SOME_DAY = LocalDate.of(2025, 1, 1);

    public SiteRetentionSettings {
        passages = passages == null ? PASSAGES_DEFAULT : passages;
        siteList = siteList == null ? SITE_LIST_LEAST : siteList;
        passNotes = passNotes == null ? PASS_NOTES_DEFAULT : passNotes;
        require(
                isBetween(Period.ofDays(1), passages, MOST),
                "passages is " + passages + "; give P1D to P10Y, for example P90D");
        require(
                isBetween(SITE_LIST_LEAST, siteList, MOST),
                "siteList is " + siteList
                        + "; byggherreforskriften § 15 has the list kept for six months after the work"
                        + " ended, so give P6M to P10Y");
        require(
                isBetween(Period.ZERO, passNotes, MOST),
                "passNotes is " + passNotes + "; give P0D to P10Y, for example P30D");
    }

    public static SiteRetentionSettings byDefault() {
        return new SiteRetentionSettings(null, null, null);
    }

    static boolean isBetween(Period least, Period period, Period most) {
        LocalDate end = SOME_DAY.plus(period);
        return !end.isBefore(SOME_DAY.plus(least)) && !end.isAfter(SOME_DAY.plus(most));
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
