package portvakt.server.web;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import portvakt.server.port.CardRegister;
import portvakt.server.port.StatusChange;
import portvakt.server.port.StorageException;

/** Remembers what it was told, by token. */
final class FakeRegister implements CardRegister {

    final Map<String, StatusChange> applied = new ConcurrentHashMap<>();
    final List<StatusChange> all = new ArrayList<>();
    boolean broken;

    @Override
    public synchronized Outcome apply(StatusChange change) {
        if (broken) {
            throw new StorageException("disk full", new IllegalStateException());
        }
        all.add(change);
        StatusChange before = applied.putIfAbsent(change.tokenId(), change);
        if (before == null || change.contentHash().isEmpty()) {
            return Outcome.APPLIED;
        }
        return before.contentHash().equals(change.contentHash()) ? Outcome.REPEATED : Outcome.TOKEN_ID_REUSED;
    }

    @Override
    public synchronized List<Outcome> applyAll(List<StatusChange> changes) {
        return changes.stream().map(this::apply).toList();
    }
}
