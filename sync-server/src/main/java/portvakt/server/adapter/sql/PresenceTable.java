package portvakt.server.adapter.sql;

import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import portvakt.protocol.Direction;
import portvakt.server.log.Passage;

/** Rows of {@code presence}: the newest passage of each holder on each site. */
final class PresenceTable {

    private PresenceTable() {}

    /** Keeps the passage unless a later one of the same holder is kept. */
    static void merge(Handle handle, Passage passage) {
        Optional<Passage> kept = find(handle, passage.site(), passage.holder());
        if (kept.isPresent() && !passage.isLaterThan(kept.get())) {
            return;
        }
        handle.execute("DELETE FROM presence WHERE site = ? AND holder = ?", passage.site(), passage.holder());
        handle.execute(
                "INSERT INTO presence (site, holder, gate, direction, occurred_at, sequence, card_number, holder_name,"
                        + " employer_name) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
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

    private static Optional<Passage> find(Handle handle, String site, String holder) {
        return handle.select("SELECT * FROM presence WHERE site = ? AND holder = ?", site, holder)
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
                .findOne();
    }
}
