package portvakt.server.adapter.sql;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jdbi.v3.core.statement.StatementContext;
import org.jdbi.v3.core.statement.Update;
import portvakt.protocol.CardNumber;
import portvakt.protocol.Uid;
import portvakt.server.port.CardChips.Seen;
import portvakt.server.port.LogEntry;

/** Rows of {@code card_chip}. */
final class CardChipTable {

    private static final String INSERT =
            "INSERT INTO card_chip (site, card_number, uid, first_at, gate) VALUES (?, ?, ?, ?, ?)";

    private CardChipTable() {}

    /** A card that shows another chip than before. @param before the one that it showed first */
    record Second(Seen before, Seen now) {}

    /** What an event says of card and chip; empty where it names not both, or the chip draws its number anew at each read. */
    static Optional<Seen> seen(LogEntry entry) {
        if (entry.cardNumber().isEmpty() || entry.uid().isEmpty()) {
            return Optional.empty();
        }
        try {
            Uid uid = new Uid(entry.uid().get());
            return uid.isRandom()
                    ? Optional.empty()
                    : Optional.of(
                            new Seen(new CardNumber(entry.cardNumber().get()), uid, entry.occurredAt(), entry.gate()));
        } catch (IllegalArgumentException e) {
            // A gate may send what it likes; a number that is none leads nowhere.
            return Optional.empty();
        }
    }

    /**
     * Keeps those pairs that are new. Whoever calls has the log's cursor, so that two gates do not find the same pair new.
     *
     * @return of each card that had another chip before, that one and the new one
     */
    static List<Second> take(Handle handle, String site, Collection<Seen> seen) {
        Map<String, List<Seen>> known = new TreeMap<>();
        rows(
                        handle,
                        site,
                        seen.stream()
                                .map(each -> each.card().digits())
                                .distinct()
                                .toList())
                .forEach(each -> known.computeIfAbsent(each.card().digits(), _ -> new ArrayList<>())
                        .add(each));
        List<Second> second = new ArrayList<>();
        List<Object[]> fresh = new ArrayList<>();
        for (Seen each : seen) {
            List<Seen> chips = known.computeIfAbsent(each.card().digits(), _ -> new ArrayList<>());
            if (chips.stream().anyMatch(chip -> chip.uid().equals(each.uid()))) {
                continue;
            }
            if (!chips.isEmpty()) {
                second.add(new Second(chips.getFirst(), each));
            }
            chips.add(each);
            fresh.add(new Object[] {
                site, each.card().digits(), each.uid().hex(), Instants.column(each.firstAt()), each.gate()
            });
        }
        if (!fresh.isEmpty()) {
            PlainBatch.execute(handle, INSERT, fresh);
        }
        return second;
    }

    static List<Seen> rows(Handle handle, String site, List<String> cards) {
        if (cards.isEmpty()) {
            return List.of();
        }
        try (Query query = handle.createQuery("SELECT card_number, uid, first_at, gate FROM card_chip"
                + " WHERE site = :site AND card_number IN (<cards>) ORDER BY card_number, first_at, uid")) {
            return query.bind("site", site)
                    .bindList("cards", cards)
                    .map(CardChipTable::map)
                    .list();
        }
    }

    /** A chip is not the card's any more: somebody has said so. */
    static void forget(Handle handle, String site, CardNumber card, Uid uid) {
        handle.execute(
                "DELETE FROM card_chip WHERE site = ? AND card_number = ? AND uid = ?", site, card.digits(), uid.hex());
    }

    /** @param card empty: of all cards @param before empty: whenever it was seen first @param except whom to leave out */
    static void erase(
            Handle handle, String site, Optional<CardNumber> card, Optional<Instant> before, Set<CardNumber> except) {
        try (Update update = handle.createUpdate("DELETE FROM card_chip WHERE site = :site"
                + (card.isPresent() ? " AND card_number = :card" : "")
                + (before.isPresent() ? " AND first_at < :before" : "")
                + Excepted.notIn("card_number", except))) {
            update.bind("site", site);
            card.ifPresent(number -> update.bind("card", number.digits()));
            before.ifPresent(at -> update.bind("before", at));
            update.execute();
        }
    }

    static Seen map(ResultSet row, StatementContext context) throws SQLException {
        return new Seen(
                new CardNumber(row.getString("card_number")),
                new Uid(row.getString("uid")),
                Instants.read(row, "first_at", context),
                row.getString("gate"));
    }
}
