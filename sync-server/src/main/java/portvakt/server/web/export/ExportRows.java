package portvakt.server.web.export;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import portvakt.server.port.EntryLog;
import portvakt.server.port.EntryLog.Cursor;
import portvakt.server.port.EntryLog.Filter;
import portvakt.server.port.LogEntry;

/**
 * The rows that a filter lets through, oldest first, up to the newest that there was when this was made. One page is in memory at a
 * time, and the next one is read when the last has been taken. For one thread.
 */
public final class ExportRows {

    private final EntryLog log;
    private final Filter filter;
    private final long newest;
    private final EntryLog.Page first;

    /** Reads the first page, so that a database that is away is noticed here. */
    public ExportRows(EntryLog log, Filter filter) {
        this.log = log;
        this.filter = filter;
        this.newest = log.before(Long.MAX_VALUE, 1, Filter.NONE).stream()
                .mapToLong(LogEntry::id)
                .findFirst()
                .orElse(0);
        this.first = log.page(filter, Cursor.START, EntryLog.LIMIT_MAX);
    }

    /** Takes the rows, one after the other. */
    @FunctionalInterface
    public interface Sink {

        /** @return whether more rows are wanted */
        boolean take(LogEntry row) throws IOException;
    }

    /** Is told after each page, also where nothing was found in it. */
    @FunctionalInterface
    public interface Watch {

        /** @param share of the way from the first row to the last, 0 to 1: an estimate, which never goes back */
        void at(double share) throws IOException;
    }

    /** Gives all rows to a sink. */
    public void each(Sink sink) throws IOException {
        walk(sink, _ -> {});
    }

    /** The same, and tells how far it has come; that takes one more question, for the last row. */
    public void each(Sink sink, Watch watch) throws IOException {
        Optional<LogEntry> last =
                log.page(filter, Cursor.END, 1).rows().stream().findFirst();
        double[] share = {0};
        walk(sink, page -> {
            share[0] = Math.max(share[0], share(page, last));
            watch.at(share[0]);
        });
    }

    /** How many rows there are, but {@code max} at most: it looks at no more than that. */
    public long count(long max) throws IOException {
        long[] rows = {0};
        walk(_ -> ++rows[0] < max, _ -> {});
        return rows[0];
    }

    @FunctionalInterface
    private interface PageWatch {
        void after(EntryLog.Page page) throws IOException;
    }

    private void walk(Sink sink, PageWatch watch) throws IOException {
        EntryLog.Page page = first;
        while (true) {
            for (LogEntry row : page.rows()) {
                if (row.id() <= newest) {
                    if (!sink.take(row)) {
                        return;
                    }
                } else if (!filter.inOrderOfTime()) {
                    return;
                }
            }
            watch.after(page);
            if (page.next().isEmpty()) {
                return;
            }
            page = log.page(filter, new Cursor.After(page.next().get()), EntryLog.LIMIT_MAX);
        }
    }

    /** Rows are taken to lie evenly: by their ids, or by their times where those are what they are sorted by. */
    private double share(EntryLog.Page page, Optional<LogEntry> last) {
        if (page.next().isEmpty()) {
            return 1;
        }
        if (filter.inOrderOfTime()) {
            if (page.rows().isEmpty() || first.rows().isEmpty() || last.isEmpty()) {
                return 0;
            }
            LogEntry begin = first.rows().getFirst();
            LogEntry here = page.rows().getLast();
            Duration whole = Duration.between(begin.occurredAt(), last.get().occurredAt());
            return ratio(Duration.between(begin.occurredAt(), here.occurredAt()).toMillis(), whole.toMillis());
        }
        long from = first.rows().isEmpty() ? 0 : first.rows().getFirst().id() - 1;
        long until = last.map(LogEntry::id).filter(id -> id <= newest).orElse(newest);
        return ratio(page.next().get() - from, until - from);
    }

    private static double ratio(long part, long whole) {
        return whole <= 0 ? 0 : Math.clamp((double) part / whole, 0, 1);
    }
}
