package portvakt.server.adapter.sql;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import portvakt.protocol.Direction;
import portvakt.server.log.Passage;

/** Rows of {@code presence}: the newest passage of each holder on each site. */
final class PresenceTable {

    private static final int BINDS_MAX = 500;

    private PresenceTable() {}

    /** Keeps each passage unless a later one of the same holder is kept, or among them. All of one site. */
    static void merge(Handle handle, String site, List<Passage> passages) {
        SequencedMap<String, Passage> latest = new LinkedHashMap<>();
        for (Passage passage : passages) {
            latest.merge(passage.holder(), passage, (one, other) -> other.isLaterThan(one) ? other : one);
        }
        find(handle, site, List.copyOf(latest.keySet()))
                .forEach(kept -> latest.computeIfPresent(
                        kept.holder(), (_, passage) -> passage.isLaterThan(kept) ? passage : null));
        if (!latest.isEmpty()) {
            replace(handle, latest.values());
        }
    }

    private static void replace(Handle handle, Collection<Passage> passages) {
        try (PreparedBatch delete = handle.prepareBatch("DELETE FROM presence WHERE site = ? AND holder = ?");
                PreparedBatch insert = handle.prepareBatch(
                        "INSERT INTO presence (site, holder, gate, direction, occurred_at, sequence,"
                                + " card_number, holder_name, employer_name) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
            for (Passage passage : passages) {
                delete.add(passage.site(), passage.holder());
                insert.add(
                        passage.site(),
                        passage.holder(),
                        passage.gate(),
                        passage.direction().name(),
                        passage.occurredAt(),
                        passage.sequence(),
                        passage.cardNumber().orElse(null),
                        passage.holderName().orElse(null),
                        passage.employerName().orElse(null));
            }
            delete.execute();
            insert.execute();
        }
    }

    /** The newest passage of each of these holders, as far as there is one. */
    static List<Passage> find(Handle handle, String site, List<String> holders) {
        List<Passage> found = new ArrayList<>();
        for (int from = 0; from < holders.size(); from += BINDS_MAX) {
            found.addAll(findSome(handle, site, holders.subList(from, Math.min(holders.size(), from + BINDS_MAX))));
        }
        return found;
    }

    private static List<Passage> findSome(Handle handle, String site, List<String> holders) {
        return handle.createQuery("SELECT * FROM presence WHERE site = :site AND holder IN (<holders>)")
                .bind("site", site)
                .bindList("holders", holders)
                .map((row, context) -> new Passage(
                        row.getString("site"),
                        row.getString("holder"),
                        row.getString("gate"),
                        Direction.valueOf(row.getString("direction")),
                        context.findColumnMapperFor(Instant.class).orElseThrow().map(row, "occurred_at", context),
                        row.getLong("sequence"),
                        Optional.ofNullable(row.getString("card_number")),
                        Optional.ofNullable(row.getString("holder_name")),
                        Optional.ofNullable(row.getString("employer_name"))))
                .list();
    }
}
