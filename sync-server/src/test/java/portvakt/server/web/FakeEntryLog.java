package portvakt.server.web;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import portvakt.protocol.Direction;
import portvakt.server.port.EntryLog;
import portvakt.server.port.LogEntry;

/** An entry log in memory that calls back on the committing thread. */
final class FakeEntryLog implements EntryLog {

    private final List<LogEntry> rows = new ArrayList<>();
    private final List<OnSite> people = new CopyOnWriteArrayList<>();
    final List<Consumer<LogEntry>> listeners = new CopyOnWriteArrayList<>();

    LogEntry commit(LogEntry entry) {
        synchronized (rows) {
            rows.add(entry);
        }
        live.removeIf(copy -> copy.gate().equals(entry.gate()) && copy.sequence() == entry.sequence());
        listeners.forEach(listener -> listener.accept(entry));
        return entry;
    }

    long nextId() {
        synchronized (rows) {
            return rows.size() + 1L;
        }
    }

    void enter(OnSite person) {
        people.addFirst(person);
    }

    @Override
    public List<LogEntry> after(long afterId, int limit, Filter filter) {
        synchronized (rows) {
            return rows.stream()
                    .filter(row -> row.id() > afterId && filter.passes(row))
                    .limit(limit)
                    .toList();
        }
    }

    @Override
    public List<LogEntry> before(long beforeId, int limit, Filter filter) {
        synchronized (rows) {
            return rows.stream()
                    .filter(row -> row.id() < beforeId && filter.passes(row))
                    .sorted(Comparator.comparingLong(LogEntry::id).reversed())
                    .limit(limit)
                    .toList();
        }
    }

    /** As many pages were asked for. */
    final AtomicInteger pages = new AtomicInteger();

    /** Gives pages in the place of the rows. */
    volatile BiFunction<Cursor, Integer, Page> instead;

    @Override
    public Page page(Filter filter, Cursor cursor, int limit) {
        pages.incrementAndGet();
        if (instead != null) {
            return instead.apply(cursor, limit);
        }
        Comparator<LogEntry> up = filter.inOrderOfTime()
                ? Comparator.comparing(LogEntry::occurredAt).thenComparingLong(LogEntry::id)
                : Comparator.comparingLong(LogEntry::id);
        Comparator<LogEntry> way = cursor instanceof Cursor.After ? up : up.reversed();
        synchronized (rows) {
            boolean whole = cursor.equals(Cursor.START) || cursor.equals(Cursor.END);
            Optional<LogEntry> from =
                    rows.stream().filter(row -> row.id() == cursor.id()).findFirst();
            if (filter.inOrderOfTime() && !whole && from.isEmpty()) {
                throw new NoSuchRow(cursor.id());
            }
            List<LogEntry> found = rows.stream()
                    .filter(row -> filter.passes(row))
                    .filter(row -> whole
                            || (filter.inOrderOfTime()
                                    ? way.compare(row, from.orElseThrow()) > 0
                                    : cursor instanceof Cursor.After ? row.id() > cursor.id() : row.id() < cursor.id()))
                    .sorted(way)
                    .limit(limit)
                    .toList();
            return new Page(
                    found,
                    found.size() < limit
                            ? Optional.empty()
                            : Optional.of(found.getLast().id()));
        }
    }

    @Override
    public List<Tally> tallies(String site, Instant from, Duration step, int count) {
        Map<Tally, Long> counts = new LinkedHashMap<>();
        synchronized (rows) {
            for (LogEntry row : rows) {
                long index =
                        Math.floorDiv(Duration.between(from, row.occurredAt()).toMillis(), step.toMillis());
                boolean counted =
                        List.of("AccessGranted", "AccessDenied", "AccessTaken").contains(row.kind());
                if (row.site().equals(site) && counted && index >= 0 && index < count) {
                    counts.merge(
                            new Tally(
                                    row.gate(),
                                    row.direction(),
                                    row.kind(),
                                    row.reason().filter(BUSY::equals),
                                    from.plus(step.multipliedBy(index)),
                                    0),
                            1L,
                            Long::sum);
                }
            }
        }
        return counts.entrySet().stream()
                .map(each -> new Tally(
                        each.getKey().gate(),
                        each.getKey().direction(),
                        each.getKey().kind(),
                        each.getKey().reason(),
                        each.getKey().from(),
                        each.getValue()))
                .toList();
    }

