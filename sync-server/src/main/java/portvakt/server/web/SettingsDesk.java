package portvakt.server.web;

import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import portvakt.protocol.Assurance;

/**
 * What is set up, as the pages show it. Immutable.
 *
 * @param sites               in the order of the settings
 * @param byDefault           what holds where a site's settings say nothing
 * @param acceptedCardNumbers what a card number has to look like
 */
public record SettingsDesk(List<Site> sites, Site byDefault, Pattern acceptedCardNumbers) {

    /** How a site is set up: {@code policy} and {@code presence} of the settings. */
    public record Site(String name, Policy policy, Stay stay) {}

    /**
     * What its gates ask of those who enter.
     *
     * @param closed zero: never
     * @param whenGrace, whenStale, whenNone names of the settings' actions
     */
    public record Policy(
            Duration fresh,
            Duration grace,
            Duration closed,
            String whenGrace,
            String whenStale,
            String whenNone,
            boolean grantOnUntrustedClock,
            Assurance minimumAssurance,
            List<String> attendedGates) {}

    /** How it keeps count of who is on it. @param antiPassback name of the setting's value */
    public record Stay(
            ZoneId zone,
            Optional<LocalTime> checkOutAt,
            Optional<Duration> longestStay,
            String antiPassback,
            Duration antiPassbackForgets) {}

    public SettingsDesk {
        sites = List.copyOf(sites);
    }

    Optional<Site> find(String site) {
        return sites.stream().filter(each -> each.name().equals(site)).findFirst();
    }
}
