package portvakt.server.web;

import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import portvakt.protocol.Assurance;
import portvakt.protocol.v1.ListAction;
import portvakt.protocol.v1.SitePolicy;
import portvakt.server.port.PolicyChanges;

/**
 * How sites are set up: what the settings file says, and what people have set in its place. Immutable.
 *
 * @param sites               in the order of the settings file
 * @param byDefault           what holds where a site's settings say nothing
 * @param changes             what counts in the file's place
 * @param rules               those of the file's own settings
 * @param acceptedCardNumbers what a card number has to look like
 */
public record SettingsDesk(
        List<Site> sites, Site byDefault, PolicyChanges changes, Rules rules, Pattern acceptedCardNumbers) {

    /** Holds a policy to the rules of the settings file. */
    @FunctionalInterface
    public interface Rules {
        /** The policy in the gates' words; empty if it breaks a rule. */
        Optional<SitePolicy> check(String site, Policy policy);
    }

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
            List<String> attendedGates) {

        public Policy {
            attendedGates = List.copyOf(attendedGates);
        }

        static Policy of(SitePolicy message) {
            return new Policy(
                    Duration.ofMillis(message.getFreshMs()),
                    Duration.ofMillis(message.getGraceMs()),
                    Duration.ofMillis(message.getClosedMs()),
                    action(message.getWhenGrace()),
                    action(message.getWhenStale()),
                    action(message.getWhenNone()),
                    message.getGrantOnUntrustedClock(),
                    Arrays.stream(Assurance.values())
                            .filter(each -> each.wire() == message.getMinimumAssurance())
                            .findFirst()
                            .orElse(Assurance.UNSIGNED_CODE),
                    message.getAttendedGatesList());
        }

        private static String action(ListAction action) {
            return action.name().replace("LIST_ACTION_", "");
        }
    }

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
