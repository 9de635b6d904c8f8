package portvakt.server.port;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import portvakt.protocol.Direction;

/** What the server knows of its gates. Safe for any thread. */
public interface Gates {

    /**
     * A list that a gate says it decides by.
     *
     * @param state           {@code FRESH}, {@code GRACE}, {@code STALE}, {@code NONE}; {@code DAMAGED} where buckets do not prove;
     *                        {@code UNSPECIFIED} by a gate that does not say
     * @param fetchingVersion the snapshot that it is fetching, 0: none
     */
    record AppliedList(
            String list,
            int epoch,
            long version,
            Instant issuedAt,
            Instant appliedAt,
            String state,
            int damagedBuckets,
            long fetchingVersion) {}

    record Device(String name, boolean ready, String detail) {}

    /**
     * What a gate tells of itself beside that; empty where it does not.
     *
     * @param policyVersion     of the site's signed policy; 0: its own settings
     * @param enrolmentsVersion of the site's signed table of enrolments; 0: none yet
     * @param temperatureMillicelsius of its processor
     */
    record Vitals(
            Optional<Instant> startedAt,
            Optional<Long> policyVersion,
            Optional<Long> enrolmentsVersion,
            Optional<Integer> temperatureMillicelsius,
            Optional<Long> diskFreeBytes) {

        public static final Vitals UNKNOWN =
                new Vitals(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    }

    /**
     * @param lastSeen        when the server last heard anything of it; empty: never
     * @param committed       highest sequence that the server has committed without a gap
     * @param journalLast     highest sequence that the gate said it has
     * @param journalDaysLeft whole days for which its journal still has room at the present rate; empty where it does not know or tell
     */
    record Gate(
            String site,
            String gate,
            Direction direction,
            boolean online,
            Optional<Instant> lastSeen,
            String firmware,
            String clockTrust,
            long committed,
            long journalLast,
            Optional<Long> journalDaysLeft,
            List<AppliedList> lists,
            List<Device> devices,
            Vitals vitals) {}

    List<Gate> all();
}
