package portvakt.gate.access;

import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import portvakt.protocol.Assurance;
import portvakt.protocol.Direction;

/**
 * What a site asks of those who pass an access point.
 *
 * @param requiredLists        lists without which nobody's card can be called valid
 * @param minimumAssurance     weakest read that opens an entrance
 * @param listWarnAge          a list older than this grants, with a flag
 * @param listAttendedAge      older than this grants only where somebody watches ({@code attended})
 * @param listClosedAge        older than this denies
 * @param grantWithoutList     whether an entrance opens, with a flag, while a required list has never arrived
 * @param grantOnUntrustedClock whether an entrance opens, with a flag, where only an untrusted clock says no
 * @param zone                 where a card's last day ends
 */
public record AccessPolicy(
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

    public AccessPolicy {
        if (listWarnAge.compareTo(listAttendedAge) > 0 || listAttendedAge.compareTo(listClosedAge) > 0) {
            throw new IllegalArgumentException("list ages must rise: warn " + listWarnAge + ", attended "
                    + listAttendedAge + ", closed " + listClosedAge);
        }
        requiredLists = List.copyOf(requiredLists);
    }
}
