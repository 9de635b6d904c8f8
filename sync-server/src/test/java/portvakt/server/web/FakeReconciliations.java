package portvakt.server.web;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import portvakt.server.port.Reconciliations;

/** Reconciliations in memory. */
final class FakeReconciliations implements Reconciliations {

    final List<Reconciled> all = new ArrayList<>();

    @Override
    public synchronized long add(Reconciled entry, Optional<byte[]> token) {
        all.add(entry);
        return all.size();
    }

    @Override
    public synchronized Optional<Reconciled> find(long id) {
        return all.stream().filter(each -> each.id() == id).findAny();
    }

    @Override
    public Optional<byte[]> heldToken(long id) {
        return Optional.empty();
    }

    @Override
    public boolean confirm(long id, Counts counts, String by, Instant at) {
        return false;
    }

    @Override
    public synchronized List<Reconciled> newest(int limit) {
        return all.reversed().stream().limit(limit).toList();
    }

    @Override
    public Optional<Reconciled> newest(String list, String source, Set<State> states) {
        return Optional.empty();
    }
}
