package portvakt.server.port;

import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;

/** Takes for gone whoever was never seen leaving. Safe for any thread. */
public interface CheckOuts {

    /** Which rule of a site a check-out is by. */
    enum Rule {
        /** At an hour of the day. */
        DAILY,
        LONGEST_STAY
    }

    /** A check-out as it has to be made. */
    record Due(Instant at, Rule rule) {}

    /**
     * Checks out everybody on site whose time is over by then, each once a stay. Each check-out is a record of its own beside the entry
     * log, and says that it is automatic.
     *
     * @param rules when whoever came at a time is checked out, if ever
     * @return how many
     * @throws StorageException if the database is away; calling again does the rest
     */
    int checkOut(String site, Function<Instant, Optional<Due>> rules, Instant now);
}
