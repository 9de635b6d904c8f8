package portvakt.server.web;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import portvakt.protocol.CardNumber;
import portvakt.server.port.CardChips;

/** Chips as a test says they were seen. */
final class FakeCardChips implements CardChips {

    record Row(String site, Seen seen) {}

    final List<Row> rows = new CopyOnWriteArrayList<>();

    @Override
    public List<Seen> of(String site, CardNumber card) {
        return rows.stream()
                .filter(row -> row.site().equals(site) && row.seen().card().equals(card))
                .map(Row::seen)
                .toList();
    }

    @Override
    public List<Seen> doubled(String site, Instant since, int limit) {
        List<Seen> found = new ArrayList<>();
        rows.stream()
                .filter(row -> row.site().equals(site))
                .map(row -> row.seen().card())
                .distinct()
                .map(card -> of(site, card))
                .filter(chips -> chips.size() > 1)
                .forEach(found::addAll);
        return found.stream().limit(limit).toList();
    }
}
