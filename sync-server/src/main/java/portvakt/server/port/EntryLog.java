package portvakt.server.port;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import portvakt.protocol.Direction;

/** The committed entry log and what follows from it. Safe for any thread. */
public interface EntryLog {

    /** Most rows in one answer. */
    int LIMIT_MAX = 1000;

    /**
     * What rows to show; an empty filter lets everything through.
     *
     * @param employer exactly as the row has it
     * @param from     not before this, by the gates' clocks
     * @param to       before this, by the gates' clocks
     */
    record Filter(
            Optional<String> site,
            Optional<String> gate,
            Optional<String> kind,
            Optional<String> cardNumber,
            Optional<String> employer,
            Optional<String> reason,
            Optional<String> assurance,
            Optional<Instant> from,
            Optional<Instant> to) {

        public static final Filter NONE =
                new Filter(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

        public Filter(
                Optional<String> site, Optional<String> gate, Optional<String> kind, Optional<String> cardNumber) {
            this(
                    site,
                    gate,
                    kind,
                    cardNumber,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty());
        }

        /** The same of another site. @param other empty: of all */
        public Filter of(Optional<String> other) {
            return new Filter(other, gate, kind, cardNumber, employer, reason, assurance, from, to);
        }

        /** Whether it lets a row through. */
        public boolean passes(LogEntry row) {
            return is(site, Optional.of(row.site()))
                    && is(gate, Optional.of(row.gate()))
                    && is(kind, Optional.of(row.kind()))
                    && is(cardNumber, row.cardNumber())
                    && is(employer, row.employerName())
                    && is(reason, row.reason())
                    && is(assurance, row.assurance())
                    && from.filter(row.occurredAt()::isBefore).isEmpty()
                    && to.filter(until -> !row.occurredAt().isBefore(until)).isEmpty();
        }

        private static boolean is(Optional<String> wanted, Optional<String> value) {
            return wanted.isEmpty() || wanted.equals(value);
        }

        /** Whether pages go by {@code occurredAt}, then id; else by id alone. */
        public boolean inOrderOfTime() {
            return from.isPresent() || to.isPresent();
        }
    }

    /** Which way a reader goes through the log, and behind which row. The row stays the same one whatever arrives meanwhile. */
    sealed interface Cursor {

        /** Oldest first, from the start. */
        Cursor START = new After(0);

        /** Newest first, from the end. */
        Cursor END = new Before(Long.MAX_VALUE);

        long id();

        /** Oldest first, from above this id. */
        record After(long id) implements Cursor {}

        /** Newest first, from below this id. */
        record Before(long id) implements Cursor {}

        /** The same way, from behind another row. */
        default Cursor goOn(long from) {
            return switch (this) {
                case After _ -> new After(from);
                case Before _ -> new Before(from);
            };
        }
    }

    /**
     * Part of what a filter lets through.
     *
     * @param next from which id to go on; empty if nothing is left. There may be one although the page is short or empty: so much
     *             was looked at in vain that the reader gets a chance to give up
     */
    record Page(List<LogEntry> rows, Optional<Long> next) {}

    /** A page in the order of time begins at a row that does not exist. */
    final class NoSuchRow extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public NoSuchRow(long id) {
            super("the log has no row " + id);
        }
    }

    /**
     * A person on site: their last {@code AccessTaken} went in, or somebody has stated that they are there, and no rule has taken
     * them for gone since.
     *
     * @param gate       where they came in; empty where that is stated
     * @param correction number of the statement, if it is one
     * @param live       whether they came in by a live copy, which the log does not have yet
     */
    record OnSite(
            String site,
            Optional<String> gate,
            Instant since,
            Optional<Long> correction,
            Optional<String> cardNumber,
            Optional<String> holderName,
            Optional<String> employerName,
            boolean live) {}

    /** Rows with an id above {@code afterId}, oldest first. */
    List<LogEntry> after(long afterId, int limit, Filter filter);

    /** The newest rows with an id below {@code beforeId} ({@code Long.MAX_VALUE}: from the top), newest first. */
    List<LogEntry> before(long beforeId, int limit, Filter filter);

    /**
     * A page of bounded cost, however long the log is and however few rows match.
     *
     * @throws NoSuchRow if the filter goes by time and the cursor names a row that is not there
     */
    Page page(Filter filter, Cursor cursor, int limit);

    /** Most steps of {@link #tallies}. */
    int STEPS_MAX = 100;

    /**
     * How many events of a kind a gate had in a step of time.
     *
     * @param direction the gate's own
     * @param reason    of {@code AccessDenied}, where that is {@link #BUSY}
     */
    record Tally(String gate, Direction direction, String kind, Optional<String> reason, Instant from, long count) {}

    /** Denied because somebody else was going through: the one trace that a queue leaves. */
    String BUSY = "GATE_BUSY";

    /**
     * Counts grants, denials and passages of a site, gate by gate, by the gates' clocks; steps in which there were none are left out.
     * Costs what the events of that time cost in the index, whatever else the log holds, and gives a few hundred rows.
     *
     * @param from  where the first step begins
     * @param step  whole seconds
     * @param count of steps, at most {@link #STEPS_MAX}
     */
    List<Tally> tallies(String site, Instant from, Duration step, int count);

    /** Newest arrival first. Whoever came or went by a live copy counts. */
    List<OnSite> onSite(Optional<String> site);

    /**
     * What gates have sent past their backlog and the log does not have yet: newest first by the gates' clocks, without ids. Shown,
     * and gone when the log has it; nothing of it outlives this program.
     */
    List<LogEntry> live();

    /**
     * Calls back after live events came; what is gone from them is told by {@link #listen}.
     *
     * @param bell must not block
     * @return close it to stop listening
     */
    AutoCloseable listenLive(Runnable bell);

    /**
     * Calls back for each row after its commit, in order, on a thread of the log's own; a slow listener is dropped rather than
     * waited for, and has to catch up by {@link #after}.
     *
     * @return close it to stop listening
     */
    AutoCloseable listen(Consumer<LogEntry> listener);
}
