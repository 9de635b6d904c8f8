package portvakt.server.adapter.sql;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jdbi.v3.core.statement.StatementContext;
import portvakt.protocol.Direction;
import portvakt.server.log.Passage;
import portvakt.server.log.Sighting;

/** Rows of {@code presence}: the newest that is known of each holder on each site. */
final class PresenceTable {

    static final int BINDS_MAX = 512;

    private static final String UPDATE = "UPDATE presence SET gate = ?, direction = ?, occurred_at = ?, sequence = ?,"
            + " card_number = ?, holder_name = ?, employer_name = ?, correction_id = ?, corrected_to = ?, corrected_at = ?,"
            + " checked_out_at = ?, on_site = ? WHERE site = ? AND holder = ?";
    private static final String INSERT = "INSERT INTO presence (gate, direction, occurred_at, sequence, card_number,"
            + " holder_name, employer_name, correction_id, corrected_to, corrected_at, checked_out_at, on_site, site, holder)"
            + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

    private static final String CARD = "card:";

    private PresenceTable() {}

    /**
     * @param passage      the newest one
     * @param correction   the newest statement that was not undone
     * @param checkedOutAt the automatic check-out after the newer of the two, if one stands
     */
    record Row(
            String site,
            String holder,
            Optional<Passage> passage,
            Optional<Sighting> correction,
            Optional<Instant> checkedOutAt) {

        static Row unseen(String site, String holder) {
            return new Row(site, holder, Optional.empty(), Optional.empty(), Optional.empty());
        }

        Optional<Sighting> newest() {
            Optional<Sighting> seen = passage.map(Sighting::of);
            return seen.isPresent() && correction.isPresent()
                    ? (correction.get().isLaterThan(seen.get()) ? correction : seen)
                    : seen.or(() -> correction);
        }

        boolean isOnSite() {
            return checkedOutAt.isEmpty()
                    && newest().filter(sighting -> sighting.direction() == Direction.IN)
                            .isPresent();
        }

        /** Keeps the later of the two passages. A check-out counts for nothing after a later one. */
        Row seen(Passage other) {
            if (passage.isPresent() && !other.isLaterThan(passage.get())) {
                return this;
            }
            Row row = new Row(site, holder, Optional.of(other), correction, checkedOutAt);
            return row.newest().equals(newest()) ? row : row.checkedOut(Optional.empty());
        }

        Row stated(Optional<Sighting> newest) {
            return new Row(site, holder, passage, newest, checkedOutAt);
        }

        Row checkedOut(Optional<Instant> at) {
            return new Row(site, holder, passage, correction, at);
        }

        Optional<String> cardNumber() {
            return passage.flatMap(Passage::cardNumber)
                    .or(() ->
                            holder.startsWith(CARD) ? Optional.of(holder.substring(CARD.length())) : Optional.empty());
        }
    }

    static SequencedMap<String, Row> find(Handle handle, String site, Collection<String> holders) {
        SequencedMap<String, Row> found = new LinkedHashMap<>();
        List<String> all = List.copyOf(holders);
        for (int from = 0; from < all.size(); from += BINDS_MAX) {
            handle.createQuery("SELECT * FROM presence WHERE site = :site AND holder IN (<holders>)")
                    .bind("site", site)
                    .bindList("holders", padded(all.subList(from, Math.min(all.size(), from + BINDS_MAX))))
                    .map(PresenceTable::map)
                    .forEach(row -> found.put(row.holder(), row));
        }
        return found;
    }

    static List<Row> onSite(Handle handle, Optional<String> site) {
        try (Query query = handle.createQuery("SELECT * FROM presence WHERE on_site = TRUE"
                + (site.isPresent() ? " AND site = :site" : "") + " ORDER BY site, holder")) {
            site.ifPresent(name -> query.bind("site", name));
            return query.map(PresenceTable::map).list();
        }
    }

    static void save(Handle handle, Collection<Row> rows) {
        if (rows.isEmpty()) {
            return;
        }
        // Nearly everybody who passes has been here before.
        List<Row> all = List.copyOf(rows);
        int[] updated = PlainBatch.execute(
                handle, UPDATE, all.stream().map(PresenceTable::values).toList());
        List<Object[]> fresh = new ArrayList<>();
        for (int at = 0; at < updated.length; at++) {
            if (updated[at] == 0) {
                fresh.add(values(all.get(at)));
            }
        }
        if (!fresh.isEmpty()) {
            PlainBatch.execute(handle, INSERT, fresh);
        }
    }

    private static Object[] values(Row row) {
        return new Object[] {
            row.passage.map(Passage::gate).orElse(null),
            row.passage.map(passage -> passage.direction().name()).orElse(null),
            row.passage.map(passage -> Instants.column(passage.occurredAt())).orElse(null),
            row.passage.map(Passage::sequence).orElse(null),
            row.cardNumber().orElse(null),
            row.passage.flatMap(Passage::holderName).orElse(null),
            row.passage.flatMap(Passage::employerName).orElse(null),
            row.correction.map(Sighting::correction).orElse(null),
            row.correction.map(stated -> stated.direction().name()).orElse(null),
            row.correction.map(stated -> Instants.column(stated.at())).orElse(null),
            row.checkedOutAt.map(Instants::column).orElse(null),
            row.isOnSite(),
            row.site,
            row.holder
        };
    }

    /** Repeats the last one until there are 1, 2, 4 … of them: so many statements, and not one for each number of holders. */
    static List<String> padded(List<String> holders) {
        int size = Integer.highestOneBit(Math.max(1, 2 * holders.size() - 1));
        List<String> padded = new ArrayList<>(holders);
        while (padded.size() < size) {
            padded.add(holders.getLast());
        }
        return padded;
    }

    private static Row map(ResultSet row, StatementContext context) throws SQLException {
        String site = row.getString("site");
        String holder = row.getString("holder");
        Optional<Passage> passage = Optional.empty();
        Instant occurredAt = Instants.read(row, "occurred_at", context);
        if (occurredAt != null) {
            passage = Optional.of(new Passage(
                    site,
                    holder,
                    row.getString("gate"),
                    Direction.valueOf(row.getString("direction")),
                    occurredAt,
                    row.getLong("sequence"),
                    Optional.ofNullable(row.getString("card_number")),
                    Optional.ofNullable(row.getString("holder_name")),
                    Optional.ofNullable(row.getString("employer_name"))));
        }
        Optional<Sighting> correction = Optional.empty();
        Instant correctedAt = Instants.read(row, "corrected_at", context);
        if (correctedAt != null) {
            correction = Optional.of(Sighting.stated(
                    correctedAt, Direction.valueOf(row.getString("corrected_to")), row.getLong("correction_id")));
        }
        return new Row(
                site, holder, passage, correction, Optional.ofNullable(Instants.read(row, "checked_out_at", context)));
    }
}