    @Override
    public List<OnSite> onSite(Optional<String> site) {
        return people.stream()
                .filter(person -> site.isEmpty() || site.get().equals(person.site()))
                .toList();
    }

    @Override
    public AutoCloseable listen(Consumer<LogEntry> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    private final List<LogEntry> live = new CopyOnWriteArrayList<>();
    private final List<Runnable> bells = new CopyOnWriteArrayList<>();

    /** An event comes live. */
    void hear(LogEntry entry) {
        live.addFirst(entry);
        bells.forEach(Runnable::run);
    }

    @Override
    public List<LogEntry> live() {
        return List.copyOf(live);
    }

    @Override
    public AutoCloseable listenLive(Runnable bell) {
        bells.add(bell);
        return () -> bells.remove(bell);
    }

    /** Builds rows; what a test does not set is as at a healthy gate. */
    static final class Row {
        private final FakeEntryLog log;
        private final String kind;
        private final String gate;
        private final long sequence;
        private final Instant occurredAt;
        private Instant receivedAt;
        private String site = "bjorvika";
        private Direction direction = Direction.IN;
        private Optional<String> reason = Optional.empty();
        private List<String> flags = List.of();
        private Optional<String> card = Optional.empty();
        private Optional<String> uid = Optional.empty();
        private Optional<String> holder = Optional.empty();
        private Optional<String> employer = Optional.empty();
        private Optional<Long> granted = Optional.empty();
        private Optional<String> detail = Optional.empty();

        Row(FakeEntryLog log, String kind, String gate, long sequence, Instant occurredAt) {
            this.log = log;
            this.kind = kind;
            this.gate = gate;
            this.sequence = sequence;
            this.occurredAt = occurredAt;
            this.receivedAt = occurredAt.plusMillis(140);
        }

        Row site(String name) {
            site = name;
            return this;
        }

        Row out() {
            direction = Direction.OUT;
            return this;
        }

        Row receivedAt(Instant at) {
            receivedAt = at;
            return this;
        }

        Row reason(String name) {
            reason = Optional.of(name);
            return this;
        }

        Row flag(String name) {
            flags = List.of(name);
            return this;
        }

        Row holder(String number, String name, String employerName) {
            card = Optional.of(number);
            holder = Optional.ofNullable(name);
            employer = Optional.ofNullable(employerName);
            return this;
        }

        Row uid(String hex) {
            uid = Optional.of(hex);
            return this;
        }

        Row completes(long grantedSequence) {
            granted = Optional.of(grantedSequence);
            return this;
        }

        Row detail(String text) {
            detail = Optional.of(text);
            return this;
        }

        LogEntry commit() {
            return log.commit(entry(log.nextId()));
        }

        /** Comes live, without an id. */
        LogEntry hear() {
            LogEntry entry = entry(0);
            log.hear(entry);
            return entry;
        }

        private LogEntry entry(long id) {
            boolean decision = kind.equals("AccessGranted") || kind.equals("AccessDenied");
            return new LogEntry(
                    id,
                    site,
                    gate,
                    sequence,
                    occurredAt,
                    receivedAt,
                    "CLOCK_TRUST_SYNCHRONISED",
                    direction,
                    kind,
                    reason,
                    flags,
                    card,
                    uid,
                    holder,
                    employer,
                    decision ? Optional.of("CHIP_DATA") : Optional.empty(),
                    decision ? Optional.of("card") : Optional.empty(),
                    granted,
                    decision ? Optional.of("hms-kort") : Optional.empty(),
                    decision ? Optional.of(4217L) : Optional.empty(),
                    decision ? Optional.of(180_000L) : Optional.empty(),
                    detail);
        }
    }
}
