package portvakt.server.port;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Who read personal data, when, and what they asked for. Rows are added and never removed but by their retention. Safe for any
 * thread; each method is one transaction and throws {@link StorageException} if the database is away.
 */
public interface AccessAudit {

    /** Most rows in one answer. */
    int LIMIT_MAX = 1000;

    /** The same question by the same reader within so long of its first time is the same row, counted. */
    Duration FOLD = Duration.ofMinutes(10);

    /** What was read. */
    enum Kind {
        /** The entry log, who is on site, a stream of either. */
        PASSAGES,
        /** What is said of cards on lists. */
        CARDS,
        PASSES,
        ENROLMENTS,
        /** The list of byggherreforskriften § 15. */
        SITE_LIST,
        /** What is held about one person, and what they asked for. */
        PRIVACY,
        /** A gate's chain of events. */
        EVIDENCE,
        /** This audit. */
        AUDIT,
        /** Not read but removed, because its time was over; the rows are how many. */
        RETENTION
    }

    /**
     * One look.
     *
     * @param account  who looked: an account's or a token's name
     * @param route    the path as the program names it, with its parameters' names
     * @param site     of which site; empty: of all
     * @param question the filter; never a name of a person or a firm
     * @param card     whom it was about, if it was about one person
     * @param from     the earliest time of what was shown
     * @param to       the latest
     * @param rows     how much was shown, at most; 0 for a stream, which has not begun yet
     */
    record Read(
            Kind kind,
            String account,
            String route,
            Optional<String> site,
            String question,
            Optional<String> card,
            Optional<Instant> from,
            Optional<Instant> to,
            int rows) {}

    /** Looks that were folded into one row. @param times how many */
    record Row(long id, Instant firstAt, Instant lastAt, int times, Read read) {}

    /**
     * Which rows; an empty part does not matter.
     *
     * @param sites of which; rows of all sites belong to each
     * @param from  the last look not before this
     * @param to    the first look before this
     */
    record Filter(
            Sites sites,
            Optional<Kind> kind,
            Optional<String> account,
            Optional<String> card,
            Optional<Instant> from,
            Optional<Instant> to) {

        public static Filter of(Sites sites) {
            return new Filter(
                    sites, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
        }

        public static Filter about(String site, String card) {
            return new Filter(
                    Sites.of(java.util.Set.of(site)),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.of(card),
                    Optional.empty(),
                    Optional.empty());
        }
    }

    /** @return the row's id */
    long note(Read read, Instant now);

    /** More was shown by a look than it was noted with. */
    void grow(long id, int rows, Optional<Instant> from, Optional<Instant> to);

    /** Newest first, with an id below that. */
    List<Row> rows(Filter filter, long below, int limit);

    /**
     * Looks at lists of a site that may have had the holder of a card in them: shown was a time at which the log has something of them,
     * or the site's list while they were on it. Newest first. Which rows exactly somebody saw is not kept, so "may have".
     */
    List<Row> listsWith(String site, String card, int limit);

    /** Removes what was last looked at before that. @return how many rows */
    int forget(Instant before);
}
