package portvakt.server.adapter.sql;

import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import portvakt.server.adapter.sql.PresenceTable.Row;
import portvakt.server.log.Passage;
import portvakt.server.log.Sighting;
import portvakt.server.port.EntryLog.OnSite;
import portvakt.server.port.LogEntry;

/** Who is on site by the log, by what people have stated, and by what is live and not in the log yet. */
final class OnSiteRows {

    private static final Comparator<Row> NEWEST_FIRST = Comparator.comparing(
                    (Row row) -> row.newest().orElseThrow(), Sighting.ORDER)
            .reversed()
            .thenComparing(Row::site)
            .thenComparing(Row::holder);

    private record Holder(String site, String holder) {
        static Holder of(Row row) {
            return new Holder(row.site(), row.holder());
        }
    }

    private OnSiteRows() {}

    /** @param live read before the database is: what is stored meanwhile counts once */
    static List<OnSite> read(Handle handle, Optional<String> site, List<LogEntry> live) {
        Map<Holder, Row> people = new HashMap<>(); // sorted below
        PresenceTable.onSite(handle, site).forEach(row -> people.put(Holder.of(row), row));
        Set<Holder> news = new HashSet<>(); // looked up, never walked
        newest(site, live).forEach((name, passages) -> {
            Map<String, Row> stored = PresenceTable.find(handle, name, passages.keySet());
            passages.values().forEach(passage -> {
                Row before = stored.getOrDefault(passage.holder(), Row.unseen(name, passage.holder()));
                Row after = before.seen(passage);
                if (after.newest().equals(before.newest())) {
                    // The log, or somebody's word, says something newer.
                    return;
                }
                people.put(Holder.of(after), after);
                news.add(Holder.of(after));
            });
        });
        return people.values().stream()
                .filter(Row::isOnSite)
                .sorted(NEWEST_FIRST)
                .map(row -> onSite(row, news.contains(Holder.of(row))))
                .toList();
    }

    /** The newest live passage of each holder, by site. */
    private static Map<String, SequencedMap<String, Passage>> newest(Optional<String> site, List<LogEntry> live) {
        Map<String, SequencedMap<String, Passage>> newest = new TreeMap<>();
        for (LogEntry entry : live) {
            Passage.of(entry)
                    .filter(passage -> site.isEmpty() || site.get().equals(passage.site()))
                    .ifPresent(passage -> newest.computeIfAbsent(passage.site(), _ -> new LinkedHashMap<>())
                            .merge(passage.holder(), passage, (one, other) -> other.isLaterThan(one) ? other : one));
        }
        return newest;
    }

    private static OnSite onSite(Row row, boolean live) {
        Sighting newest = row.newest().orElseThrow();
        return new OnSite(
                row.site(),
                newest.isByGate() ? Optional.of(newest.gate()) : Optional.empty(),
                newest.at(),
                newest.isByGate() ? Optional.empty() : Optional.of(newest.correction()),
                row.cardNumber(),
                row.passage().flatMap(Passage::holderName),
                row.passage().flatMap(Passage::employerName),
                live);
    }
}
