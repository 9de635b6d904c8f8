package portvakt.server;

import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Optional;
import portvakt.server.log.CheckOutRules;

/**
 * How a site keeps count of who is on it.
 *
 * @param zone                where the site is; default the console's
 * @param checkOutAt          at this hour of the site whoever has been there since before it and was not seen leaving is taken for gone,
 *                            flagged as automatic; default nobody is, since a list of whom to look for in a fire should rather have one
 *                            too many
 * @param longestStay         so long after they came whoever was not seen leaving is taken for gone likewise; default never
 * @param antiPassback        default {@code OFF}
 * @param antiPassbackForgets an arrival longer ago than this is forgotten, so that whoever forgot to tap out can come in again; default
 *                            PT16H
 */
public record SitePresenceSettings(
        Optional<ZoneId> zone,
        Optional<LocalTime> checkOutAt,
        Optional<Duration> longestStay,
        AntiPassback antiPassback,
        Duration antiPassbackForgets) {

    private static final Duration STAY_MIN = Duration.ofHours(1);
    private static final Duration STAY_MAX = Duration.ofDays(31);
    private static final Duration FORGETS_MIN = Duration.ofMinutes(1);
    private static final Duration FORGETS_MAX = Duration.ofDays(3);

    /** What is done about somebody who enters twice without leaving. */
    public enum AntiPassback {
        OFF,
        /** They come in, and it is shown. */
        SOFT,
        /** The entrance that saw them go in denies them as long as it is certain that they did not leave; else as {@code SOFT}. */
        HARD
    }

    public SitePresenceSettings {
        zone = zone == null ? Optional.empty() : zone;
        checkOutAt = checkOutAt == null ? Optional.empty() : checkOutAt;
        longestStay = longestStay == null ? Optional.empty() : longestStay;
        antiPassback = antiPassback == null ? AntiPassback.OFF : antiPassback;
        antiPassbackForgets = antiPassbackForgets == null ? Duration.ofHours(16) : antiPassbackForgets;
        require(
                checkOutAt
                        .filter(hour -> hour.getSecond() != 0 || hour.getNano() != 0)
                        .isEmpty(),
                "checkOutAt is " + checkOutAt.orElse(null) + "; give hour and minute, for example \"03:00\"");
        require(
                longestStay
                        .filter(stay -> stay.compareTo(STAY_MIN) < 0 || stay.compareTo(STAY_MAX) > 0)
                        .isEmpty(),
                "longestStay is " + longestStay.orElse(null) + "; give PT1H to P31D, or leave it out for never");
        require(
                antiPassbackForgets.compareTo(FORGETS_MIN) >= 0 && antiPassbackForgets.compareTo(FORGETS_MAX) <= 0,
                "antiPassbackForgets is " + antiPassbackForgets + "; give PT1M to P3D");
    }

    public static SitePresenceSettings byDefault() {
        return new SitePresenceSettings(null, null, null, null, null);
    }

    /** @param otherwise the zone, where none is set */
    public CheckOutRules rules(ZoneId otherwise) {
        return new CheckOutRules(checkOutAt, longestStay, zone.orElse(otherwise));
    }

    /** How long an arrival is remembered; empty: nobody asks who entered twice. */
    public Optional<Duration> doubleEntryWithin() {
        return antiPassback == AntiPassback.OFF ? Optional.empty() : Optional.of(antiPassbackForgets);
    }

    /** How long an entrance remembers who went in; empty: it denies nobody for entering twice. */
    public Optional<Duration> deniedWithin() {
        return antiPassback == AntiPassback.HARD ? Optional.of(antiPassbackForgets) : Optional.empty();
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
