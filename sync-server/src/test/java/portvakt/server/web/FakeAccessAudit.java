package portvakt.server.web;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import portvakt.server.port.AccessAudit;

/** The audit in a list; nothing is folded. Whoever is in {@code LISTED} may have been in every list of a time. */
final class FakeAccessAudit implements AccessAudit {

    /** The card that {@link #listsWith} finds. */
    static final String LISTED = "4388261";

    private final List<Row> rows = new ArrayList<>();

    @Override
    public synchronized long note(Read read, Instant now) {
        rows.addFirst(new Row(rows.size() + 1L, now, now, 1, read));
        return rows.size();
    }

    @Override
    public synchronized void grow(long id, int more, Optional<Instant> from, Optional<Instant> to) {
        rows.replaceAll(row -> row.id() != id
                ? row
                : new Row(
                        id,
                        row.firstAt(),
                        row.lastAt(),
                        row.times(),
                        new Read(
                                row.read().kind(),
                                row.read().account(),
                                row.read().route(),
                                row.read().site(),
                                row.read().question(),
                                row.read().card(),
                                from,
                                to,
                                more)));
    }

    @Override
    public synchronized List<Row> rows(Filter filter, long below, int limit) {
        return rows.stream()
                .filter(row -> row.id() < below)
                .filter(row -> row.read().site().map(filter.sites()::include).orElse(true))
                .filter(row -> filter.kind().map(row.read().kind()::equals).orElse(true))
                .filter(row ->
                        filter.account().map(row.read().account()::equals).orElse(true))
                .filter(row -> filter.card().isEmpty()
                        || filter.card().equals(row.read().card()))
                .filter(row -> filter.from().filter(row.lastAt()::isBefore).isEmpty())
                .filter(row -> filter.to().map(row.firstAt()::isBefore).orElse(true))
                .limit(limit)
                .toList();
    }

    @Override
    public synchronized List<Row> listsWith(String site, String card, int limit) {
        return rows.stream()
                .filter(_ -> card.equals(LISTED))
                .filter(row -> row.read().site().equals(Optional.of(site)))
                .filter(row -> row.read().card().isEmpty() && row.read().from().isPresent())
                .limit(limit)
                .toList();
    }

    @Override
    public synchronized int forget(Instant before) {
        int all = rows.size();
        rows.removeIf(row -> row.lastAt().isBefore(before));
        return all - rows.size();
    }

    /** What was read, oldest first. */
    synchronized List<Read> reads() {
        return rows.reversed().stream().map(Row::read).toList();
    }
}
