package portvakt.server.adapter.sql;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import portvakt.protocol.Direction;
import portvakt.server.adapter.sql.PresenceTable.Row;
import portvakt.server.log.EventReader;
import portvakt.server.log.Passage;
import portvakt.server.log.Sighting;
import portvakt.server.log.Timeline;

/**
 * Keeps what follows from one site's passages and statements: who is on site, what automatic check-outs are worth, who entered twice.
 * Inside a transaction that has the log's cursor, so nobody else changes any of it meanwhile.
 *
 * <p>Most passages are later than all that is known of their holder and go the other way; those cost one row. What arrives late or
 * bears on a check-out has the holder's recent sightings read from the log again, and all that follows from them worked out anew.
 */
final class PresenceUpdate {

    /** What lies further back than this from a sighting has nothing to do with it, but for a check-out that it bears on. */
    private static final Duration REACH = Duration.ofDays(7);

    static final String FIRE = "FireReleaseStarted";

    private final Handle handle;
    private final String site;
    private final Optional<Duration> doubleEntryWithin;
    private final Instant now;

    /**
     * @param doubleEntryWithin how long an arrival is remembered; empty: the site does not ask who entered twice. At most 3 days
     * @param now               by the server's clock
     */
    PresenceUpdate(Handle handle, String site, Optional<Duration> doubleEntryWithin, Instant now) {
        this.handle = handle;
        this.site = site;
        this.doubleEntryWithin = doubleEntryWithin;
        this.now = now;
    }

    /** Call when they are in the log. */
    void passages(List<Passage> passages) {
        SequencedMap<String, List<Passage>> byHolder = new LinkedHashMap<>();
        passages.forEach(passage -> byHolder.computeIfAbsent(passage.holder(), _ -> new ArrayList<>())
                .add(passage));
        List<String> holders = List.copyOf(byHolder.sequencedKeySet());
        for (int from = 0; from < holders.size(); from += PresenceTable.BINDS_MAX) {
            List<String> some = holders.subList(from, Math.min(holders.size(), from + PresenceTable.BINDS_MAX));
            SequencedMap<String, List<Passage>> part = new LinkedHashMap<>();
            some.forEach(holder -> part.put(holder, byHolder.get(holder)));
            merge(part);
        }
    }

    private void merge(SequencedMap<String, List<Passage>> byHolder) {
        SequencedMap<String, Row> rows = PresenceTable.find(handle, site, byHolder.sequencedKeySet());
        Instant earliest = byHolder.values().stream()
                .flatMap(List::stream)
                .map(Passage::occurredAt)
                .min(Comparator.naturalOrder())
                .orElseThrow();
        List<CheckOutTable.Open> open =
                CheckOutTable.open(handle, site, List.copyOf(byHolder.sequencedKeySet()), earliest);
        List<Row> changed = new ArrayList<>();
        SequencedMap<String, Instant> again = new LinkedHashMap<>();
        byHolder.forEach((holder, passages) -> {
            Row before = rows.getOrDefault(holder, Row.unseen(site, holder));
            Row after = before;
            for (Passage passage : passages) {
                Optional<Instant> from = reach(after.newest(), Sighting.of(passage), holder, open);
                from.ifPresent(at -> again.merge(holder, at, (one, other) -> one.isBefore(other) ? one : other));
                after = after.seen(passage);
            }
            if (!after.equals(before)) {
                changed.add(after);
            }
            rows.put(holder, after);
        });
        PresenceTable.save(handle, changed);
        again.forEach((holder, from) -> workOut(rows.get(holder), from));
    }

    /** From where on a holder's sightings have to be gone through again; empty: nothing but the newest changes. */
    private Optional<Instant> reach(
            Optional<Sighting> newest, Sighting sighting, String holder, List<CheckOutTable.Open> open) {
        Optional<Instant> bearsOn = open.stream()
                .filter(each -> each.holder().equals(holder) && each.isTouchedBy(sighting.at()))
                .map(CheckOutTable.Open::since)
                .min(Comparator.naturalOrder());
        boolean late = newest.filter(known -> !sighting.isLaterThan(known)).isPresent();
        boolean twice = newest.filter(
                        known -> known.direction() == Direction.IN && sighting.direction() == Direction.IN)
                .isPresent();
        if (bearsOn.isEmpty() && !(doubleEntryWithin.isPresent() && (late || twice))) {
            return Optional.empty();
        }
        return Optional.of(
                bearsOn.filter(since -> since.isBefore(sighting.at())).orElse(sighting.at()));
    }

    /** The site's gates were freed: whoever came in before that may have left without showing a card. */
    void freed(List<Instant> fires) {
        fires.forEach(fire -> handle.execute(
                "DELETE FROM double_entry WHERE site = ? AND first_at <= ? AND second_at >= ?", site, fire, fire));
    }

