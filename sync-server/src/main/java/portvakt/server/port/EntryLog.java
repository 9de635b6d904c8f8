package portvakt.server.port;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The committed entry log and what follows from it. Safe for any thread. */
public interface EntryLog {

    /** Most rows in one answer. */
    int LIMIT_MAX = 1000;

    /** An empty filter lets everything through. */
    record Filter(Optional<String> site, Optional<String> gate, Optional<String> kind, Optional<String> cardNumber) {
        public static final Filter NONE =
                new Filter(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** A person on site by the evidence of the gates: their last {@code AccessTaken} went in. */
    record OnSite(
            String site,
            String gate,
            Instant since,
            Optional<String> cardNumber,
            Optional<String> holderName,
            Optional<String> employerName) {}

    /** Rows with an id above {@code afterId}, oldest first. */
    List<LogEntry> after(long afterId, int limit, Filter filter);

    /** The newest rows with an id below {@code beforeId} ({@code Long.MAX_VALUE}: from the top), newest first. */
    List<LogEntry> before(long beforeId, int limit, Filter filter);

    /** Newest arrival first. */
    List<OnSite> onSite(Optional<String> site);

    /**
     * Calls back for each row after its commit, in order, on a thread of the log's own; a slow listener is dropped rather than
     * waited for, and has to catch up by {@link #after}.
     *
     * @return close it to stop listening
     */
    AutoCloseable listen(Consumer<LogEntry> listener);
}
