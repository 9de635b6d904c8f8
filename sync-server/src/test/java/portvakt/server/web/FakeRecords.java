package portvakt.server.web;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import portvakt.protocol.CardNumber;
import portvakt.server.port.RegisterRecords;
import portvakt.server.port.StatusChange;

/** What a fake register was told, as records; notes beside it. */
final class FakeRecords implements RegisterRecords {

    private final FakeRegister register;
    final List<Note> notes = new ArrayList<>();

    FakeRecords(FakeRegister register) {
        this.register = register;
    }

    @Override
    public Map<CardNumber, Known> known(String list) {
        Map<CardNumber, Known> known = new HashMap<>();
        for (StatusChange change : List.copyOf(register.all)) {
            if (change.list().equals(list)) {
                known.put(change.card(), new Known(change.status(), change.eventTime()));
            }
        }
        return known;
    }

    @Override
    public Optional<Known> find(String list, CardNumber card) {
        return Optional.ofNullable(known(list).get(card));
    }

    @Override
    public synchronized void note(Note note) {
        notes.add(note);
    }

    @Override
    public List<AuditRow> audit(long after, int limit, Filter filter) {
        List<AuditRow> rows = new ArrayList<>();
        for (StatusChange change : List.copyOf(register.all)) {
            rows.add(new AuditRow(
                    rows.size() + 1,
                    TestServer.NOW,
                    Action.CHANGE,
                    Optional.of(change.list()),
                    Optional.of(change.card()),
                    Optional.empty(),
                    Optional.of(change.status()),
                    Optional.of(change.eventTime()),
                    Optional.of(change.source()),
                    change.account(),
                    Optional.of(change.tokenId()),
                    "APPLIED",
                    change.reason()));
        }
        return rows.stream()
                .filter(row -> row.id() > after)
                .filter(row -> filter.card().isEmpty() || filter.card().equals(row.card()))
                .limit(limit)
                .toList();
    }
}