    /** Works out and saves all that follows from a holder's sightings since that time. @return the row as it is now */
    Row workOut(Row row, Instant sightingFrom) {
        Instant from = sightingFrom.minus(REACH);
        List<Sighting> sightings = new ArrayList<>(seen(row.holder(), from));
        sightings.addAll(CorrectionTable.effective(handle, site, row.holder(), from));
        // Kept also where the log no longer names them.
        row.passage().map(Sighting::of).ifPresent(sightings::add);
        row.correction().ifPresent(sightings::add);
        Timeline timeline = new Timeline(sightings);
        List<Timeline.CheckOut> checkOuts = CheckOutTable.since(handle, site, row.holder(), from);
        checkOuts.forEach(
                checkOut -> CheckOutTable.setWorth(handle, site, row.holder(), checkOut, timeline.of(checkOut)));
        Row worked = row.checkedOut(timeline.checkOutInForce(checkOuts).map(Timeline.CheckOut::at));
        PresenceTable.save(handle, List.of(worked));
        doubleEntryWithin.ifPresent(
                within -> doubleEntries(row.holder(), from, timeline.doubleEntries(checkOuts, fires(from), within)));
        return worked;
    }

    private List<Sighting> seen(String holder, Instant from) {
        boolean card = holder.startsWith("card:");
        String who = card ? "card_number = :who" : "card_number IS NULL AND uid = :who";
        try (Query query = handle.createQuery("SELECT gate, sequence, occurred_at, direction FROM log_entry"
                + " WHERE site = :site AND kind = :kind AND occurred_at >= :from AND " + who)) {
            return query.bind("site", site)
                    .bind("kind", EventReader.KIND_TAKEN)
                    .bind("from", from)
                    .bind("who", holder.substring(holder.indexOf(':') + 1))
                    .map((entry, context) -> new Sighting(
                            Instants.read(entry, "occurred_at", context),
                            Direction.valueOf(entry.getString("direction")),
                            0,
                            entry.getLong("sequence"),
                            entry.getString("gate")))
                    .list();
        }
    }

    private List<Instant> fires(Instant from) {
        return handle.select(
                        "SELECT occurred_at FROM log_entry WHERE kind = ? AND site = ? AND occurred_at >= ?",
                        FIRE,
                        site,
                        from)
                .mapTo(Instant.class)
                .list();
    }

    private record Key(Instant at, String gate, long sequence) implements Comparable<Key> {
        private static final Comparator<Key> ORDER =
                Comparator.comparing(Key::at).thenComparing(Key::gate).thenComparingLong(Key::sequence);

        @Override
        public int compareTo(Key other) {
            return ORDER.compare(this, other);
        }
    }

    private record Kept(Key second, Instant first) {}

    /** Rows that still follow stay as they are, forgiven ones forgiven. */
    private void doubleEntries(String holder, Instant from, List<Timeline.DoubleEntry> found) {
        TreeMap<Key, Timeline.DoubleEntry> wanted = new TreeMap<>();
        found.stream()
                .filter(entry -> !entry.first().at().isBefore(from))
                .forEach(entry -> wanted.put(
                        new Key(
                                entry.second().at(),
                                entry.second().gate(),
                                entry.second().sequence()),
                        entry));
        List<Kept> kept = handle.select(
                        "SELECT second_at, second_gate, second_sequence, first_at FROM double_entry WHERE site = ?"
                                + " AND holder = ? AND first_at >= ?",
                        site,
                        holder,
                        from)
                .map((row, context) -> new Kept(
                        new Key(
                                Instants.read(row, "second_at", context),
                                row.getString("second_gate"),
                                row.getLong("second_sequence")),
                        Instants.read(row, "first_at", context)))
                .list();
        for (Kept each : kept) {
            Timeline.DoubleEntry entry = wanted.get(each.second);
            if (entry != null && entry.first().at().equals(each.first)) {
                wanted.remove(each.second);
            } else {
                handle.execute(
                        "DELETE FROM double_entry WHERE site = ? AND holder = ? AND second_at = ? AND second_gate = ?"
                                + " AND second_sequence = ?",
                        site,
                        holder,
                        each.second.at,
                        each.second.gate,
                        each.second.sequence);
            }
        }
        wanted.forEach((key, entry) -> handle.execute(
                "INSERT INTO double_entry (site, holder, first_at, first_gate, second_at, second_gate, second_sequence,"
                        + " found_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                site,
                holder,
                entry.first().at(),
                entry.first().isByGate() ? entry.first().gate() : null,
                key.at,
                key.gate,
                key.sequence,
                now));
    }
}
