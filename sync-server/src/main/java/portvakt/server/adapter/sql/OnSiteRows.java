package portvakt.server.adapter.sql;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import portvakt.protocol.Direction;
import portvakt.server.log.Passage;
import portvakt.server.port.EntryLog.OnSite;
import portvakt.server.port.LogEntry;

/** Who is on site by the log, and by what is live and not in the log yet. */
final class OnSiteRows {

    private record Holder(String site, String holder) {
        static Holder of(Passage passage) {
            return new Holder(passage.site(), passage.holder());
        }
    }

    private OnSiteRows() {}

    /** @param live read before the database is: what is stored meanwhile counts once */
    static List<OnSite> read(Handle handle, Optional<String> site, List<LogEntry> live) {
        Map<Holder, Passage> news = news(handle, site, live);
        List<OnSite> people = new ArrayList<>();
        stored(handle, site).forEach((holder, person) -> {
            if (!news.containsKey(holder)) {
                people.add(person);
            }
        });
        if (news.isEmpty()) {
            return people;
        }
        news.values().stream()
                .filter(passage -> passage.direction() == Direction.IN)
                .map(passage -> new OnSite(
                        passage.site(),
                        passage.gate(),
                        passage.occurredAt(),
                        passage.cardNumber(),
                        passage.holderName(),
                        passage.employerName(),
                        true))
                .forEach(people::add);
        people.sort(Comparator.comparing(OnSite::since).reversed());
        return people;
    }

    /** The newest live passage of each holder of whom the log says nothing newer. */
    private static SequencedMap<Holder, Passage> news(Handle handle, Optional<String> site, List<LogEntry> live) {
        SequencedMap<Holder, Passage> newest = new LinkedHashMap<>();
        for (LogEntry entry : live) {
            Passage.of(entry)
                    .filter(passage -> site.isEmpty() || site.get().equals(passage.site()))
                    .ifPresent(passage -> newest.merge(
                            Holder.of(passage), passage, (one, other) -> other.isLaterThan(one) ? other : one));
        }
        Map<String, List<String>> holders = new TreeMap<>();
        newest.keySet()
                .forEach(holder -> holders.computeIfAbsent(holder.site(), _ -> new ArrayList<>())
                        .add(holder.holder()));
        holders.forEach((name, some) -> PresenceTable.find(handle, name, some)
                .forEach(kept -> newest.computeIfPresent(
                        Holder.of(kept), (_, passage) -> passage.isLaterThan(kept) ? passage : null)));
        return newest;
    }

    private static SequencedMap<Holder, OnSite> stored(Handle handle, Optional<String> site) {
        String sql = "SELECT site, holder, gate, occurred_at, card_number, holder_name, employer_name FROM presence"
                + " WHERE direction = 'IN'" + (site.isPresent() ? " AND site = :site" : "")
                + " ORDER BY occurred_at DESC, sequence DESC, holder";
        SequencedMap<Holder, OnSite> people = new LinkedHashMap<>();
        try (Query query = handle.createQuery(sql)) {
            site.ifPresent(name -> query.bind("site", name));
            query.map((row, context) -> people.put(
                            new Holder(row.getString("site"), row.getString("holder")),
                            new OnSite(
                                    row.getString("site"),
                                    row.getString("gate"),
                                    context.findColumnMapperFor(Instant.class)
                                            .orElseThrow()
                                            .map(row, "occurred_at", context),
                                    Optional.ofNullable(row.getString("card_number")),
                                    Optional.ofNullable(row.getString("holder_name")),
                                    Optional.ofNullable(row.getString("employer_name")),
                                    false)))
                    .list();
        }
        return people;
    }
}
