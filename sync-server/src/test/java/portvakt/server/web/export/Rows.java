package portvakt.server.web.export;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import portvakt.protocol.Direction;
import portvakt.server.port.EntryLog;
import portvakt.server.port.LogEntry;
import portvakt.server.web.view.Texts;

/** Made-up rows, and a log that makes as many as it is asked for and remembers how many it has handed out. */
final class Rows implements EntryLog {

    static final Instant NOW = Instant.parse("2026-11-24T05:55:10Z");

    private final long rows;
    private final List<Long> cursors = new ArrayList<>();
    private long handedOut;

    Rows(long rows) {
        this.rows = rows;
    }

    /** Rows that pages have had. */
    long handedOut() {
        return handedOut;
    }

    List<Long> cursors() {
        return cursors;
    }

    @Override
    public Page page(Filter filter, Cursor cursor, int limit) {
        if (cursor instanceof Cursor.Before) {
            return new Page(rows == 0 ? List.of() : List.of(row(rows)), Optional.empty());
        }
        cursors.add(cursor.id());
        long from = cursor.id();
        long until = Math.min(rows, from + limit);
        List<LogEntry> page =
                LongStream.rangeClosed(from + 1, until).mapToObj(Rows::row).toList();
        handedOut += page.size();
        return new Page(page, until < rows ? Optional.of(until) : Optional.empty());
    }

    static LogEntry row(long id) {
        return row(id, "AccessDenied", "Ola Nordmann", "Bygg AS");
    }

    static LogEntry row(long id, String kind, String name, String employer) {
        boolean denied = kind.equals("AccessDenied");
        return new LogEntry(
                id,
                "bjorvika",
                "north",
                id + 100,
                NOW.plusSeconds(id),
                NOW.plusSeconds(id).plusMillis(140),
                "CLOCK_TRUST_SYNCHRONISED",
                Direction.IN,
                kind,
                denied ? Optional.of("CREDENTIAL_REVOKED") : Optional.empty(),
                List.of(),
                Optional.of("0388261"),
                Optional.of("04a1b2c3d4e5f6"),
                Optional.of(name),
                Optional.of(employer),
                Optional.of("CHIP_DATA"),
                Optional.of("card"),
                Optional.empty(),
                Optional.of("hms-kort"),
                Optional.of(4217L),
                Optional.of(180_000L),
                Optional.empty());
    }

    static FileHead head(Texts.Language language, boolean wholeNumbers) {
        Texts texts = new Texts(language, java.time.ZoneId.of("Europe/Oslo"));
        return new FileHead(
                texts,
                texts.text("export.title", "Bjørvika"),
                "1–30 November 2026 · Denied",
                List.of("Made 24 November 2026 06:55 by kari.", "Times are those of Europe/Oslo."),
                wholeNumbers,
                false);
    }

    @Override
    public List<LogEntry> before(long beforeId, int limit, Filter filter) {
        return rows == 0 ? List.of() : List.of(row(rows));
    }

    @Override
    public List<LogEntry> after(long afterId, int limit, Filter filter) {
        throw new UnsupportedOperationException("an export goes by pages");
    }

    @Override
    public List<Tally> tallies(String site, Instant from, Duration step, int count) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<OnSite> onSite(Optional<String> site) {
        throw new UnsupportedOperationException("no export of who is on site");
    }

    @Override
    public List<LogEntry> live() {
        return List.of();
    }

    @Override
    public AutoCloseable listenLive(Runnable bell) {
        return () -> {};
    }

    @Override
    public AutoCloseable listen(Consumer<LogEntry> listener) {
        return () -> {};
    }

    /** How long a test waits for what happens on another thread. */
    static final Duration PATIENCE = Duration.ofSeconds(20);
}
