package portvakt.gate.access;

import java.util.Set;
import portvakt.protocol.Assurance;

/**
 * What a site's signed policy asks at all of its gates.
 *
 * @param version       of the signed policy
 * @param attendedGates names of the gates where somebody watches
 */
public record SiteRules(
        long version,
        ListPolicy lists,
        boolean grantOnUntrustedClock,
        Assurance minimumAssurance,
        Set<String> attendedGates) {

    public SiteRules {
        attendedGates = Set.copyOf(attendedGates); // looked up, never walked
    }
}
