package portvakt.gate.access;

import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import portvakt.protocol.Assurance;
import portvakt.protocol.Direction;

/**
 * What a site asks of those who pass an access point. The gate's own settings make the first; a signed policy of its site
 * replaces all of it that is not a fact of this gate ({@link #under}).
 *
 * @param requiredLists        lists without which nobody's card can be called valid
 * @param minimumAssurance     weakest read that opens an entrance
 * @param lists                what is done by the state of a list
 * @param attended             whether somebody watches this gate
 * @param grantOnUntrustedClock whether an entrance opens, with a flag, where only an untrusted clock says no
 * @param zone                 where a card's last day ends
 * @param version              of the site's signed policy; 0: the gate's own settings
 */
public record AccessPolicy(
        Direction direction,
        List<String> requiredLists,
        Assurance minimumAssurance,
        ListPolicy lists,
        boolean attended,
        boolean grantOnUntrustedClock,
        ZoneId zone,
        long version) {

    public AccessPolicy {
        requiredLists = List.copyOf(requiredLists);
    }

    /**
     * A gate's own settings, in the usual order of severity: a list older than {@code listWarnAge} grants with a flag, one older
     * than {@code listAttendedAge} only where somebody watches, one older than {@code listClosedAge} denies.
     *
     * @param grantWithoutList whether an entrance opens, with a flag, where there is no list that proves
     */
    public AccessPolicy(
            Direction direction,
            List<String> requiredLists,
            Assurance minimumAssurance,
            Duration listWarnAge,
            Duration listAttendedAge,
            Duration listClosedAge,
            boolean attended,
            boolean grantWithoutList,
            boolean grantOnUntrustedClock,
            ZoneId zone) {
        this(
                direction,
                requiredLists,
                minimumAssurance,
                new ListPolicy(
                        listWarnAge,
                        listAttendedAge,
                        Optional.of(listClosedAge),
                        ListAction.GRANT_FLAGGED,
                        ListAction.ATTENDED_ONLY,
                        grantWithoutList ? ListAction.GRANT_FLAGGED : ListAction.DENY),
                attended,
                grantOnUntrustedClock,
                zone,
                0);
    }

    /** The same access point under its site's rules. Which way it leads, its lists and its zone are its own. */
    public AccessPolicy under(SiteRules rules, String gate) {
        return new AccessPolicy(
                direction,
                requiredLists,
                rules.minimumAssurance(),
                rules.lists(),
                rules.attendedGates().contains(gate),
                rules.grantOnUntrustedClock(),
                zone,
                rules.version());
    }
}
