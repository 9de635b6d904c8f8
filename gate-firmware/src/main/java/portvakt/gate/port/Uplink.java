package portvakt.gate.port;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import portvakt.protocol.ListState;

/**
 * The way to the server. Never on the path of a decision: all calls return at once, and whatever happens to the network stays
 * here.
 */
public interface Uplink extends AutoCloseable {

    /** A list that decides now. @param state when the report was made; a change of it is a new report */
    record AppliedList(String list, int epoch, long version, long issuedAtMs, long appliedAtMs, ListState state) {}

    record Device(String name, boolean ready, String detail) {}

    /**
     * How long the journal would last without a server.
     *
     * @param bytesPerDay at today's rate; empty while that is not known
     */
    record JournalOutlook(long freeBytes, OptionalLong bytesPerDay) {

        /** Whole days; empty while it is not known, and where nothing happens at all. */
        public OptionalLong daysLeft() {
            return bytesPerDay.orElse(0) <= 0
                    ? OptionalLong.empty()
                    : OptionalLong.of(freeBytes / bytesPerDay.getAsLong());
        }
    }

    /**
     * What the gate tells of itself, whenever one of these changes.
     *
     * @param policyVersion     of the site's signed policy, 0: none; empty before it is known
     * @param enrolmentsVersion of the site's signed table of enrolments, 0: none; empty before it is known
     */
    record Report(
            List<Device> devices,
            List<AppliedList> lists,
            Optional<JournalOutlook> journal,
            OptionalLong policyVersion,
            OptionalLong enrolmentsVersion) {

        /** Of a gate that has only just begun. */
        public static final Report NOTHING =
                new Report(List.of(), List.of(), Optional.empty(), OptionalLong.empty(), OptionalLong.empty());
    }

    /** Starts trying to reach the server, for ever. */
    void start();

    /** There is more in the journal that is durable. */
    void journalGrew();

    void report(Report report);

    /** Says good-bye to the server within a few seconds; unsent events stay in the journal. */
    @Override
    void close();
}
